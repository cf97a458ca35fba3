using System.Text.Json;
using ActorKube.Api.Names;
using ActorKube.ApiServer.Pipeline;
using ActorKube.ApiServer.Tables;
using static ActorKube.ApiServer.Kinds.KindTable;

namespace ActorKube.ApiServer.Kinds.Core;

/// <summary>The core kinds that need no behaviour of their own.</summary>
internal static class CoreKinds
{
    /// <summary>The old way to bind a pod; posted to a namespace.</summary>
    public static KindStrategy Binding => Namespaced("v1", "Binding", "bindings").Only(RequestVerb.Create).Generic();

    /// <summary>Health of the control plane's parts; made at each read.</summary>
    public static KindStrategy ComponentStatus => new GenericStrategy(
        ClusterScoped("v1", "ComponentStatus", "componentstatuses", "cs").Only(RequestVerb.Get, RequestVerb.List).DeprecatedSince("v1.19"))
    {
        ShownAs =
        [
            TableColumn.ObjectName,
            new("Status", "string", static (o, _) => Health(o, static c => c.At("status").AsText() == "True" ? "Healthy" : "Unhealthy", "Unknown")) { Description = "Whether the component works." },
            new("Message", "string", static (o, _) => Health(o, static c => c.At("message").AsText(), "")) { Description = "What the component says of itself." },
            new("Error", "string", static (o, _) => Health(o, static c => c.At("error").AsText(), "")) { Description = "What the component failed with." },
        ],
    };

    /// <summary>A template without a controller.</summary>
    public static KindStrategy PodTemplate => new PodTemplateStrategy();

    private static string Health(JsonElement obj, Func<JsonElement, string> text, string otherwise) =>
        obj.At("conditions").Items().Where(static c => c.At("type").AsText() == "Healthy").Select(text).FirstOrDefault(otherwise);

    /// <summary>Options of streams and proxies, as discovery names them.</summary>
    public static GroupVersionKind Options(string kind) => new("", "v1", kind);
}
