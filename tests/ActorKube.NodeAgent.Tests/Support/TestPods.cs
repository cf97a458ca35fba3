using System.Text.Json.Nodes;
using ActorKube.NodeAgent.Hosting;

namespace ActorKube.NodeAgent.Tests.Support;

/// <summary>Pods and settings as tests want them.</summary>
internal static class TestPods
{
    public const string Node = "n1";

    /// <summary>A pod with one container <c>web</c>, bound to the test node.</summary>
    public static JsonObject Pod(string name, string restartPolicy = "Always", Action<JsonObject>? change = null, string ns = "default")
    {
        var pod = new JsonObject
        {
            ["apiVersion"] = "v1",
            ["kind"] = "Pod",
            ["metadata"] = new JsonObject { ["name"] = name, ["namespace"] = ns, ["uid"] = $"uid-{name}", ["creationTimestamp"] = "2026-01-01T00:00:00Z" },
            ["spec"] = new JsonObject
            {
                ["nodeName"] = Node,
                ["restartPolicy"] = restartPolicy,
                ["terminationGracePeriodSeconds"] = 30,
                ["containers"] = new JsonArray(Container("web")),
            },
            ["status"] = new JsonObject { ["phase"] = "Pending", ["qosClass"] = "BestEffort" },
        };
        change?.Invoke(pod);
        return pod;
    }

    public static JsonObject Container(string name, string image = "busybox:1") =>
        new() { ["name"] = name, ["image"] = image, ["imagePullPolicy"] = "IfNotPresent", ["terminationMessagePath"] = "/dev/termination-log", ["terminationMessagePolicy"] = "File" };

    /// <summary>Sets a simulation script for the pod.</summary>
    public static JsonObject Scripted(this JsonObject pod, string setting, string value)
    {
        var meta = (JsonObject)pod["metadata"]!;
        meta["annotations"] ??= new JsonObject();
        meta["annotations"]![$"simulated.actorkube.io/{setting}"] = value;
        return pod;
    }

    public static NodeAgentSettings Settings(string root = "/tmp/nowhere") => new()
    {
        NodeName = Node,
        NodeIps = ["192.168.7.1"],
        RootDirectory = root,
        LocalPathDirectory = Path.Combine(root, "local-path"),
        LogDirectory = Path.Combine(root, "logs"),
        SeccompDirectory = Path.Combine(root, "seccomp"),
        CgroupsEnabled = false,
        CgroupRoot = "",
        MaxPods = 110,
        ClusterDomain = "cluster.local",
        ResolvConf = "/etc/resolv.conf",
        ParallelPulls = 4,
        StatusDelay = TimeSpan.Zero,
        StatusParallel = 10,
        VolumeRefresh = TimeSpan.FromMinutes(1),
        NodeStatusInterval = TimeSpan.FromSeconds(10),
        NodeHeartbeat = TimeSpan.FromMinutes(5),
        LeaseDuration = TimeSpan.FromSeconds(40),
        LeaseInterval = TimeSpan.FromSeconds(10),
        Events = EventLevel.All,
        EventsPerSecond = 1000,
        LogMaxBytes = 10 * 1024 * 1024,
        LogMaxFiles = 5,
        LogRotationInterval = TimeSpan.FromSeconds(10),
        CniEnabled = false,
        CniDirectory = Path.Combine(root, "cni"),
        BindAddress = "127.0.0.1",
    };
}
