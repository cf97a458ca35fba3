using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using ActorKube.Machinery.Objects;
using ActorKube.Machinery.Volumes;
using ActorKube.NodeAgent.Hosting;
using ActorKube.NodeAgent.Setup;

namespace ActorKube.NodeAgent.Node;

/// <summary>The Node object and the patches of its status, as JSON.</summary>
/// <param name="settings">What the agent was told.</param>
/// <param name="localPath">Where it keeps the local-path provisioner's volumes.</param>
internal sealed class NodeObject(NodeAgentSettings settings, LocalPathRoot localPath)
{
    private const string UninitializedTaint = "node.cloudprovider.kubernetes.io/uninitialized";
    private const string ProvidedIpsAnnotation = "alpha.kubernetes.io/provided-node-ip";
    private const int MostImages = 50;
    private const int MostNamesPerImage = 5;
    private const long EvictionMemory = 100L * 1024 * 1024;
    private const decimal AllocatableDiskShare = 0.9m;

    /// <summary>What the agent claims of the machine.</summary>
    public NodeCapacity Capacity(MachineInfo machine) => new(
        settings.Cpu ?? machine.Capacity.CpuCores, settings.MemoryBytes ?? machine.Capacity.MemoryBytes, settings.EphemeralStorageBytes ?? machine.Capacity.EphemeralStorageBytes);

    /// <summary>What pods can have of it.</summary>
    public NodeCapacity Allocatable(MachineInfo machine)
    {
        var capacity = Capacity(machine);
        return capacity with
        {
            MemoryBytes = settings.MemoryBytes ?? Math.Max(0, capacity.MemoryBytes - EvictionMemory - machine.HugePages.Sum(static p => p.PageBytes * p.Pages)),
            EphemeralStorageBytes = settings.EphemeralStorageBytes ?? Math.Floor(capacity.EphemeralStorageBytes * AllocatableDiskShare),
        };
    }

    /// <summary>Labels that the agent owns.</summary>
    public ImmutableSortedDictionary<string, string> Labels(MachineInfo machine) => settings.Labels.SetItems(
    [
        KeyValuePair.Create("kubernetes.io/hostname", settings.NodeName),
        KeyValuePair.Create("kubernetes.io/os", "linux"),
        KeyValuePair.Create("kubernetes.io/arch", machine.Architecture),
        KeyValuePair.Create("beta.kubernetes.io/os", "linux"),
        KeyValuePair.Create("beta.kubernetes.io/arch", machine.Architecture),
    ]).ToImmutableSortedDictionary();

    /// <summary>A Node object to create.</summary>
    public byte[] New(NodeObservation node, DateTimeOffset now) => Bytes(new JsonObject
    {
        ["apiVersion"] = "v1",
        ["kind"] = "Node",
        ["metadata"] = new JsonObject { ["name"] = settings.NodeName, ["labels"] = Json(Labels(node.Machine)), ["annotations"] = Annotations() },
        ["spec"] = settings.WaitsForCloud ? new JsonObject { ["taints"] = new JsonArray(new JsonObject { ["key"] = UninitializedTaint, ["value"] = "true", ["effect"] = "NoSchedule" }) } : new JsonObject(),
        ["status"] = Status(node, ImmutableDictionary<string, (bool, DateTimeOffset)>.Empty, now),
    });

    /// <summary>A patch that sets the labels and annotations the agent owns.</summary>
    public byte[] MetadataPatch(MachineInfo machine) => Bytes(new JsonObject { ["metadata"] = new JsonObject { ["labels"] = Json(Labels(machine)), ["annotations"] = Annotations() } });

    /// <summary>A strategic merge patch of the whole status; conditions of others stay.</summary>
    /// <param name="node">The node now.</param>
    /// <param name="transitions">Status and last transition of conditions that are known.</param>
    /// <param name="now">The current time.</param>
    /// <param name="unaddressed">The resource version at which the node had no addresses; null when it has some. Those that a cloud has chosen stay.</param>
    public byte[] StatusPatch(NodeObservation node, ImmutableDictionary<string, (bool Status, DateTimeOffset Since)> transitions, DateTimeOffset now, string? unaddressed = null)
    {
        var status = Status(node, transitions, now);
        if (settings.WaitsForCloud && unaddressed is null)
        {
            status.Remove("addresses");
            return Bytes(new JsonObject { ["status"] = status });
        }
        // Two addresses may have the same type, which is the merge key: the list is replaced as a whole.
        ((JsonArray)status["addresses"]!).Insert(0, new JsonObject { ["$patch"] = "replace" });
        var patch = new JsonObject { ["status"] = status };
        // A cloud may choose them at the same time.
        if (settings.WaitsForCloud)
            patch["metadata"] = new JsonObject { ["resourceVersion"] = unaddressed };
        return Bytes(patch);
    }

    /// <summary>Everything in the status but times: equal texts need no write.</summary>
    public string Fingerprint(NodeObservation node) => Status(node, ImmutableDictionary<string, (bool, DateTimeOffset)>.Empty, DateTimeOffset.UnixEpoch).ToJsonString();

    private JsonObject Status(NodeObservation node, ImmutableDictionary<string, (bool Status, DateTimeOffset Since)> transitions, DateTimeOffset now)
    {
        var status = new JsonObject
        {
            ["addresses"] = Addresses(),
            ["capacity"] = Resources(Capacity(node.Machine), node.Machine),
            ["allocatable"] = Resources(Allocatable(node.Machine), node.Machine),
            ["conditions"] = new JsonArray([.. NodeConditions.Of(node).Select(c => Condition(c, transitions, now))]),
            ["nodeInfo"] = Info(node),
            ["images"] = new JsonArray([.. node.Images.OrderByDescending(i => i.SizeBytes).Take(MostImages).Select(Image)]),
        };
        if (node.RuntimeStatus is { } runtime)
            AddFeatures(status, runtime);
        if (node.DaemonPort > 0)
            status["daemonEndpoints"] = new JsonObject { ["kubeletEndpoint"] = new JsonObject { ["Port"] = node.DaemonPort } };
        return status;
    }

    private static void AddFeatures(JsonObject status, Runtimes.RuntimeStatus runtime)
    {
        status["features"] = new JsonObject { ["supplementalGroupsPolicy"] = runtime.StrictGroups };
        if (runtime.Handlers.Count > 0)
            status["runtimeHandlers"] = new JsonArray([.. runtime.Handlers.Select(static h => new JsonObject
            {
                ["name"] = h.Name,
                ["features"] = new JsonObject { ["recursiveReadOnlyMounts"] = h.RecursiveReadOnlyMounts, ["userNamespaces"] = h.UserNamespaces },
            })]);
    }

    private JsonObject Annotations()
    {
        var annotations = new JsonObject { [LocalPath.RootAnnotation] = localPath.Text, [VolumeAnnotations.AttachedByController] = "true" };
        // A cloud controller is told which of the machine's addresses the agent uses.
        if (settings.WaitsForCloud)
            annotations[ProvidedIpsAnnotation] = string.Join(',', settings.NodeIps);
        return annotations;
    }

    private JsonArray Addresses()
    {
        var addresses = new JsonArray();
        foreach (var ip in settings.NodeIps)
            addresses.Add(new JsonObject { ["type"] = "InternalIP", ["address"] = ip });
        addresses.Add(new JsonObject { ["type"] = "Hostname", ["address"] = settings.NodeName });
        return addresses;
    }

    private JsonObject Resources(NodeCapacity capacity, MachineInfo machine) => new(machine.HugePages.Select(static p => KeyValuePair.Create<string, JsonNode?>(p.Resource, p.Amount)))
    {
        ["cpu"] = capacity.CpuCores == Math.Floor(capacity.CpuCores) ? Text(capacity.CpuCores) : Text(Math.Floor(capacity.CpuCores * 1000)) + "m",
        ["ephemeral-storage"] = Text(Math.Floor(capacity.EphemeralStorageBytes / 1024)) + "Ki",
        ["memory"] = Text(Math.Floor(capacity.MemoryBytes / 1024)) + "Ki",
        ["pods"] = Text(settings.MaxPods),
    };

    private static JsonObject Condition(NodeConditionView condition, ImmutableDictionary<string, (bool Status, DateTimeOffset Since)> transitions, DateTimeOffset now)
    {
        var since = transitions.TryGetValue(condition.Type, out var known) && known.Status == condition.Status ? known.Since : now;
        return new JsonObject
        {
            ["type"] = condition.Type,
            ["status"] = condition.Status ? "True" : "False",
            ["lastHeartbeatTime"] = JsonWriting.Time(now),
            ["lastTransitionTime"] = JsonWriting.Time(since),
            ["reason"] = condition.Reason,
            ["message"] = condition.Message,
        };
    }

    private static JsonObject Info(NodeObservation node) => new()
    {
        ["machineID"] = node.Machine.MachineId,
        ["systemUUID"] = node.Machine.SystemUuid.Length > 0 ? node.Machine.SystemUuid : node.Machine.MachineId,
        ["bootID"] = node.Machine.BootId,
        ["kernelVersion"] = node.Machine.KernelVersion,
        ["osImage"] = node.Machine.OsImage,
        ["containerRuntimeVersion"] = node.Runtime is { } runtime ? $"{runtime.Name}://{runtime.Version.TrimStart('v')}" : "Unknown",
        ["kubeletVersion"] = AgentVersion.Text,
        ["kubeProxyVersion"] = "",
        ["operatingSystem"] = "linux",
        ["architecture"] = node.Machine.Architecture,
    };

    private static JsonObject Image(Runtimes.ImageInfo image) => new()
    {
        ["names"] = new JsonArray([.. image.RepoDigests.Concat(image.RepoTags).DefaultIfEmpty(image.Id).Take(MostNamesPerImage).Select(n => JsonValue.Create(n))]),
        ["sizeBytes"] = (long)image.SizeBytes,
    };

    private static JsonObject Json(IEnumerable<KeyValuePair<string, string>> values) => new(values.Select(v => KeyValuePair.Create<string, JsonNode?>(v.Key, v.Value)));

    private static string Text(decimal value) => value.ToString("0", CultureInfo.InvariantCulture);

    private static byte[] Bytes(JsonObject json) => Encoding.UTF8.GetBytes(json.ToJsonString());
}
