using System.Text.Json.Nodes;
using ActorKube.Api.Errors;
using ActorKube.Api.Names;
using ActorKube.Api.Objects;
using ActorKube.Machinery.Client;
using ActorKube.Machinery.Informers;
using ActorKube.Machinery.Objects;
using ActorKube.Machinery.Reconciling;

namespace ActorKube.Controllers.Accounts.Tokens;

/// <summary>
/// Takes away tokens that were made for an account by itself, as older clusters did, and that nobody has used for a year: marks them invalid first, and deletes them when nobody objected for another
/// year. Upstream: <c>pkg/controller/serviceaccount/legacy_serviceaccount_token_cleaner.go</c>.
/// </summary>
/// <param name="unused">How long a token has to be unused, and invalid.</param>
internal sealed class UnusedTokenCleaner(TimeSpan unused) : IReconciler
{
    private static readonly TimeSpan Interval = TimeSpan.FromDays(1);
    private static readonly GroupVersionResource Secrets = WellKnownResources.Secrets;
    private static readonly GroupVersionResource Accounts = WellKnownResources.ServiceAccounts;
    private static readonly GroupVersionResource ConfigMaps = WellKnownResources.ConfigMaps;
    private static readonly GroupVersionResource Pods = WellKnownResources.Pods;

    public string Name => "legacy-serviceaccount-token-cleaner-controller";

    public IReadOnlyList<WatchSpec> WatchesOf(IReadOnlyList<ServedResource> served) =>
    [
        new WatchSpec(Secrets, static (change, _) => TokenSecret.Is(change.Latest.Object) ? [change.Latest.Key] : []),
        WatchSpec.ReadOnly(Accounts),
        WatchSpec.ReadOnly(ConfigMaps),
        WatchSpec.ReadOnly(Pods, CacheIndex.Namespace),
    ];

    public Plan Reconcile(ReconcileContext context)
    {
        if (context.Find(Secrets) is not { Head.Deleted: null } item || !TokenSecret.Is(item.Object))
            return Plan.Nothing;
        var plan = new PlanBuilder().Poll(Interval);
        var deadline = context.Now.Clock - unused;
        if (!IsTrackedSince(context, deadline) || !IsUnused(item.Object, deadline) || !IsMadeForAccount(context, item) || IsMounted(context, item.Key))
            return plan.Build();
        var address = ObjectAddress.Of(Secrets, item.Key);
        if (LegacyTokens.ParseDay(item.Head.Labels[LegacyTokens.InvalidSinceLabel]) is not { } invalid)
            return plan
                .Because($"nobody has used the token for {unused.TotalDays:0} days")
                .Do(new PatchStep(address, PatchType.Merge, Mark(item.Head.Uid, context.Now)) { Tolerates = [StatusReason.NotFound, StatusReason.Conflict] })
                .Build();
        if (invalid >= DayOf(deadline))
            return plan.Build();
        return plan
            .Because($"the token has been invalid for {unused.TotalDays:0} days")
            .Do(new DeleteStep(address, new DeleteOptions { Uid = item.Head.Uid, ResourceVersion = $"{item.Object.Revision}" }) { Tolerates = [StatusReason.NotFound, StatusReason.Conflict] })
            .Build();
    }

    // The day on which tracking began does not count.
    private static bool IsTrackedSince(ReconcileContext context, DateTimeOffset deadline) =>
        context.View.Of(ConfigMaps).Find(LegacyTokens.Tracking) is { } map && LegacyTokens.ParseDay(map.Object.Edit().Text("data", "since")) is { } since && since <= deadline.AddDays(-1);

    private static bool IsUnused(StoredObject secret, DateTimeOffset deadline) =>
        secret.Head.Created < deadline && (secret.Head.Labels[LegacyTokens.LastUsedLabel] is not { } label || LegacyTokens.ParseDay(label) < DayOf(deadline));

    // Tokens that somebody asked for are not referred to by their account.
    private static bool IsMadeForAccount(ReconcileContext context, CachedObject item)
    {
        var secret = item.As<TokenSecret>();
        return context.View.Of(Accounts).Find(secret.Account) is { } account && secret.IsOf(account.Object)
            && account.Object.Edit().Items("secrets").Any(s => s.Text("name") == item.Key.Name);
    }

    private static bool IsMounted(ReconcileContext context, ObjectKey key) =>
        context.View.Of(Pods).By(CacheIndex.Namespace, key.Namespace).Any(p => PodSecrets.Uses(p.Object, key.Name));

    private static ReadOnlyMemory<byte> Mark(string uid, DateTimeOffset now) =>
        new JsonObject { ["metadata"] = new JsonObject { ["uid"] = uid, ["labels"] = new JsonObject { [LegacyTokens.InvalidSinceLabel] = LegacyTokens.DayOf(now) } } }.Encode();

    private static DateTimeOffset DayOf(DateTimeOffset time) => new(time.UtcDateTime.Date, TimeSpan.Zero);
}
