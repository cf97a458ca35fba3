using System.Text.Json.Nodes;
using ActorKube.Api.Errors;
using ActorKube.Api.Names;
using ActorKube.Api.Selectors;
using ActorKube.Machinery.Client;
using ActorKube.Machinery.Informers;
using ActorKube.Machinery.Objects;
using ActorKube.Machinery.Reconciling;

namespace ActorKube.Controllers.Roles;

/// <summary>
/// The rules of an aggregated ClusterRole are those of the ClusterRoles that its selectors match, each rule once. The roles that come with the API server are filled when they are made; this
/// keeps them, and everybody's own, in step. Upstream: <c>pkg/controller/clusterroleaggregation</c>.
/// </summary>
internal sealed class ClusterRoleAggregation : IReconciler
{
    private static readonly GroupVersionResource Roles = WellKnownResources.ClusterRoles;

    public string Name => "clusterrole-aggregation-controller";

    // Whose rules a role is part of is not known before its selectors are asked; there are few that have any.
    public IReadOnlyList<WatchSpec> WatchesOf(IReadOnlyList<ServedResource> served) =>
        [new WatchSpec(Roles, static (_, view) => view.Of(Roles).All.Where(static r => r.As<ClusterRoleView>().IsAggregated).Select(static r => r.Key))];

    public Plan Reconcile(ReconcileContext context)
    {
        if (context.Find(Roles) is not { } role || role.As<ClusterRoleView>() is not { IsAggregated: true } view)
            return Plan.Nothing;
        if (Selectors(view, out var fault) is not { } selectors)
            return new PlanBuilder().RetryBecause(fault).Build();
        var (rules, sources) = RulesFor(role.Key, selectors, context.View.Of(Roles));
        // Their order says nothing, and two roles that are made of each other would never come to rest about it.
        if (rules.Count == view.Rules.Length && rules.ToHashSet().SetEquals(view.Rules))
            return Plan.Nothing;
        var patch = new JsonObject
        {
            ["metadata"] = new JsonObject { ["uid"] = role.Head.Uid },
            ["rules"] = new JsonArray([.. rules.Select(static r => JsonNode.Parse(r))]),
        };
        return new PlanBuilder()
            .Because($"made of {(sources.Count == 0 ? "no role" : string.Join(", ", sources))}: {rules.Count} rules instead of {view.Rules.Length}")
            .Do(new PatchStep(ObjectAddress.Of(Roles, role.Key), PatchType.Merge, patch.Encode()) { Tolerates = [StatusReason.NotFound] })
            .Build();
    }

    private static LabelSelector[]? Selectors(ClusterRoleView role, out string fault)
    {
        fault = "";
        try
        {
            return [.. role.Selectors.Select(LabelSelectorJson.Read)];
        }
        catch (ApiException invalid)
        {
            fault = invalid.Message;
            return null;
        }
    }

    private static (List<string> Rules, List<string> Sources) RulesFor(ObjectKey key, LabelSelector[] selectors, CacheView roles)
    {
        var (rules, sources, seen) = (new List<string>(), new List<string>(), new HashSet<string>());
        foreach (var selector in selectors)
            foreach (var source in roles.All.Where(r => r.Key != key && selector.Matches(r.Head.Labels)).OrderBy(static r => r.Key))
            {
                if (!sources.Contains(source.Key.Name))
                    sources.Add(source.Key.Name);
                rules.AddRange(source.As<ClusterRoleView>().Rules.Where(seen.Add));
            }
        return (rules, sources);
    }
}
