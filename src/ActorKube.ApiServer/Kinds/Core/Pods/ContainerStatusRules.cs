using System.Text;
using System.Text.Json.Nodes;
using ActorKube.Api.Json;
using ActorKube.Api.Validation;

namespace ActorKube.ApiServer.Kinds.Core.Pods;

/// <summary>
/// What a node says of containers (upstream: <c>ValidateContainerStateTransition</c>, <c>validateContainerStatusUsers</c>, <c>validateContainerStatusAllocatedResourcesStatus</c>).
/// </summary>
internal static class ContainerStatusRules
{
    private const string Claim = "claim:";
    private const int MaxHealthMessage = 1024;
    private static readonly string[] Healths = ["Healthy", "Unhealthy", "Unknown"];

    // The containers that each list of statuses is about; those for debugging are never started again and have no devices.
    private static readonly (string Statuses, string? Containers)[] Lists =
        [("containerStatuses", "containers"), ("initContainerStatuses", "initContainers"), ("ephemeralContainerStatuses", null)];

    /// <summary>Only containers that are started again leave the terminated state.</summary>
    public static void CheckTransitions(JsonObject? status, JsonObject? before, JsonObject? spec, FieldErrors errors)
    {
        var anyMayRestart = ContainerRestartRules.MayRestartAll(spec);
        foreach (var (list, containers) in Lists)
        {
            var known = ByName(spec.Objects(containers ?? ""));
            var going = status.Objects(list).Where(static c => c.Object("state").Object("terminated") is null).Select(static c => c.Text("name") ?? "").ToHashSet();
            foreach (var (i, was) in before.Items(list))
                if (was.Object("state").Object("terminated") is { } end && going.Contains(was.Text("name") ?? "")
                    && (containers is null || !(anyMayRestart || Restarts(known.GetValueOrDefault(was.Text("name") ?? ""), spec, end))))
                    errors.Forbidden(FieldPath.Status.Child(list).Index(i).Child("state"), "may not be transitioned to non-terminated state");
        }
    }

    /// <summary>Checks whose processes containers run.</summary>
    public static void CheckUsers(JsonObject? status, JsonObject? spec, FieldErrors errors)
    {
        var onWindows = spec.Object("os").Text("name") == "windows";
        foreach (var (list, _) in Lists)
            foreach (var (i, container) in status.Items(list))
            {
                if (container.Object("user").Object("linux") is not { } user)
                    continue;
                var path = FieldPath.Status.Child(list).Index(i).Child("user", "linux");
                if (onWindows)
                    errors.Forbidden(path, "cannot be set for a windows pod");
                else
                    CheckUser(user, path, errors);
            }
    }

    /// <summary>Checks how the devices of containers are: they are devices that the containers asked for.</summary>
    public static void CheckDevices(JsonObject? status, JsonObject? spec, FieldErrors errors)
    {
        foreach (var (list, containers) in Lists)
        {
            var known = ByName(spec.Objects(containers ?? ""));
            foreach (var (i, container) in status.Items(list))
            {
                var path = FieldPath.Status.Child(list).Index(i).Child("allocatedResourcesStatus");
                if (container.Array("allocatedResourcesStatus") is not { Count: > 0 })
                    continue;
                if (containers is null)
                    errors.Forbidden(path, "must not be specified in container status");
                else
                    CheckResources(container, known.GetValueOrDefault(container.Text("name") ?? ""), path, errors);
            }
        }
    }

    /// <summary>Containers by their names; of several with one name, the first.</summary>
    public static Dictionary<string, JsonObject> ByName(IEnumerable<JsonObject> containers)
    {
        var found = new Dictionary<string, JsonObject>();
        foreach (var container in containers)
            found.TryAdd(container.Text("name") ?? "", container);
        return found;
    }

    private static bool Restarts(JsonObject? container, JsonObject? spec, JsonObject end) =>
        container is not null && ContainerRestartRules.Restarts(container, spec, end.Int64("exitCode") ?? 0);

    private static void CheckUser(JsonObject user, FieldPath path, FieldErrors errors)
    {
        // A runtime may report users that no pod can ask for.
        FieldRules.Between(user, "uid", 0, uint.MaxValue, path, errors);
        SecurityContextRules.CheckId(user, "gid", path, errors);
        SecurityContextRules.CheckGroups(user, path, errors);
    }

    private static void CheckResources(JsonObject status, JsonObject? container, FieldPath path, FieldErrors errors)
    {
        var claims = container.Object("resources").Objects("claims").Select(static c => Claim + c.Text("name") + (c.Text("request") is { Length: > 0 } request ? $"/{request}" : "")).ToHashSet();
        foreach (var (place, resource) in status.Items("allocatedResourcesStatus"))
            CheckResource(resource, container, claims, path.Index(place), errors);
    }

    private static void CheckResource(JsonObject resource, JsonObject? container, HashSet<string> claims, FieldPath path, FieldErrors errors)
    {
        var name = resource.Text("name") ?? "";
        if (container is not null && name.StartsWith(Claim, StringComparison.Ordinal))
        {
            if (!claims.Contains(name))
                errors.Invalid(path.Child("name"), name, "must match one of the container's resource claims in a format 'claim:<claimName>/<request>' or 'claim:<claimName>' if request is empty");
        }
        else if (container is not null && container.Object("resources").Object("requests")?.ContainsKey(name) != true)
            errors.Invalid(path.Child("name"), name, "must match one of the container's resource requests");
        var seen = new HashSet<string>();
        foreach (var (i, part) in resource.Items("resources"))
        {
            var item = path.Child("resources").Index(i);
            if (part.Text("health") is var health && !Healths.Contains(health))
                errors.NotSupported(item.Child("health"), health ?? "", Healths);
            if (part.Text("message") is { } message)
                CheckMessage(message, item.Child("message"), errors);
            if (!seen.Add(part.Text("resourceID") ?? ""))
                errors.Duplicate(item.Child("resourceID"), part.Text("resourceID") ?? "");
        }
    }

    private static void CheckMessage(string message, FieldPath path, FieldErrors errors)
    {
        if (message.Length == 0)
            errors.Required(path, "must be non-empty if specified");
        else if (Encoding.UTF8.GetByteCount(message) > MaxHealthMessage)
            errors.TooLong(path, MaxHealthMessage);
    }
}
