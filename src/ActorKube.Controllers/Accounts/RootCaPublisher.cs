using System.Text.Json.Nodes;
using ActorKube.Api.Errors;
using ActorKube.Api.Names;
using ActorKube.Machinery.Client;
using ActorKube.Machinery.Objects;
using ActorKube.Machinery.Reconciling;

namespace ActorKube.Controllers.Accounts;

/// <summary>
/// Puts the API server's CA into ConfigMap <c>kube-root-ca.crt</c> of every namespace, where projected service account volumes take it from. Upstream:
/// <c>pkg/controller/certificates/rootcacertpublisher</c>.
/// </summary>
/// <param name="rootCa">The CA bundle, PEM.</param>
internal sealed class RootCaPublisher(string rootCa) : IReconciler
{
    private const string MapName = "kube-root-ca.crt";
    private const string DataKey = "ca.crt";
    private const string DescriptionKey = "kubernetes.io/description";
    private const string Description =
        "Contains a CA bundle that can be used to verify the kube-apiserver when using internal endpoints such as the internal service IP or kubernetes.default.svc. No other usage is guaranteed across distributions of Kubernetes clusters.";

    private static readonly GroupVersionResource Namespaces = WellKnownResources.Namespaces;
    private static readonly GroupVersionResource ConfigMaps = WellKnownResources.ConfigMaps;

    public string Name => "root-ca-certificate-publisher-controller";

    public IReadOnlyList<WatchSpec> WatchesOf(IReadOnlyList<ServedResource> served) =>
    [
        // What happens to a namespace later changes nothing here.
        new WatchSpec(Namespaces, static (change, _) => change.Old is null || change.Old.Head.Uid != change.New?.Head.Uid ? [change.Latest.Key] : []),
        new WatchSpec(ConfigMaps, static (change, _) => change.Latest.Key.Name == MapName ? [new ObjectKey("", change.Latest.Key.Namespace)] : []),
    ];

    public Plan Reconcile(ReconcileContext context)
    {
        if (context.Find(Namespaces) is not { } item || item.Head.Deleted is not null)
            return Plan.Nothing;
        var key = new ObjectKey(context.Key.Name, MapName);
        var address = ObjectAddress.Of(ConfigMaps, key);
        if (context.View.Of(ConfigMaps).Find(key) is not { } map)
            return new PlanBuilder()
                .Because("the namespace does not have the root CA")
                .Do(new CreateStep(address, New(key).Encode()) { Tolerates = [StatusReason.AlreadyExists, "NamespaceTerminating"] })
                .Build();
        var json = map.Object.Edit();
        if (json.At("data") is JsonObject { Count: 1 } data && data.Text(DataKey) == rootCa && json.Text("metadata", "annotations", DescriptionKey).Length > 0)
            return Plan.Nothing;
        json["data"] = new JsonObject { [DataKey] = rootCa };
        json.Child("metadata").Child("annotations")[DescriptionKey] = Description;
        return new PlanBuilder().Because("the published root CA is not ours").Do(new UpdateStep(address, json.Encode())).Build();
    }

    private JsonObject New(ObjectKey key) =>
        new()
        {
            ["apiVersion"] = "v1",
            ["kind"] = "ConfigMap",
            ["metadata"] = new JsonObject
            {
                ["name"] = key.Name,
                ["namespace"] = key.Namespace,
                ["annotations"] = new JsonObject { [DescriptionKey] = Description },
            },
            ["data"] = new JsonObject { [DataKey] = rootCa },
        };
}
