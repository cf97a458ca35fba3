using System.Globalization;
using System.Text.Json.Nodes;
using ActorKube.Api.Names;
using ActorKube.Controllers.Autoscaling;
using ActorKube.Controllers.Hosting;
using ActorKube.Machinery.Client;
using ActorKube.Machinery.Objects;

namespace ActorKube.Controllers.Tests.Harness;

/// <summary>An autoscaler <c>web</c>, its target, and pods whose use the test says. The target is what its scale shows.</summary>
internal sealed class AutoscaledTarget
{
    /// <summary>Scales down as soon as the load does.</summary>
    public const string NoWindow =
        """
        {"scaleUp":{"stabilizationWindowSeconds":0,"selectPolicy":"Max","policies":[{"type":"Pods","value":4,"periodSeconds":15},{"type":"Percent","value":100,"periodSeconds":15}]},
         "scaleDown":{"stabilizationWindowSeconds":0,"selectPolicy":"Max","policies":[{"type":"Percent","value":100,"periodSeconds":15}]}}
        """;

    public static readonly GroupVersionResource Autoscalers = WellKnownResources.HorizontalPodAutoscalers;
    public static readonly GroupVersionResource Deployments = WellKnownResources.Deployments;
    private static readonly GroupVersionResource PodMetrics = new("metrics.k8s.io", "v1beta1", "pods");
    private static readonly TimeSpan Sync = TimeSpan.FromSeconds(15);

    public AutoscaledTarget()
    {
        Harness = new ControllerHarness();
        Harness.Catalog.Serve("Deployment", Deployments).Serve("Service", WellKnownResources.Services);
        Harness.Run(new AutoscalerReconciler(new AutoscalerOptions()));
    }

    public ControllerHarness Harness { get; }

    public int Replicas
    {
        get => (int)Harness.Cluster.Json(Deployments, "default", "web").Number("spec", "replicas")!;
        set => Harness.Cluster.Change(Deployments, "default", "web", d => d["spec"]!["replicas"] = value);
    }

    public JsonNode Status => Harness.Cluster.Json(Autoscalers, "default", "web")["status"]!;

    public string[] Conditions => [.. Status.Items("conditions").Select(c => $"{c.Text("type")}={c.Text("status")} {c.Text("reason")}: {c.Text("message")}")];

    public IEnumerable<string> EventTexts => Harness.Events.Select(e => $"{e.Reason}: {e.Message}");

    /// <summary>What the controller wanted remembered last.</summary>
    public string LastMemory => Harness.Memories[^1];

    public static string Cpu(int utilization) => $$$$"""{"type":"Resource","resource":{"name":"cpu","target":{"type":"Utilization","averageUtilization":{{{{utilization}}}}}}}""";

    public static string Memory(string average) => $$$$"""{"type":"Resource","resource":{"name":"memory","target":{"type":"AverageValue","averageValue":"{{{{average}}}}"}}}""";

    public void Create(int replicas, string metric, string? second = null, int min = 1, int max = 10, string behavior = "")
    {
        Harness.Cluster.Create(Deployments, $$$"""{"apiVersion":"apps/v1","kind":"Deployment","metadata":{"namespace":"default","name":"web"},"spec":{"replicas":{{{replicas}}}},"status":{"replicas":{{{replicas}}},"selector":"app=web"}}""");
        Create("web", second is null ? metric : $"{metric},{second}", min, max, behavior);
        for (var i = 0; i < replicas; i++)
            AddPod(Name(i), "Running");
    }

    public void Create(string name, string metrics, int min = 1, int max = 10, string behavior = "") => Harness.Cluster.Create(Autoscalers,
        $$$"""{"apiVersion":"autoscaling/v2","kind":"HorizontalPodAutoscaler","metadata":{"namespace":"default","name":"{{{name}}}"},"spec":{"scaleTargetRef":{"apiVersion":"apps/v1","kind":"Deployment","name":"web"},"minReplicas":{{{min}}},"maxReplicas":{{{max}}},"metrics":[{{{metrics}}}]{{{(behavior.Length > 0 ? ",\"behavior\":" + behavior : "")}}}}}""");

    /// <summary>A pod that started, and became ready, an hour ago.</summary>
    public void AddPod(string name, string phase)
    {
        var before = JsonWriting.Time(Harness.Time.GetUtcNow().AddHours(-1));
        Harness.Cluster.Create(WellKnownResources.Pods, $$$"""
            {"apiVersion":"v1","kind":"Pod","metadata":{"namespace":"default","name":"{{{name}}}","labels":{"app":"web"}},"spec":{"nodeName":"n","containers":[]},
            "status":{"phase":"{{{phase}}}","startTime":"{{{before}}}","conditions":[{"type":"Ready","status":"True","lastTransitionTime":"{{{before}}}"}]}}
            """);
    }

    /// <summary>What every pod uses from now on; there are as many pods as the target asks for.</summary>
    public void Load(int cpuMillis, int request, long memoryBytes = 1, int? side = null, int withoutSample = 0, int unready = 0)
    {
        for (var i = 0; i < Replicas; i++)
        {
            if (Harness.Cluster.Find(WellKnownResources.Pods, "default", Name(i)) is null)
                AddPod(Name(i), "Running");
            var (isReady, hasSample) = (i >= unready, i >= withoutSample);
            Harness.Cluster.Change(WellKnownResources.Pods, "default", Name(i), p =>
            {
                var requests = request > 0 ? new JsonObject { ["cpu"] = $"{request}m" } : new JsonObject();
                var containers = new JsonArray(Container("app", requests));
                if (side is not null)
                    containers.Add(Container("side", requests));
                p["spec"]!["containers"] = containers;
                if (!isReady)
                    p["status"]!["phase"] = "Pending";
            });
            Sample(Name(i), hasSample ? cpuMillis : null, memoryBytes, side);
        }
        for (var i = Replicas; Harness.Cluster.Find(WellKnownResources.Pods, "default", Name(i)) is not null; i++)
        {
            Harness.Cluster.Vanish(WellKnownResources.Pods, "default", Name(i));
            Sample(Name(i), null, 0, null);
        }
    }

    public void Settle() => Harness.Settle();

    /// <summary>Lets the next turn of the controller come.</summary>
    public void Turn() => Harness.Advance(Sync);

    /// <summary>The same load on every pod, for a time.</summary>
    public void LoadFor(TimeSpan span, int cpuMillis, int request)
    {
        for (var passed = TimeSpan.Zero; passed < span; passed += Sync)
        {
            Load(cpuMillis, request);
            Turn();
        }
    }

    private void Sample(string pod, int? cpuMillis, long memoryBytes, int? side)
    {
        Harness.Cluster.Vanish(PodMetrics, "default", pod);
        if (cpuMillis is not { } cpu)
            return;
        var now = JsonWriting.Time(Harness.Time.GetUtcNow());
        var others = side is { } other ? ",{\"name\":\"side\",\"usage\":{\"cpu\":\"" + other.ToString(CultureInfo.InvariantCulture) + "m\",\"memory\":\"1\"}}" : "";
        Harness.Cluster.Create(PodMetrics, $$$"""{"apiVersion":"metrics.k8s.io/v1beta1","kind":"PodMetrics","metadata":{"namespace":"default","name":"{{{pod}}}"},"timestamp":"{{{now}}}","window":"15s","containers":[{"name":"app","usage":{"cpu":"{{{cpu}}}000000n","memory":"{{{memoryBytes}}}"}}{{{others}}}]}""");
    }

    private static JsonObject Container(string name, JsonObject requests) => new() { ["name"] = name, ["resources"] = new JsonObject { ["requests"] = requests.DeepClone() } };

    private static string Name(int i) => $"web-{i}";
}
