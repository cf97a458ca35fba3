using ActorKube.Api.Names;

namespace ActorKube.Controllers.Workloads;

/// <summary>The types that controllers write into owner references and events.</summary>
internal static class Kinds
{
    public static readonly GroupVersionKind Deployment = new("apps", "v1", "Deployment");
    public static readonly GroupVersionKind ReplicaSet = new("apps", "v1", "ReplicaSet");
    public static readonly GroupVersionKind Job = new("batch", "v1", "Job");
    public static readonly GroupVersionKind CronJob = new("batch", "v1", "CronJob");
    public static readonly GroupVersionKind ReplicationController = new("", "v1", "ReplicationController");
    public static readonly GroupVersionKind DaemonSet = new("apps", "v1", "DaemonSet");
    public static readonly GroupVersionKind StatefulSet = new("apps", "v1", "StatefulSet");
    public static readonly GroupVersionKind ControllerRevision = new("apps", "v1", "ControllerRevision");
    public static readonly GroupVersionKind Pod = new("", "v1", "Pod");
    public static readonly GroupVersionKind Service = new("", "v1", "Service");
    public static readonly GroupVersionKind Endpoints = new("", "v1", "Endpoints");
    public static readonly GroupVersionKind PodDisruptionBudget = new("policy", "v1", "PodDisruptionBudget");
    public static readonly GroupVersionKind HorizontalPodAutoscaler = new("autoscaling", "v2", "HorizontalPodAutoscaler");
    public static readonly GroupVersionKind Node = new("", "v1", "Node");
}
