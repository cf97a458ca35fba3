using ActorKube.Api.Names;
using ActorKube.Machinery.Queues;

namespace ActorKube.Machinery.Informers;

/// <summary>How informers behave; the same for all of one factory.</summary>
public sealed record InformerOptions
{
    /// <summary>Waits between failed attempts to list or watch. Upstream's reflector: 0.8 s doubling to 30 s, jittered.</summary>
    public BackoffPolicy Backoff { get; init; } = new(TimeSpan.FromMilliseconds(800), TimeSpan.FromSeconds(30));

    /// <summary>Share of a wait that chance may add: 1 gives waits between once and twice the policy's.</summary>
    public double Jitter { get; init; } = 1;

    /// <summary>Whether the server is asked to say now and then how far a quiet stream has come. Without, a stream that is resumed after a long silence starts with a new list.</summary>
    public bool Bookmarks { get; init; } = true;

    /// <summary>Source of chance, in [0, 1).</summary>
    public Func<double> Random { get; init; } = static () => 0;

    /// <summary>Told of every failed attempt; the informer goes on by itself.</summary>
    public Action<GroupVersionResource, Exception>? OnFault { get; init; }
}
