using ActorKube.Api.Names;
using Akka.Actor;
using static ActorKube.Controllers.Actors.ControllerProtocol;

namespace ActorKube.Controllers.Tests.Harness;

/// <summary>Asks a controller's actor for its decisions; every question goes through the actor's mailbox.</summary>
internal static class Questions
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    /// <summary>What it has decided, about one object or all.</summary>
    public static Task<DecisionsRead> DecisionsAsync(this IActorRef actor, ObjectKey? about = null) => actor.Ask<DecisionsRead>(new ReadDecisions("", about, null), Patience);

    /// <summary>Asks until the answer is what is waited for.</summary>
    public static async Task<DecisionsRead> DecisionsAsync(this IActorRef actor, Func<DecisionsRead, bool> until, ObjectKey? about = null)
    {
        using var limit = new CancellationTokenSource(Patience);
        while (true)
        {
            var read = await actor.DecisionsAsync(about);
            if (until(read))
                return read;
            limit.Token.ThrowIfCancellationRequested();
        }
    }
}
