using System.Collections.Immutable;
using ActorKube.Api.Names;
using ActorKube.Machinery.Reconciling;
using ActorKube.Machinery.Times;

namespace ActorKube.Controllers.Shell;

/// <summary>A key being worked on.</summary>
/// <param name="Key">The key.</param>
/// <param name="Plan">What the reconciler wants.</param>
/// <param name="Cause">What made the controller look.</param>
/// <param name="At">When it decided.</param>
internal sealed record Work(ObjectKey Key, Plan Plan, Cause Cause, Present At)
{
    /// <summary>What has been read past the caches for this key.</summary>
    public LiveAnswers Live { get; init; } = LiveAnswers.None;

    /// <summary>What other systems have answered.</summary>
    public ImmutableArray<OutsideAnswer> Outside { get; init; } = [];

    /// <summary>How often the reconciler has been asked in this turn.</summary>
    public int Rounds { get; init; }

    /// <summary>What the caches show that the key has not heard of.</summary>
    public IReadOnlyList<Change> Seen { get; init; } = [];

    /// <summary>The turn could have been left out (<see cref="ControllerSettings.LooksAtKnownChanges"/>).</summary>
    public bool IsSuperfluous { get; init; }
}
