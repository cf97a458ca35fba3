using ActorKube.Api.Errors;
using ActorKube.Api.Names;
using ActorKube.Machinery.Client;
using ActorKube.Machinery.Objects;
using ActorKube.Machinery.Reconciling;

namespace ActorKube.Controllers.Bootstrap;

/// <summary>Deletes bootstrap tokens that have ended. Upstream: <c>pkg/controller/bootstrap/tokencleaner.go</c>.</summary>
internal sealed class TokenCleaner : IReconciler
{
    private static readonly GroupVersionResource Secrets = WellKnownResources.Secrets;

    public string Name => "token-cleaner-controller";

    public IReadOnlyList<WatchSpec> WatchesOf(IReadOnlyList<ServedResource> served) =>
        [new WatchSpec(Secrets, static (change, _) => change.New is { } secret && BootstrapToken.Is(secret.Object) ? [secret.Key] : [])];

    public Plan Reconcile(ReconcileContext context)
    {
        if (context.Find(Secrets) is not { } item || !BootstrapToken.Is(item.Object) || item.As<BootstrapToken>() is not { Expires: { } end } token)
            return Plan.Nothing;
        if (!token.IsExpired(context.Now))
            return new PlanBuilder().Again(end - context.Now).Build();
        return new PlanBuilder()
            .Because("the token has ended")
            .Do(new DeleteStep(ObjectAddress.Of(Secrets, context.Key), new DeleteOptions { Uid = item.Head.Uid }) { Tolerates = [StatusReason.NotFound, StatusReason.Conflict] })
            .Build();
    }
}
