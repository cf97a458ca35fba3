namespace ActorKube.Protocol.Hosting;

/// <summary>A process's actor system.</summary>
public interface IProcessSystem : IAsyncDisposable
{
    /// <summary>Completes when it has ended, by itself or because it was asked to.</summary>
    Task Ended { get; }
}
