using System.Text.Json.Nodes;

namespace ActorKube.ApiServer.Security.Rbac;

/// <summary>
/// What has to be done to objects of the bootstrap policy that exist already. Upstream's rule: only additions. What an administrator added stays; what is missing
/// comes back at the next start, unless the object says that it wants none of it (<see cref="AutoUpdate"/> is <c>false</c>).
/// </summary>
internal static class PolicyReconciliation
{
    public const string AutoUpdate = "rbac.authorization.kubernetes.io/autoupdate";

    /// <summary>The role with what it lacks, or null when it lacks nothing.</summary>
    public static JsonObject? Role(JsonObject existing, RbacRole desired)
    {
        if (IsProtected(existing))
            return null;
        var result = (JsonObject)existing.DeepClone();
        var changed = AddMetadata(result, RbacJson.Role(desired, desired.Labels));
        var current = RbacJson.ReadRole(existing);
        if (desired.IsAggregated)
        {
            // The rules of an aggregated role belong to the aggregation.
            if (desired.Aggregation.All(s => current.IsAggregated && current.Aggregation.Contains(s)))
                return changed ? result : null;
            var wanted = RbacJson.Role(desired, desired.Labels)["aggregationRule"]!;
            if (result["aggregationRule"]?["clusterRoleSelectors"] is JsonArray selectors)
                foreach (var selector in wanted["clusterRoleSelectors"]!.AsArray())
                    selectors.Add(selector!.DeepClone());
            else
                result["aggregationRule"] = wanted.DeepClone();
            return result;
        }
        var missing = RuleCoverage.Missing(current.Rules, desired.Rules);
        if (missing.Count > 0)
            result["rules"] = RbacJson.Rules(current.Rules.AddRange(RuleCoverage.Join(missing)));
        return changed || missing.Count > 0 ? result : null;
    }

    /// <summary>The binding with what it lacks, or null when it lacks nothing.</summary>
    public static JsonObject? Binding(JsonObject existing, RbacBinding desired)
    {
        if (IsProtected(existing))
            return null;
        var result = (JsonObject)existing.DeepClone();
        var changed = AddMetadata(result, RbacJson.Binding(desired, default));
        var current = RbacJson.ReadBinding(existing);
        var missing = desired.Subjects.Except(current.Subjects).ToArray();
        if (missing.Length > 0)
        {
            if (result["subjects"] is not JsonArray subjects)
                result["subjects"] = subjects = [];
            foreach (var subject in missing)
                subjects.Add(RbacJson.Subject(subject));
        }
        return changed || missing.Length > 0 ? result : null;
    }

    /// <summary>True when the binding grants another role than it should; a role reference cannot be changed, so it has to be made anew.</summary>
    public static bool MustBeReplaced(JsonObject existing, RbacBinding desired) => !IsProtected(existing) && RbacJson.ReadBinding(existing).Role != desired.Role;

    private static bool IsProtected(JsonObject existing) => (string?)existing["metadata"]?["annotations"]?[AutoUpdate] == "false";

    private static bool AddMetadata(JsonObject target, JsonObject desired)
    {
        var changed = false;
        foreach (var map in (string[])["labels", "annotations"])
            foreach (var (key, value) in desired["metadata"]![map]!.AsObject())
            {
                var metadata = target["metadata"]!.AsObject();
                if (metadata[map] is not JsonObject existing)
                    metadata[map] = existing = [];
                if (existing.ContainsKey(key))
                    continue;
                existing[key] = value!.DeepClone();
                changed = true;
            }
        return changed;
    }
}
