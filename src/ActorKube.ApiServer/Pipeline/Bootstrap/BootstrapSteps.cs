using System.Text.Json.Nodes;
using ActorKube.ApiServer.Allocation;
using ActorKube.ApiServer.Kinds.Scheduling;
using ActorKube.Machinery.Client;
using ActorKube.Machinery.Recording;

namespace ActorKube.ApiServer.Pipeline.Bootstrap;

/// <summary>The registry: what every cluster has, in the order in which one thing needs another.</summary>
internal static class BootstrapSteps
{
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
        // What there is to tell is told by those who keep it.
        .. Kept(addresses, port, time, static _ => { }).Skip(1),
    ];

    /// <summary>The steps for what is put back while the cluster runs; the rest may be deleted until the next start.</summary>
    /// <param name="addresses">Where service addresses come from.</param>
    /// <param name="port">Port of the control-plane processes.</param>
    /// <param name="time">The clock.</param>
    /// <param name="tell">Takes what people are told.</param>
    public static IReadOnlyList<IBootstrapStep> Kept(AddressRange addresses, int port, TimeProvider time, Action<EventSpec> tell) =>
    [
        Namespaces,
        new KeepFlowControl(time),
        new KeepServiceCidr(addresses, time, tell),
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
