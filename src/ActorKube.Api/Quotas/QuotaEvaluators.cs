using System.Collections.Concurrent;
using System.Collections.Frozen;
using ActorKube.Api.Names;

namespace ActorKube.Api.Quotas;

/// <summary>The registry: who knows what the objects of a resource count for.</summary>
public static class QuotaEvaluators
{
    /// <summary>Pods.</summary>
    public static readonly PodCounts Pods = new();
    /// <summary>Services.</summary>
    public static readonly ServiceCounts Services = new();
    /// <summary>Claims.</summary>
    public static readonly ClaimCounts Claims = new();

    private static readonly QuotaEvaluator[] Particular =
    [
        Pods,
        Services,
        Claims,
        new ObjectCounts(new GroupResource("", "configmaps"), "configmaps"),
        new ObjectCounts(new GroupResource("", "replicationcontrollers"), "replicationcontrollers"),
        new ObjectCounts(new GroupResource("", "resourcequotas"), "resourcequotas"),
        new ObjectCounts(new GroupResource("", "secrets"), "secrets"),
    ];

    // What is answered and not stored, and events, which never were counted.
    private static readonly FrozenSet<GroupResource> Ignored =
    [
        new("", "bindings"), new("", "componentstatuses"), new("", "events"), new("events.k8s.io", "events"),
        new("authentication.k8s.io", "tokenreviews"), new("authentication.k8s.io", "selfsubjectreviews"),
        new("authorization.k8s.io", "subjectaccessreviews"), new("authorization.k8s.io", "selfsubjectaccessreviews"),
        new("authorization.k8s.io", "localsubjectaccessreviews"), new("authorization.k8s.io", "selfsubjectrulesreviews"),
    ];

    private static readonly ConcurrentDictionary<GroupResource, QuotaEvaluator> Known = new(Particular.ToDictionary(static e => e.Resource));

    /// <summary>The evaluator of a namespaced resource; null for those that no quota counts.</summary>
    public static QuotaEvaluator? Of(GroupResource resource) =>
        Known.TryGetValue(resource, out var known) ? known : Ignored.Contains(resource) ? null : Known.GetOrAdd(resource, static r => new ObjectCounts(r));
}
