using ActorKube.Api.Names;

namespace ActorKube.Controllers.Workloads;

/// <summary>The types that controllers write into owner references and events.</summary>
internal static class Kinds
{
    public static readonly GroupVersionKind Deployment = new("apps", "v1", "Deployment");
    public static readonly GroupVersionKind ReplicaSet = new("apps", "v1", "ReplicaSet");
    public static readonly GroupVersionKind Pod = new("", "v1", "Pod");
    public static readonly GroupVersionKind Service = new("", "v1", "Service");
    public static readonly GroupVersionKind Endpoints = new("", "v1", "Endpoints");
    public static readonly GroupVersionKind PodDisruptionBudget = new("policy", "v1", "PodDisruptionBudget");
    public static readonly GroupVersionKind Node = new("", "v1", "Node");
}
