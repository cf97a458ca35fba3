using System.Text.Json.Nodes;
using ActorKube.Api.Errors;
using ActorKube.Api.Names;
using ActorKube.Api.Objects;
using ActorKube.Controllers.Hosting;
using ActorKube.Machinery.Client;
using ActorKube.Machinery.Informers;
using ActorKube.Machinery.Objects;
using ActorKube.Machinery.Reconciling;

namespace ActorKube.Controllers.Accounts.Tokens;

/// <summary>
/// Fills the Secrets that ask for a token of a service account, and takes them away with the account. Upstream: <c>pkg/controller/serviceaccount/tokens_controller.go</c>. Its keys are those of secrets.
/// </summary>
/// <param name="issue">Makes tokens with the key of the process that it runs in.</param>
/// <param name="rootCa">The CA bundle, PEM.</param>
internal sealed class TokenSecretReconciler(LegacyTokenIssuer issue, string rootCa) : IReconciler
{
    private static readonly GroupVersionResource Secrets = WellKnownResources.Secrets;
    private static readonly GroupVersionResource Accounts = WellKnownResources.ServiceAccounts;

    public string Name => "serviceaccount-token-controller";

    public IReadOnlyList<WatchSpec> WatchesOf(IReadOnlyList<ServedResource> served) =>
    [
        new WatchSpec(Secrets, static (change, _) => TokenSecret.Is(change.Latest.Object) ? [change.Latest.Key] : [], TokenSecret.ByAccount),
        new WatchSpec(Accounts, static (change, view) => view.Of(Secrets).By(TokenSecret.ByAccount, TokenSecret.ValueOf(change.Latest.Key)).Select(static s => s.Key), CacheIndex.Namespace),
    ];

    public Plan Reconcile(ReconcileContext context)
    {
        if (context.Find(Secrets) is not { } item)
            return Forget(context);
        if (item.Head.Deleted is not null || !TokenSecret.Is(item.Object))
            return Plan.Nothing;
        var secret = item.As<TokenSecret>();
        var account = context.View.Of(Accounts).Find(secret.Account)?.Object;
        if (account is null || !secret.IsOf(account))
        {
            // The cache may lag behind an account that was just made.
            var read = LiveRead.Get(Accounts, secret.Account);
            if (secret.Account.Name.Length > 0 && context.Live[read] is null)
                return Plan.Ask(read);
            if (context.Live[read] is { Error: { } error })
                return new PlanBuilder().RetryBecause(error.Message).Build();
            account = context.Live[read]?.Object;
        }
        return account is not null && secret.IsOf(account) ? Fill(secret, account) : Delete(item, secret);
    }

    private Plan Fill(TokenSecret secret, StoredObject account)
    {
        if (secret.Data["ca.crt"] == rootCa && secret.Data["namespace"].Length > 0 && secret.Data["token"].Length > 0)
            return Plan.Nothing;
        var key = secret.Object.Key;
        var json = secret.Object.Edit();
        var data = json.Child("data");
        data["ca.crt"] = SecretData.Encode(rootCa);
        if (secret.Data["namespace"].Length == 0)
            data["namespace"] = SecretData.Encode(key.Namespace);
        if (secret.Data["token"].Length == 0)
            data["token"] = SecretData.Encode(issue(account.Key, account.Head.Uid, key.Name));
        var annotations = json.Child("metadata").Child("annotations");
        annotations[TokenSecret.AccountAnnotation] = account.Key.Name;
        annotations[TokenSecret.UidAnnotation] = account.Head.Uid;
        return new PlanBuilder()
            .Because($"it is to hold a token of {account.Key.Name}")
            .Do(new UpdateStep(ObjectAddress.Of(Secrets, key), json.Encode()) { Tolerates = [StatusReason.NotFound] })
            .Build();
    }

    private static Plan Delete(CachedObject item, TokenSecret secret) =>
        new PlanBuilder()
            .Because(secret.AccountUid.Length > 0 ? $"service account {secret.Account.Name} with uid {secret.AccountUid} does not exist" : $"service account {secret.Account.Name} does not exist")
            .Do(new DeleteStep(ObjectAddress.Of(Secrets, item.Key), new DeleteOptions { Uid = item.Head.Uid }) { Tolerates = [StatusReason.NotFound, StatusReason.Conflict] })
            .Build();

    // Only secrets with tokens get here: what is gone was one of them.
    private static Plan Forget(ReconcileContext context)
    {
        var plan = new PlanBuilder();
        var steps = new List<PlanStep>();
        foreach (var account in context.View.Of(Accounts).By(CacheIndex.Namespace, context.Key.Namespace))
        {
            var json = account.Object.Edit();
            if (json["secrets"] is not JsonArray secrets || secrets.RemoveAll(s => s.Text("name") == context.Key.Name) == 0)
                continue;
            plan.Because($"service account {account.Key.Name} refers to it");
            steps.Add(new UpdateStep(ObjectAddress.Of(Accounts, account.Key), json.Encode()) { Tolerates = [StatusReason.NotFound] });
        }
        return plan.Do(StageMode.Parallel, steps).Build();
    }
}
