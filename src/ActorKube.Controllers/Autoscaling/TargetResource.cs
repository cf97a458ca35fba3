using ActorKube.Api.Errors;
using ActorKube.Machinery.Objects;
using ActorKube.Machinery.Reconciling;

namespace ActorKube.Controllers.Autoscaling;

/// <summary>Which resource a reference means, and how its scale is read.</summary>
/// <param name="Read">Read of the scale; null when there is no such resource.</param>
/// <param name="Fault">Why there is none; null when there is one.</param>
internal sealed record TargetResource(LiveRead? Read, string? Fault)
{
    public static TargetResource Of(ReconcileContext context, ScaleTarget target)
    {
        if (target.ApiVersion.Count(static c => c == '/') > 1)
            return new TargetResource(null, $"unexpected GroupVersion string: {target.ApiVersion}");
        var group = GroupOf(target.ApiVersion);
        return context.Served.FirstOrDefault(s => s.Kind == target.Kind && s.Resource.Group == group) is { } served
            ? new TargetResource(new LiveRead(served.Resource, context.Key.Namespace, target.Name, "scale"), null)
            : new TargetResource(null, $"no matches for kind \"{target.Kind}\" in group \"{group}\"");
    }

    /// <summary>The group in an apiVersion; empty for the core group.</summary>
    public static string GroupOf(string apiVersion) => apiVersion.IndexOf('/', StringComparison.Ordinal) is >= 0 and var slash ? apiVersion[..slash] : "";
}

/// <summary>The scale of a target as it was read.</summary>
/// <param name="Address">Where it was read.</param>
/// <param name="Document">The whole of it.</param>
internal sealed record TargetScale(LiveRead Address, System.Text.Json.Nodes.JsonObject Document)
{
    public int Replicas => Document.Count("spec", "replicas") ?? 0;

    public int StatusReplicas => Document.Count("status", "replicas") ?? 0;

    public string Selector => Document.Text("status", "selector");

    /// <summary>The scale in an answer, or why there is none.</summary>
    public static (TargetScale? Scale, string? Fault) Of(LiveRead read, LiveAnswer answer) =>
        answer.Error is { } error ? (null, error.Message)
        : answer.Object is { } found ? (new TargetScale(read, found.Edit()), null)
        : (null, answer.Absence?.Message ?? ApiErrors.NotFound(read.Resource.Resource, read.Name!).Message);
}
