namespace ActorKube.Controllers.Hosting;

/// <summary>The roles of the controllers of workloads, of their sizes and of their budgets.</summary>
internal static class WorkloadRoles
{
    public static readonly ControllerRole Deployment = new("deployment-controller",
    [
        PolicyRule.Of("get list watch update", "extensions apps", "deployments"),
        PolicyRule.Of("update", "extensions apps", "deployments/status"),
        PolicyRule.Of("update", "extensions apps", "deployments/finalizers"),
        PolicyRule.Of("get list watch create update patch delete", "apps extensions", "replicasets"),
        PolicyRule.Of("get list watch update", "-", "pods"),
        PolicyRule.Events,
    ]);

    public static readonly ControllerRole ReplicaSet = new("replicaset-controller",
    [
        PolicyRule.Of("get list watch update", "apps extensions", "replicasets"),
        PolicyRule.Of("update", "apps extensions", "replicasets/status"),
        PolicyRule.Of("update", "apps extensions", "replicasets/finalizers"),
        PolicyRule.Of("list watch patch create delete", "-", "pods"),
        PolicyRule.Events,
    ]);

    public static readonly ControllerRole ReplicationController = new("replication-controller",
    [
        PolicyRule.Of("get list watch update", "-", "replicationcontrollers"),
        PolicyRule.Of("update", "-", "replicationcontrollers/status"),
        PolicyRule.Of("update", "-", "replicationcontrollers/finalizers"),
        PolicyRule.Of("list watch patch create delete", "-", "pods"),
        PolicyRule.Events,
    ]);

    public static readonly ControllerRole DaemonSet = new("daemon-set-controller",
    [
        PolicyRule.Of("get list watch", "extensions apps", "daemonsets"),
        PolicyRule.Of("update", "extensions apps", "daemonsets/status"),
        PolicyRule.Of("update", "extensions apps", "daemonsets/finalizers"),
        PolicyRule.Of("list watch", "-", "nodes"),
        PolicyRule.Of("list watch create delete patch", "-", "pods"),
        PolicyRule.Of("create", "-", "pods/binding"),
        PolicyRule.Of("get list watch create delete update patch", "apps", "controllerrevisions"),
        PolicyRule.Events,
    ]);

    public static readonly ControllerRole StatefulSet = new("statefulset-controller",
    [
        PolicyRule.Of("list watch", "-", "pods"),
        PolicyRule.Of("get list watch", "apps", "statefulsets"),
        PolicyRule.Of("update", "apps", "statefulsets/status"),
        PolicyRule.Of("update", "apps", "statefulsets/finalizers"),
        PolicyRule.Of("get create delete update patch", "-", "pods"),
        PolicyRule.Of("get list watch create delete update patch", "apps", "controllerrevisions"),
        PolicyRule.Of("get create list watch", "-", "persistentvolumeclaims"),
        PolicyRule.Of("update delete", "-", "persistentvolumeclaims"),
        PolicyRule.Of("update", "-", "pods/finalizers"),
        PolicyRule.Events,
    ]);

    public static readonly ControllerRole Job = new("job-controller",
    [
        PolicyRule.Of("get list watch update patch", "batch", "jobs"),
        PolicyRule.Of("update", "batch", "jobs/status"),
        PolicyRule.Of("update", "batch", "jobs/finalizers"),
        PolicyRule.Of("list watch create delete patch", "-", "pods"),
        PolicyRule.Events,
    ]);

    public static readonly ControllerRole CronJob = new("cronjob-controller",
    [
        PolicyRule.Of("get list watch update", "batch", "cronjobs"),
        PolicyRule.Of("get list watch create update delete patch", "batch", "jobs"),
        PolicyRule.Of("update", "batch", "cronjobs/status"),
        PolicyRule.Of("update", "batch", "cronjobs/finalizers"),
        PolicyRule.Of("list watch delete", "-", "pods"),
        PolicyRule.Events,
    ]);

    public static readonly ControllerRole FinishedJobs = new("ttl-after-finished-controller",
    [
        PolicyRule.Of("get list watch delete", "batch", "jobs"),
        PolicyRule.Events,
    ]);

    public static readonly ControllerRole Autoscaler = new("horizontal-pod-autoscaler",
    [
        PolicyRule.Of("get list watch", "autoscaling", "horizontalpodautoscalers"),
        PolicyRule.Of("update", "autoscaling", "horizontalpodautoscalers/status"),
        PolicyRule.Of("get update", "*", "*/scale"),
        PolicyRule.Of("list watch", "-", "pods"),
        PolicyRule.Of("list watch", "metrics.k8s.io", "pods"),
        PolicyRule.Of("get list watch", "custom.metrics.k8s.io", "*"),
        PolicyRule.Of("get list watch", "external.metrics.k8s.io", "*"),
        PolicyRule.Events,
    ]);

    public static readonly ControllerRole Disruption = new("disruption-controller",
    [
        PolicyRule.Of("get list watch", "extensions apps", "deployments"),
        PolicyRule.Of("get list watch", "apps extensions", "replicasets"),
        PolicyRule.Of("get list watch", "-", "replicationcontrollers"),
        PolicyRule.Of("get list watch", "policy", "poddisruptionbudgets"),
        PolicyRule.Of("get list watch", "apps", "statefulsets"),
        PolicyRule.Of("update", "policy", "poddisruptionbudgets/status"),
        PolicyRule.Of("patch update", "-", "pods/status"),
        PolicyRule.Of("get", "*", "*/scale"),
        PolicyRule.Events,
    ]);
}
