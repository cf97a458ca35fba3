using System.Text.Json.Nodes;
using ActorKube.Api.Json;
using ActorKube.Api.Validation;

namespace ActorKube.ApiServer.Kinds.Core.Pods;

/// <summary>The claim that stands for the extended resources of a pod's containers (upstream: <c>validatePodExtendedResourceClaimStatus</c>).</summary>
internal static class ExtendedClaimRules
{
    private const string InContainers = "must match the extended resource name of an entry in spec.initContainers.resources.requests or spec.containers.resources.requests";

    /// <summary>Checks <c>status.extendedResourceClaimStatus</c>.</summary>
    public static void Check(JsonObject claim, JsonObject? spec, FieldPath path, FieldErrors errors)
    {
        var mappings = path.Child("requestMappings");
        if (claim.Array("requestMappings") is not { Count: > 0 })
            errors.Required(mappings, "at least one request mapping is required");
        var containers = ContainerStatusRules.ByName(spec.Objects("containers").Concat(spec.Objects("initContainers")));
        var seen = new HashSet<(string?, string?, string?)>();
        foreach (var (i, mapping) in claim.Items("requestMappings"))
        {
            var item = mappings.Index(i);
            var (container, resource, request) = (mapping.Text("containerName") ?? "", mapping.Text("resourceName") ?? "", mapping.Text("requestName") ?? "");
            if (containers.GetValueOrDefault(container) is not { } found)
                errors.Invalid(item.Child("containerName"), container, "must match the name of an entry in spec.initContainers.name or spec.containers.name");
            else if (found.Object("resources").Object("requests")?.ContainsKey(resource) != true)
                errors.Invalid(item.Child("resourceName"), resource, InContainers);
            errors.Invalid(path.Child("requestName"), request, DnsNames.Label(request));
            if (seen.Add((container, resource, request)))
                continue;
            errors.Duplicate(item.Child("containerName"), container);
            errors.Duplicate(item.Child("resourceName"), resource);
            errors.Duplicate(item.Child("requestName"), request);
        }
        if (FieldRules.Required(claim, "resourceClaimName", path, errors) is { } name)
            errors.Invalid(path.Child("resourceClaimName"), name, DnsNames.Subdomain(name));
    }
}
