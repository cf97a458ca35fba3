namespace ActorKube.Machinery.Recording;

/// <summary>Who records events (<c>source</c>, <c>reportingComponent</c> and <c>reportingInstance</c>).</summary>
/// <param name="Component">For example <c>replicaset-controller</c>.</param>
/// <param name="Host">The node it speaks for; empty for components of the control plane.</param>
public readonly record struct EventSource(string Component, string Host = "");
