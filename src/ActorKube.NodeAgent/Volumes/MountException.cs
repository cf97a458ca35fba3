using System.Collections.Immutable;
using ActorKube.NodeAgent.Pods;
using ActorKube.NodeAgent.Setup;

namespace ActorKube.NodeAgent.Volumes;

/// <summary>One volume that cannot be had now.</summary>
/// <param name="Volume">The pod's name for it.</param>
/// <param name="Message">Why, for people.</param>
/// <param name="Processed">False when it is not even known what the volume is, as with a claim that is not bound.</param>
internal sealed record MountFailure(string Volume, string Message, bool Processed)
{
    /// <summary>Reason of a <see cref="SetupException"/> about a claim that leads to no volume.</summary>
    public const string Unprocessed = "FailedVolumeProcessing";

    /// <summary>The failure of a volume.</summary>
    public static MountFailure Of(string volume, SetupException error) => new(volume, error.Message, error.Reason != Unprocessed);
}

/// <summary>Some volumes of a pod cannot be had now; the others are in place.</summary>
internal sealed class MountException(ImmutableArray<MountFailure> failures) : Exception(TextOf(failures)[0])
{
    /// <summary>The volumes, by the pod's names.</summary>
    public ImmutableArray<string> Volumes { get; } = [.. failures.Select(f => f.Volume)];

    /// <summary>Messages of the events: one per volume, and one for all claims that lead nowhere yet.</summary>
    public ImmutableArray<string> Messages { get; } = TextOf(failures);

    private static ImmutableArray<string> TextOf(ImmutableArray<MountFailure> failures)
    {
        var lost = failures.Where(f => !f.Processed).ToArray();
        var messages = failures.Where(f => f.Processed).Select(f => f.Message);
        return lost.Length == 0 ? [.. messages]
            : [.. messages, MountWording.Waiting(failures.Select(f => f.Volume), lost.Select(f => f.Volume), string.Join("; ", lost.Select(f => f.Message)))];
    }
}
