using ActorKube.Api.Names;

namespace ActorKube.Controllers.Shell;

/// <summary>What keeps a controller from its first decision.</summary>
/// <param name="Reason">In words, as the middle of a sentence.</param>
/// <param name="For">How long it has lasted.</param>
internal sealed record Hindrance(string Reason, TimeSpan For)
{
    // A shard that moves to another process does not answer for a few seconds, which is nothing to tell anybody.
    private static readonly TimeSpan Usual = TimeSpan.FromSeconds(5);

    /// <summary>True when people should hear of it.</summary>
    public bool IsWorthTelling => For >= Usual;

    /// <summary>Watches that do not get anywhere. What they fail with, their informers tell.</summary>
    public static Hindrance OfCaches(TimeSpan waited) => new("some of what it watches cannot be read yet", waited);

    /// <summary>A resource that cannot be told of the controller's tenure.</summary>
    public static Hindrance OfTenure(GroupVersionResource resource, Exception fault, TimeSpan waited) => new($"its tenure in {resource.Resource} cannot begin: {fault.Message}", waited);
}
