using System.Text.Json.Nodes;
using ActorKube.Api.Errors;
using ActorKube.Machinery.Client;
using ActorKube.Machinery.Objects;
using ActorKube.Testing.Simulation.Serial;

namespace ActorKube.Testing.Simulation.Nodes;

/// <summary>A node as the API sees it: the Node object, once, and the lease, again and again.</summary>
/// <param name="name">Its name.</param>
/// <param name="address">Its address.</param>
/// <param name="client">Acts as the node's user.</param>
/// <param name="time">The clock.</param>
internal sealed class SimulatedNode(string name, string address, IResourceClient client, VirtualTime time)
{
    /// <summary>Upstream's interval.</summary>
    private static readonly TimeSpan LeaseInterval = TimeSpan.FromSeconds(10);

    /// <summary>After so many renewals the status is reported although nothing changed: every five minutes, as upstream's.</summary>
    private const int BeatsPerReport = 30;

    private static readonly ObjectAddress Leases = new(WellKnownResources.Leases, "kube-node-lease", "");

    /// <summary>Whether it renews its lease: a node that does not is lost.</summary>
    public bool IsAlive { get; set; } = true;

    /// <summary>Whether it reports its status now and then although nothing has changed.</summary>
    public bool Reports { get; init; }

    /// <summary>Registers the node, ready for pods.</summary>
    public async Task RegisterAsync()
    {
        var capacity = new JsonObject { ["cpu"] = "64", ["memory"] = "256Gi", ["pods"] = "500" };
        await client.CreateAsync(new ObjectAddress(WellKnownResources.Nodes, "", name), new JsonObject
        {
            ["apiVersion"] = "v1",
            ["kind"] = "Node",
            ["metadata"] = new JsonObject
            {
                ["name"] = name,
                ["labels"] = new JsonObject { ["kubernetes.io/hostname"] = name, ["kubernetes.io/os"] = "linux", ["kubernetes.io/arch"] = "amd64" },
            },
            ["status"] = new JsonObject
            {
                ["capacity"] = capacity,
                ["allocatable"] = capacity.DeepClone(),
                ["addresses"] = new JsonArray(new JsonObject { ["type"] = "InternalIP", ["address"] = address }),
                ["conditions"] = Ready(),
            },
        }.Encode());
    }

    /// <summary>Takes away the taint that new nodes have until the node lifecycle controller has seen them ready.</summary>
    public async Task OpenAsync(IResourceClient administrator) => await administrator.PatchAsync(
        new ObjectAddress(WellKnownResources.Nodes, "", name), PatchType.Merge, new JsonObject { ["spec"] = new JsonObject { ["taints"] = null } }.Encode());

    /// <summary>Renews the lease, and reports now and then, for as long as the cluster runs; after a silence the node says that it is ready, too.</summary>
    public async Task BeatAsync()
    {
        var wasAlive = true;
        for (var beat = 1; ; beat++, await time.Wait(LeaseInterval))
        {
            if (IsAlive)
                await RenewAsync();
            if (IsAlive && !wasAlive)
                await ReportAsync(Ready());
            else if (IsAlive && Reports && beat % BeatsPerReport == 0)
                await ReportAsync(new JsonArray(new JsonObject { ["type"] = "Ready", ["lastHeartbeatTime"] = JsonWriting.Time(time.GetUtcNow()) }));
            wasAlive = IsAlive;
        }
    }

    private JsonArray Ready()
    {
        var now = JsonWriting.Time(time.GetUtcNow());
        return new JsonArray(new JsonObject
        {
            ["type"] = "Ready", ["status"] = "True", ["reason"] = "KubeletReady", ["message"] = "kubelet is posting ready status", ["lastHeartbeatTime"] = now, ["lastTransitionTime"] = now,
        });
    }

    private async Task ReportAsync(JsonArray conditions) => await client.PatchAsync(
        new ObjectAddress(WellKnownResources.Nodes, "", name, "status"), PatchType.StrategicMerge, new JsonObject { ["status"] = new JsonObject { ["conditions"] = conditions } }.Encode());

    private async Task RenewAsync()
    {
        var spec = new JsonObject
        {
            ["holderIdentity"] = name,
            ["leaseDurationSeconds"] = 40,
            ["renewTime"] = time.GetUtcNow().UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'"),
        };
        try
        {
            await client.PatchAsync(Leases with { Name = name }, PatchType.Merge, new JsonObject { ["spec"] = spec }.Encode());
        }
        catch (ApiException missing) when (missing.Is(StatusReason.NotFound))
        {
            await client.CreateAsync(Leases with { Name = name }, new JsonObject { ["metadata"] = new JsonObject { ["name"] = name }, ["spec"] = spec.DeepClone() }.Encode());
        }
    }
}
