using System.Text.Json.Nodes;
using ActorKube.Api.Errors;
using ActorKube.Api.Names;
using ActorKube.Machinery.Client;
using ActorKube.Machinery.Objects;
using ActorKube.Machinery.Reconciling;

namespace ActorKube.Controllers.Bootstrap;

/// <summary>
/// Signs the kubeconfig in ConfigMap <c>cluster-info</c> with every bootstrap token that is for signing, so that who holds one of them can tell that the cluster's address and authority are what the
/// cluster says they are. Upstream: <c>pkg/controller/bootstrap/bootstrapsigner.go</c>.
/// </summary>
internal sealed class BootstrapSigner : IReconciler
{
    private const string SignaturePrefix = "jws-kubeconfig-";
    private static readonly ObjectKey ClusterInfo = new("kube-public", "cluster-info");
    private static readonly GroupVersionResource ConfigMaps = WellKnownResources.ConfigMaps;
    private static readonly GroupVersionResource Secrets = WellKnownResources.Secrets;

    public string Name => "bootstrap-signer-controller";

    public IReadOnlyList<WatchSpec> WatchesOf(IReadOnlyList<ServedResource> served) =>
    [
        new WatchSpec(ConfigMaps, static (change, _) => change.Latest.Key == ClusterInfo ? [ClusterInfo] : []),
        new WatchSpec(Secrets, static (change, _) => BootstrapToken.Is(change.Latest.Object) ? [ClusterInfo] : []),
    ];

    public Plan Reconcile(ReconcileContext context)
    {
        var json = context.Find(ConfigMaps)?.Object.Edit();
        if (json.At("data") is not JsonObject data || data["kubeconfig"] is null)
            return Plan.Nothing;
        var content = data.Text("kubeconfig");
        var signatures = new Dictionary<string, string>();
        foreach (var item in context.View.Of(Secrets).All.Where(static s => BootstrapToken.Is(s.Object)))
            if (item.As<BootstrapToken>() is var token && IsGood(token, context.Now))
                signatures[SignaturePrefix + token.Id] = DetachedSignature.Of(content, token.Id, token.Secret);
        string[] old = [.. data.Where(static e => e.Key.StartsWith(SignaturePrefix, StringComparison.Ordinal)).Select(static e => e.Key)];
        if (old.Length == signatures.Count && signatures.All(s => data.Text(s.Key) == s.Value))
            return Plan.Nothing;
        foreach (var key in old)
            data.Remove(key);
        foreach (var (key, signature) in signatures)
            data[key] = signature;
        return new PlanBuilder()
            .Because("the signatures are not those of the present tokens")
            .Do(new UpdateStep(ObjectAddress.Of(ConfigMaps, ClusterInfo), json!.Encode()) { Tolerates = [StatusReason.NotFound] })
            .Build();
    }

    private static bool IsGood(BootstrapToken token, DateTimeOffset now) =>
        token.IsNamedAfterId && token.Secret.Length > 0 && !token.IsExpired(now) && token.IsFor("signing");
}
