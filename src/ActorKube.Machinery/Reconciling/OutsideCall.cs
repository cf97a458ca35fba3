using ActorKube.Api.Names;
using System.Collections.Immutable;

namespace ActorKube.Machinery.Reconciling;

/// <summary>
/// A question or an order to a system outside of the API, for example a cloud. A plan that asks for calls does nothing else but record its events; the reconciler is called again with the
/// answers. An order has to be idempotent: a controller that dies before it has written down the answer gives it again.
/// </summary>
public abstract record OutsideCall
{
    /// <summary>Verb for the decision log, for example <c>ensure</c>.</summary>
    public abstract string Verb { get; }

    /// <summary>What it is about, for the decision log: a plural such as <c>loadbalancers</c>.</summary>
    public abstract string Target { get; }

    /// <summary>Which of them; null where the key of the turn says it.</summary>
    public virtual ObjectKey? Subject => null;

    /// <summary>True for orders: they stand in the decision log.</summary>
    public virtual bool Changes => false;
}

/// <summary>What became of an <see cref="OutsideCall"/>.</summary>
/// <param name="Call">The call.</param>
/// <param name="Result">What the other side said; null when that is nothing, or it failed.</param>
/// <param name="Error">Why it failed; null when it did not.</param>
public sealed record OutsideAnswer(OutsideCall Call, object? Result, string? Error);

/// <summary>Answers that have come for one turn of a key.</summary>
/// <param name="Reads">To <see cref="Plan.Reads"/>.</param>
/// <param name="Outside">To <see cref="Plan.Calls"/>.</param>
public sealed record Answers(ImmutableArray<KeyValuePair<LiveRead, LiveAnswer>> Reads, ImmutableArray<OutsideAnswer> Outside);
