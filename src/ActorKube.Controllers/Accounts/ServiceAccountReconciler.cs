using System.Text.Json.Nodes;
using ActorKube.Api.Errors;
using ActorKube.Api.Names;
using ActorKube.Machinery.Client;
using ActorKube.Machinery.Objects;
using ActorKube.Machinery.Reconciling;

namespace ActorKube.Controllers.Accounts;

/// <summary>Gives every namespace its ServiceAccount <c>default</c>, again whenever it is lost. Upstream: <c>pkg/controller/serviceaccount/serviceaccounts_controller.go</c>.</summary>
internal sealed class ServiceAccountReconciler : IReconciler
{
    private const string Default = "default";
    private static readonly GroupVersionResource Namespaces = WellKnownResources.Namespaces;
    private static readonly GroupVersionResource Accounts = WellKnownResources.ServiceAccounts;

    public string Name => "serviceaccount-controller";

    public IReadOnlyList<WatchSpec> WatchesOf(IReadOnlyList<ServedResource> served) =>
    [
        // What happens to a namespace later changes nothing here.
        new WatchSpec(Namespaces, static (change, _) => change.Old is null || change.Old.Head.Uid != change.New?.Head.Uid ? [change.Latest.Key] : []),
        new WatchSpec(Accounts, static (change, _) => change.New is null && change.Latest.Key.Name == Default ? [new ObjectKey("", change.Latest.Key.Namespace)] : []),
    ];

    public Plan Reconcile(ReconcileContext context)
    {
        var key = new ObjectKey(context.Key.Name, Default);
        if (context.Find(Namespaces) is not { } item || item.Head.Deleted is not null || context.View.Of(Accounts).Find(key) is not null)
            return Plan.Nothing;
        var account = new JsonObject
        {
            ["apiVersion"] = "v1",
            ["kind"] = "ServiceAccount",
            ["metadata"] = new JsonObject { ["name"] = Default, ["namespace"] = key.Namespace },
        };
        return new PlanBuilder()
            .Because("the namespace has no default service account")
            .Do(new CreateStep(ObjectAddress.Of(Accounts, key), account.Encode()) { Tolerates = [StatusReason.AlreadyExists, "NamespaceTerminating"] })
            .Build();
    }
}
