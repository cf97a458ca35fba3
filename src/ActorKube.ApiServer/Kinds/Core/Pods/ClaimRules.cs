using System.Text.Json.Nodes;
using ActorKube.Api.Json;
using ActorKube.Api.Validation;

namespace ActorKube.ApiServer.Kinds.Core.Pods;

/// <summary>Claims of devices, and which container uses which (upstream: <c>validatePodResourceClaims</c>, <c>validateResourceClaimNames</c>).</summary>
internal static class ClaimRules
{
    /// <summary>Checks the claims of a pod.</summary>
    public static void Check(JsonObject spec, PodContext pod, FieldPath path, FieldErrors errors)
    {
        var names = new HashSet<string>();
        foreach (var (i, claim) in spec.Items("resourceClaims"))
        {
            var item = path.Index(i);
            if (pod.IsMirror)
            {
                errors.Forbidden(FieldPath.Root, "static pods do not support resource claims");
                continue;
            }
            if (FieldRules.Required(claim, "name", item, errors) is { } name)
            {
                if (names.Add(name))
                    FieldRules.Form(claim, "name", DnsNames.Label, item, errors);
                else
                    errors.Duplicate(item.Child("name"), name);
            }
            var (named, made) = (claim.Text("resourceClaimName"), claim.Text("resourceClaimTemplateName"));
            if (named is not null && made is not null)
                errors.Invalid(item, claim, "at most one of `resourceClaimName` or `resourceClaimTemplateName` may be specified");
            if (named is null && made is null)
                errors.Invalid(item, claim, "must specify one of: `resourceClaimName`, `resourceClaimTemplateName`");
            if (named is not null)
                errors.Invalid(item.Child("resourceClaimName"), named, DnsNames.Subdomain(named));
            if (made is not null)
                errors.Invalid(item.Child("resourceClaimTemplateName"), made, DnsNames.Subdomain(made));
        }
    }

    /// <summary>Checks which of them a container uses: each, or each of its requests, once.</summary>
    public static void CheckUses(JsonObject resources, PodContext pod, FieldPath path, FieldErrors errors)
    {
        var used = new HashSet<string>();
        foreach (var (i, claim) in resources.Items("claims"))
        {
            var name = claim.Text("name") ?? "";
            if (name.Length == 0)
            {
                errors.Required(path.Index(i));
                continue;
            }
            var request = claim.Text("request") ?? "";
            if (used.Contains(name))
                errors.Duplicate(path.Index(i), name);
            else
            {
                if (request.Length > 0)
                    FieldRules.Form(claim, "request", DnsNames.Label, path.Index(i), errors);
                var key = request.Length > 0 ? $"{name}/{request}" : name;
                if (used.Contains(key) || (request.Length == 0 && used.Any(u => u.StartsWith(name + "/", StringComparison.Ordinal))))
                    errors.Duplicate(path.Index(i), key);
                used.Add(key);
            }
            if (!pod.Claims.Contains(name))
                errors.NotFound(path.Index(i), name, "must be one of the names in pod.spec.resourceClaims"
                    + (pod.Claims.Count == 0 ? " which is empty" : ": " + string.Join(", ", pod.Claims.Order(StringComparer.Ordinal))));
        }
    }
}
