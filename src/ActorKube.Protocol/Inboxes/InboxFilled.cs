using Akka.Actor;

namespace ActorKube.Protocol.Inboxes;

/// <summary>An actor's <see cref="Inbox{T}"/> has something for it. Never leaves the process.</summary>
public sealed class InboxFilled : INoSerializationVerificationNeeded
{
    /// <summary>The message.</summary>
    public static readonly InboxFilled Instance = new();

    private InboxFilled()
    {
    }
}
