using Akka.Actor;

namespace ActorKube.Protocol.Hosting;

/// <summary>A process's actor system.</summary>
public interface IProcessSystem : IAsyncDisposable
{
    /// <summary>The actor system.</summary>
    ActorSystem System { get; }

    /// <summary>Completes when this process may speak to servers; is cancelled when it ends before.</summary>
    Task Joined { get; }

    /// <summary>Addresses of the servers that can be reached, as far as this process knows: the same list as long as they are the same.</summary>
    IReadOnlyList<Address> Servers { get; }

    /// <summary>Completes when it has ended, by itself or because it was asked to.</summary>
    Task Ended { get; }
}
