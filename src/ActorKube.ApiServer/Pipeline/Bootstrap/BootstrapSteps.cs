using System.Text.Json.Nodes;
using ActorKube.Api.Names;
using ActorKube.ApiServer.Allocation;
using ActorKube.ApiServer.Kinds.Scheduling;
using ActorKube.Machinery.Client;

namespace ActorKube.ApiServer.Pipeline.Bootstrap;

/// <summary>The registry: what every cluster has, in the order in which one thing needs another.</summary>
internal static class BootstrapSteps
{
    private static readonly GroupVersionResource ServiceCidrs = new("networking.k8s.io", "v1", "servicecidrs");

    /// <summary>All steps, for a start.</summary>
    /// <param name="addresses">Where service addresses come from.</param>
    /// <param name="port">Port of the control-plane processes.</param>
    /// <param name="time">The clock.</param>
    public static IReadOnlyList<IBootstrapStep> InOrder(AddressRange addresses, int port, TimeProvider time) =>
    [
        Namespaces,
        new EnsureObjects(
            WellKnownResources.PriorityClasses,
            "",
            [.. SystemPriorities.All.Select(static c => PriorityClass(c.Name, c.Value, c.Description))]),
        new DefaultStorageClass(),
        .. Kept(addresses, port, time).Skip(1),
    ];

    /// <summary>The steps for what is put back while the cluster runs; the rest may be deleted until the next start.</summary>
    /// <param name="addresses">Where service addresses come from.</param>
    /// <param name="port">Port of the control-plane processes.</param>
    /// <param name="time">The clock.</param>
    public static IReadOnlyList<IBootstrapStep> Kept(AddressRange addresses, int port, TimeProvider time) =>
    [
        Namespaces,
        new KeepFlowControl(time),
        new EnsureObjects(ServiceCidrs, "", ServiceCidr(addresses)),
        new EnsureObjects(WellKnownResources.Services, "default", KubernetesService(addresses, port)),
    ];

    private static EnsureObjects Namespaces => new(WellKnownResources.Namespaces, "", Named("kube-system"), Named("kube-public"), Named("kube-node-lease"), Named("default"));

    private static JsonObject Named(string name) => new() { ["metadata"] = new JsonObject { ["name"] = name } };

    private static JsonObject PriorityClass(string name, int value, string description) => new()
    {
        ["metadata"] = new JsonObject { ["name"] = name },
        ["value"] = value,
        ["description"] = description,
    };

    private static JsonObject ServiceCidr(AddressRange addresses) => new()
    {
        ["metadata"] = new JsonObject { ["name"] = "kubernetes" },
        ["spec"] = new JsonObject { ["cidrs"] = new JsonArray(addresses.Network.ToString()) },
    };

    private static JsonObject KubernetesService(AddressRange addresses, int port) => new()
    {
        ["metadata"] = new JsonObject
        {
            ["name"] = "kubernetes",
            ["labels"] = new JsonObject { ["component"] = "apiserver", ["provider"] = "kubernetes" },
        },
        ["spec"] = new JsonObject
        {
            ["clusterIP"] = addresses.First,
            ["ports"] = new JsonArray(new JsonObject { ["name"] = "https", ["port"] = 443, ["protocol"] = "TCP", ["targetPort"] = port }),
            ["sessionAffinity"] = "None",
            ["type"] = "ClusterIP",
        },
    };
}
