using System.Text.Json.Nodes;
using ActorKube.Api.Errors;
using ActorKube.Api.Json;
using ActorKube.Api.Users;
using ActorKube.ApiServer.Kinds;
using ActorKube.ApiServer.Pipeline;

namespace ActorKube.ApiServer.Admission;

/// <summary>A write as admission sees it (upstream: <c>admission.Attributes</c>).</summary>
internal sealed class AdmissionRequest(AdmissionOperation operation, ApiRequest request, ServedResource served)
{
    private JsonObject? _old;

    /// <summary>What is done.</summary>
    public AdmissionOperation Operation { get; } = operation;

    /// <summary>To which resource.</summary>
    public ServedResource Served { get; } = served;

    /// <summary>Through which subresource; empty for the object itself.</summary>
    public string Subresource { get; } = request.Subresource;

    /// <summary>Which Kubernetes API is meant.</summary>
    public string Workspace { get; } = request.Workspace;

    /// <summary>Namespace; for a namespace itself, its own name.</summary>
    public string Namespace { get; init; } = request.Namespace;

    /// <summary>Name; may be empty while an object is created whose name stands in its body only.</summary>
    public string Name { get; init; } = request.Name;

    /// <summary>Who asks.</summary>
    public UserInfo User { get; } = request.User;

    /// <summary>The state that is wanted; null for deletions.</summary>
    public JsonObject? Object { get; init; }

    /// <summary>The present state; null for creations. Read only, and decoded only when somebody asks.</summary>
    public JsonObject? Old => _old ??= OldSource?.Invoke();

    /// <summary>Decodes <see cref="Old"/>.</summary>
    public Func<JsonObject>? OldSource { get; init; }

    /// <summary>Whether nothing will be written.</summary>
    public bool DryRun { get; init; }

    /// <summary>The 403 with which plug-ins refuse.</summary>
    public ApiException Forbid(string why) =>
        ApiErrors.Forbidden(Served.GroupResource, Name.Length > 0 ? Name : Object.Object("metadata").Text("name") ?? "", why);
}
