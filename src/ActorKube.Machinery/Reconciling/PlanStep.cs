using System.Collections.Immutable;
using ActorKube.Api.Errors;
using ActorKube.Machinery.Client;
using ActorKube.Machinery.Recording;

namespace ActorKube.Machinery.Reconciling;

/// <summary>One write of a plan.</summary>
/// <param name="Address">What is written.</param>
public abstract record PlanStep(ObjectAddress Address)
{
    /// <summary>Verb for the decision log.</summary>
    public abstract string Verb { get; }

    /// <summary>Reasons of failures (<see cref="StatusReason"/>, or of their causes) after which nothing more is to be done: the step's purpose is reached, or has become void.</summary>
    public ImmutableArray<string> Tolerates { get; init; } = [];

    /// <summary>Recorded when the write succeeded.</summary>
    public EventSpec? OnDone { get; init; }

    /// <summary>Recorded when it failed, with the failure's message appended where <see cref="FailureIsExplained"/>.</summary>
    public EventSpec? OnFailed { get; init; }

    /// <summary>False where upstream's event does not say why.</summary>
    public bool FailureIsExplained { get; init; } = true;
}

/// <summary>Creates an object, or posts to a subresource.</summary>
/// <param name="Address">Where.</param>
/// <param name="Body">The encoded object.</param>
public sealed record CreateStep(ObjectAddress Address, ReadOnlyMemory<byte> Body) : PlanStep(Address)
{
    /// <inheritdoc/>
    public override string Verb => "create";
}

/// <summary>Replaces an object; the body's <c>metadata.resourceVersion</c> is the compare-and-set.</summary>
/// <param name="Address">What.</param>
/// <param name="Body">The encoded object.</param>
public sealed record UpdateStep(ObjectAddress Address, ReadOnlyMemory<byte> Body) : PlanStep(Address)
{
    /// <inheritdoc/>
    public override string Verb => "update";
}

/// <summary>Patches an object.</summary>
/// <param name="Address">What.</param>
/// <param name="Type">Kind of patch.</param>
/// <param name="Patch">The encoded patch.</param>
public sealed record PatchStep(ObjectAddress Address, PatchType Type, ReadOnlyMemory<byte> Patch) : PlanStep(Address)
{
    /// <inheritdoc/>
    public override string Verb => "patch";
}

/// <summary>Deletes an object.</summary>
/// <param name="Address">What.</param>
/// <param name="Options">Preconditions, grace and propagation.</param>
public sealed record DeleteStep(ObjectAddress Address, DeleteOptions Options) : PlanStep(Address)
{
    /// <inheritdoc/>
    public override string Verb => "delete";
}

/// <summary>Deletes all objects of a resource in a namespace.</summary>
/// <param name="Address">Resource and namespace.</param>
/// <param name="Options">Grace and propagation.</param>
public sealed record DeleteCollectionStep(ObjectAddress Address, DeleteOptions Options) : PlanStep(Address)
{
    /// <inheritdoc/>
    public override string Verb => "deletecollection";
}

/// <summary>A write that failed.</summary>
/// <param name="Verb">Verb of the step.</param>
/// <param name="Address">What was to be written.</param>
/// <param name="Status">Why it failed.</param>
public sealed record StepFailure(string Verb, ObjectAddress Address, ApiStatus Status)
{
    /// <summary>True when another writer was faster: nothing is wrong, the key is simply decided again.</summary>
    public bool IsConflict => Status.Reason == StatusReason.Conflict;
}
