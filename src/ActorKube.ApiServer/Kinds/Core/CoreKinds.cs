using ActorKube.Api.Names;
using ActorKube.ApiServer.Pipeline;
using static ActorKube.ApiServer.Kinds.KindTable;

namespace ActorKube.ApiServer.Kinds.Core;

/// <summary>The core kinds that need no behaviour of their own.</summary>
internal static class CoreKinds
{
    /// <summary>The old way to bind a pod; posted to a namespace.</summary>
    public static KindStrategy Binding => Namespaced("v1", "Binding", "bindings").Only(RequestVerb.Create).Generic();

    /// <summary>Health of the control plane's parts; deprecated upstream and empty here, where there are no such parts.</summary>
    public static KindStrategy ComponentStatus => ClusterScoped("v1", "ComponentStatus", "componentstatuses", "cs")
        .Only(RequestVerb.Get, RequestVerb.List)
        .DeprecatedSince("v1.19")
        .Generic();

    /// <summary>A template without a controller.</summary>
    public static KindStrategy PodTemplate => new PodTemplateStrategy();

    /// <summary>Options of streams and proxies, as discovery names them.</summary>
    public static GroupVersionKind Options(string kind) => new("", "v1", kind);
}
