namespace ActorKube.Simulation.Tests;

/// <summary>Objects for tests; <c>spec</c> and the like are fields with a comma after each.</summary>
internal static class Manifests
{
    public static string Deployment(string name, int replicas, string image = "web:1", string spec = "", string annotations = "") =>
        Workload("Deployment", name, $"\"replicas\": {replicas}, {spec}", image, annotations);

    public static string StatefulSet(string name, int replicas, string image = "db:1", string spec = "") =>
        Workload("StatefulSet", name, $"\"replicas\": {replicas}, \"serviceName\": \"{name}\", {spec}", image);

    public static string DaemonSet(string name, string image = "agent:1") => Workload("DaemonSet", name, "", image);

    public static string Job(string name, string spec = "", string command = "\"sleep\",\"5\"") => $$"""
        { "apiVersion": "batch/v1", "kind": "Job", "metadata": { "namespace": "default", "name": "{{name}}" }, "spec": { {{JobSpec(spec, command)}} } }
        """;

    public static string CronJob(string name, string schedule, string spec = "", string job = "", string command = "\"sleep\",\"5\"") => $$"""
        { "apiVersion": "batch/v1", "kind": "CronJob", "metadata": { "namespace": "default", "name": "{{name}}" },
          "spec": { "schedule": "{{schedule}}", {{spec}} "jobTemplate": { "spec": { {{JobSpec(job, command)}} } } } }
        """;

    /// <summary>A service in front of the pods of the workload of that name.</summary>
    public static string Service(string name) => $$"""
        { "apiVersion": "v1", "kind": "Service", "metadata": { "namespace": "default", "name": "{{name}}" },
          "spec": { "selector": { "app": "{{name}}" }, "ports": [ { "port": 80 } ] } }
        """;

    /// <summary>A budget of the pods of the workload of that name.</summary>
    public static string Budget(string name, int minAvailable) => $$"""
        { "apiVersion": "policy/v1", "kind": "PodDisruptionBudget", "metadata": { "namespace": "default", "name": "{{name}}" },
          "spec": { "minAvailable": {{minAvailable}}, "selector": { "matchLabels": { "app": "{{name}}" } } } }
        """;

    private static string Workload(string kind, string name, string spec, string image, string annotations = "") => $$"""
        { "apiVersion": "apps/v1", "kind": "{{kind}}", "metadata": { "namespace": "default", "name": "{{name}}" },
          "spec": {
            {{spec}}
            "selector": { "matchLabels": { "app": "{{name}}" } },
            "template": {
              "metadata": { "labels": { "app": "{{name}}" }, "annotations": { {{annotations}} } },
              "spec": { "containers": [ { "name": "c", "image": "{{image}}" } ] } } } }
        """;

    private static string JobSpec(string spec, string command) =>
        $$"""{{spec}} "template": { "spec": { "restartPolicy": "Never", "containers": [ { "name": "c", "image": "job:1", "command": [ {{command}} ] } ] } }""";
}
