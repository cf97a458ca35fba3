using System.Text.Json.Nodes;
using ActorKube.Api.Json;
using ActorKube.Api.Validation;

namespace ActorKube.ApiServer.Kinds.Events;

/// <summary>What both API groups ask of events.</summary>
internal static class EventRules
{
    /// <summary>An event lives in the namespace of what it is about; about cluster-scoped objects, in <c>default</c> or <c>kube-system</c>.</summary>
    public static void CheckNamespace(JsonObject obj, string reference, FieldErrors errors)
    {
        var own = obj.Object("metadata").Text("namespace") ?? "";
        var target = obj.Object(reference).Text("namespace") ?? "";
        if (target.Length == 0 ? own is not ("default" or "kube-system") && own.Length > 0 && IsClusterScoped(obj.Object(reference)) : target != own)
            errors.Invalid(FieldPath.Of(reference).Child("namespace"), target, "does not match event.namespace");
    }

    private static bool IsClusterScoped(JsonObject? reference) => reference.Text("apiVersion") is "v1" && reference.Text("kind") is "Node" or "Namespace" or "PersistentVolume";
}
