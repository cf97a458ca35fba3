using System.Text.Json.Nodes;
using ActorKube.Api.Errors;
using ActorKube.Api.Names;
using ActorKube.Api.Objects;
using ActorKube.Machinery.Client;
using ActorKube.Machinery.Objects;
using ActorKube.Machinery.Reconciling;

namespace ActorKube.Controllers.Volumes.Protection;

/// <summary>Keeps an object that is in use from vanishing: its finalizer goes on as soon as it is missing, and off when the object is on its way out and nobody uses it.</summary>
/// <param name="Resource">The resource.</param>
/// <param name="Finalizer">The finalizer.</param>
internal sealed record Protecting(GroupVersionResource Resource, string Finalizer)
{
    /// <summary>Whether it has to be found out if an object is in use.</summary>
    public bool AsksFor(StoredObject item) => item.Head.Deleted is not null && item.Head.Finalizers.Contains(Finalizer);

    /// <summary>Puts the finalizer on; nothing for an object that has it, or that is on its way out.</summary>
    public Plan Guard(StoredObject item) =>
        item.Head.Deleted is not null || item.Head.Finalizers.Contains(Finalizer) ? Plan.Nothing : Write(item, item.Head.Finalizers.Append(Finalizer), $"{item.Key} gets its protection");

    /// <summary>Takes the finalizer off.</summary>
    public Plan LetGo(StoredObject item) => Write(item, item.Head.Finalizers.Where(f => f != Finalizer), $"nobody uses {item.Key} any more");

    private Plan Write(StoredObject item, IEnumerable<string> finalizers, string why)
    {
        var json = item.Edit();
        json.Child("metadata")["finalizers"] = new JsonArray([.. finalizers.Select(static f => (JsonNode)f)]);
        return new PlanBuilder().Because(why).Do(new UpdateStep(ObjectAddress.Of(Resource, item.Key), json.Encode()) { Tolerates = [StatusReason.NotFound] }).Build();
    }
}
