using System.Collections.Immutable;
using ActorKube.Api.Names;

namespace ActorKube.Controllers.Shell;

/// <summary>Why a key was looked at.</summary>
/// <param name="Resource">The resource in which something changed; empty when it was time that passed.</param>
/// <param name="Object">The object that changed.</param>
/// <param name="Revision">Revision of the change; 0 when it was time that passed.</param>
public sealed record Cause(string Resource, ObjectKey Object, long Revision)
{
    /// <summary>A requeue fell due, or the controller started.</summary>
    public static Cause Time(ObjectKey key) => new("", key, 0);
}

/// <summary>One write of a decision.</summary>
/// <param name="Verb">What was done.</param>
/// <param name="Resource">Resource, with subresource.</param>
/// <param name="Object">The object.</param>
/// <param name="Revision">Revision it gave; 0 when it failed or has none.</param>
/// <param name="Error">Why it failed; empty when it did not.</param>
public sealed record DecisionWrite(string Verb, string Resource, ObjectKey Object, long Revision, string Error);

/// <summary>One entry of the decision log: a plan that did something, or tried.</summary>
/// <param name="At">When the decision was taken.</param>
/// <param name="Key">What it is about.</param>
/// <param name="Cause">What made the controller look.</param>
/// <param name="Reasons">The reconciler's reasons.</param>
/// <param name="Writes">What was written: the first few.</param>
/// <param name="WriteCount">How many writes there were.</param>
public sealed record Decision(DateTimeOffset At, ObjectKey Key, Cause Cause, ImmutableArray<string> Reasons, ImmutableArray<DecisionWrite> Writes, int WriteCount);

/// <summary>A key that has to be looked at when its time comes, whatever becomes of the process.</summary>
/// <param name="Key">The key.</param>
/// <param name="Due">When.</param>
/// <param name="Failures">Failures in a row so far.</param>
public sealed record PendingRequeue(ObjectKey Key, DateTimeOffset Due, int Failures);
