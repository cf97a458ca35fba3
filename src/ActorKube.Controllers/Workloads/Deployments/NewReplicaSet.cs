using System.Globalization;
using System.Text.Json.Nodes;
using ActorKube.Api.Names;
using ActorKube.Machinery.Objects;

namespace ActorKube.Controllers.Workloads.Deployments;

/// <summary>Makes the set for a deployment's present template. Its name follows from the template, so that making it twice is making it once.</summary>
internal static class NewReplicaSet
{
    /// <summary>Hash of the template and of the number of collisions so far.</summary>
    public static string Hash(JsonNode deployment, DeploymentView view) => TemplateHash.Of(deployment.At("spec", "template"), view.Status.CollisionCount ?? 0);

    public static ObjectKey KeyOf(DeploymentView view, string hash) => new(view.Object.Key.Namespace, $"{view.Object.Key.Name}-{hash}");

    public static ReadOnlyMemory<byte> Encode(JsonNode deployment, DeploymentView view, string hash, long revision, int replicas)
    {
        var template = deployment.At("spec", "template").Copy();
        template.Child("metadata").Child("labels")[TemplateHash.Label] = hash;
        var selector = deployment.At("spec", "selector").Copy();
        selector.Child("matchLabels")[TemplateHash.Label] = hash;
        var annotations = Revisions.ForNewest(view.Annotations, new Dictionary<string, string>(), revision);
        annotations[Revisions.Desired] = view.Replicas.ToString(CultureInfo.InvariantCulture);
        annotations[Revisions.Max] = Totals.Fit((long)view.Replicas + view.Bounds.MaxSurge).ToString(CultureInfo.InvariantCulture);
        var spec = new JsonObject { ["replicas"] = replicas, ["selector"] = selector, ["template"] = template };
        if (view.MinReadySeconds > 0)
            spec["minReadySeconds"] = view.MinReadySeconds;
        var key = KeyOf(view, hash);
        return new JsonObject
        {
            ["apiVersion"] = Kinds.ReplicaSet.ApiVersion,
            ["kind"] = Kinds.ReplicaSet.Kind,
            ["metadata"] = new JsonObject
            {
                ["name"] = key.Name,
                ["namespace"] = key.Namespace,
                ["labels"] = template.At("metadata", "labels")!.DeepClone(),
                ["annotations"] = new JsonObject(annotations.OrderBy(a => a.Key, StringComparer.Ordinal).Select(a => KeyValuePair.Create(a.Key, (JsonNode?)a.Value))),
                ["ownerReferences"] = new JsonArray(OwnerReferences.ToJson(OwnerReferences.ToController(Kinds.Deployment, view.Object))),
            },
            ["spec"] = spec,
        }.Encode();
    }
}
