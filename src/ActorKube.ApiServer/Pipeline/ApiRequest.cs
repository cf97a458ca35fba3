using ActorKube.Api.Names;
using ActorKube.Api.Users;
using ActorKube.Protocol.Store;

namespace ActorKube.ApiServer.Pipeline;

/// <summary>A request for resources, as every edge hands it to the pipeline once the caller is authenticated.</summary>
public sealed record ApiRequest
{
    /// <summary>Who asks.</summary>
    public required UserInfo User { get; init; }

    /// <summary>Which Kubernetes API is meant.</summary>
    public string Workspace { get; init; } = ResourceId.RootWorkspace;

    /// <summary>What is asked.</summary>
    public required RequestVerb Verb { get; init; }

    /// <summary>Resource and version, as in the path; the pipeline answers 404 when it is not served.</summary>
    public required GroupVersionResource Resource { get; init; }

    /// <summary>For example <c>status</c>; empty for the object itself.</summary>
    public string Subresource { get; init; } = "";

    /// <summary>Namespace; empty for cluster-scoped resources and for requests across namespaces.</summary>
    public string Namespace { get; init; } = "";

    /// <summary>Name; empty for collections.</summary>
    public string Name { get; init; } = "";

    /// <summary>The query parameters.</summary>
    public RequestQuery Query { get; init; } = RequestQuery.None;

    /// <summary>The body; empty when there is none. Valid until the pipeline has answered.</summary>
    public ReadOnlyMemory<byte> Body { get; init; }

    /// <summary>Media type of the body without parameters, for example <c>application/json</c>, <c>application/yaml</c>, <c>application/merge-patch+json</c>; empty when the client sent none.</summary>
    public string ContentType { get; init; } = "";

    /// <summary>Epoch of the writer's role (in-process and actor edges only); null for none.</summary>
    public long? Epoch { get; init; }

    /// <summary>Tenure that the write is bound to (in-process edge only); null for none.</summary>
    public Tenure? Tenure { get; init; }

    /// <summary>Collects sentences for <c>Warning</c> headers; whoever makes the request reads it after the answer.</summary>
    public WarningList Warnings { get; init; } = new();
}
