using System.Collections.Immutable;
using ActorKube.Api.Errors;
using ActorKube.Machinery.Reconciling;

namespace ActorKube.Controllers.Shell;

/// <summary>What became of one step.</summary>
/// <param name="Step">The step.</param>
/// <param name="Revision">Revision of the resource that shows the write; 0 when there is none to wait for.</param>
/// <param name="Error">Why it failed; null when it did not.</param>
internal sealed record StepResult(PlanStep Step, long Revision, ApiStatus? Error);

/// <summary>What became of a plan.</summary>
/// <param name="Results">The steps attempted, in order.</param>
/// <param name="Failure">The first failure that the plan does not tolerate; null when all went well.</param>
internal sealed record PlanOutcome(ImmutableArray<StepResult> Results, StepFailure? Failure)
{
    /// <summary>There was nothing to do.</summary>
    public static readonly PlanOutcome Empty = new([], null);
}
