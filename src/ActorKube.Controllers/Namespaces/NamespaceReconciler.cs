using System.Text.Json.Nodes;
using ActorKube.Api.Errors;
using ActorKube.Api.Names;
using ActorKube.Api.Objects;
using ActorKube.Machinery.Client;
using ActorKube.Machinery.Objects;
using ActorKube.Machinery.Reconciling;

namespace ActorKube.Controllers.Namespaces;

/// <summary>
/// Empties namespaces that are being deleted, pods first, whatever resources there are, and lets them go when nothing is left. Upstream: <c>pkg/controller/namespace</c>.
/// </summary>
internal sealed class NamespaceReconciler : IReconciler
{
    private const string Finalizer = "kubernetes";
    private static readonly GroupVersionResource Namespaces = WellKnownResources.Namespaces;
    private static readonly DeleteOptions Background = new() { PropagationPolicy = "Background" };

    // Right after a deletion things are mostly gone; what then remains waits for finalizers or grace.
    private static readonly TimeSpan SoonAfterDeletion = TimeSpan.FromMilliseconds(50);

    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(5);

    public string Name => "namespace-controller";

    public IReadOnlyList<WatchSpec> WatchesOf(IReadOnlyList<ServedResource> served) =>
        [new WatchSpec(Namespaces, static (change, _) => change.New?.Head.Deleted is null ? [] : [change.New.Key])];

    public Plan Reconcile(ReconcileContext context)
    {
        if (context.Find(Namespaces)?.Object is not { } item || item.Head.Deleted is null)
            return Plan.Nothing;
        var json = item.Edit();
        if (!json.Items("spec", "finalizers").Any(f => f.Text() == Finalizer))
            return Plan.Nothing;

        var name = context.Key.Name;
        var resources = context.Served.Where(r => r.Namespaced && r.Supports("list", "delete")).ToArray();
        var reads = resources.Select(r => LiveRead.List(r.Resource, name)).ToArray();
        if (reads.Any(r => context.Live[r] is null))
            return new Plan { Reads = [.. reads] };

        var content = new NamespaceContent(resources.Zip(reads, (r, read) => (r, context.Live[read]!)));
        var plan = new PlanBuilder();
        var conditions = NamespaceConditions.Of(json, content, context.LastFailure, context.Now);
        if (content.IsEmpty)
        {
            plan.Because("nothing is left in it");
            Finish(plan, item, json, conditions);
            return plan.Build();
        }
        var deletions = content.ToDelete.SelectMany(r => Deletions(r.Resource, r.Items, name)).ToList();
        List<PlanStep> steps = [.. deletions];
        if (conditions is not null)
        {
            json.Child("status")["phase"] = "Terminating";
            json.Child("status")["conditions"] = conditions;
            steps.Add(new UpdateStep(ObjectAddress.Of(Namespaces, item.Key, "status"), json.Encode()));
        }
        // Together: what is in it goes also where its conditions cannot be written.
        plan.Do(StageMode.Parallel, steps);
        if (deletions.Count > 0)
            plan.Because($"deletes the {string.Join(", ", content.ToDelete.Select(r => r.Resource.Resource.Resource))} in it").Again(SoonAfterDeletion);
        else
            plan.Again(Patience(context.Now.Since(item.Head.Deleted.Value)));
        if (content.Error is { } error)
            plan.RetryBecause(error.Message);
        return plan.Build();
    }

    // Upstream guesses half the pods' grace. Here it is a tenth of the time that the deletion has taken: users who wait see the end soon, and what takes long is looked at seldom.
    private static TimeSpan Patience(TimeSpan sinceDeletion) =>
        sinceDeletion / 10 is var tenth && tenth > LongestWait ? LongestWait : tenth < SoonAfterDeletion * 4 ? SoonAfterDeletion * 4 : tenth;

    private static IEnumerable<PlanStep> Deletions(ServedResource resource, IReadOnlyList<StoredObject> items, string ns) =>
        resource.Supports("deletecollection")
            ? [new DeleteCollectionStep(new ObjectAddress(resource.Resource, ns, ""), Background)]
            : items.Where(i => i.Head.Deleted is null)
                .Select(i => new DeleteStep(ObjectAddress.Of(resource.Resource, i.Key), Background with { Uid = i.Head.Uid }) { Tolerates = [StatusReason.NotFound] });

    private static void Finish(PlanBuilder plan, StoredObject item, JsonObject json, JsonArray? conditions)
    {
        var others = json.Items("spec", "finalizers").Select(f => f.Text()).Where(f => f != Finalizer).ToArray();
        // Conditions matter only to a namespace that somebody else still holds.
        if (others.Length > 0 && conditions is not null)
        {
            var status = json.DeepClone().AsObject();
            status.Child("status")["conditions"] = conditions;
            plan.Do(new UpdateStep(ObjectAddress.Of(Namespaces, item.Key, "status"), status.Encode()));
            json.Child("metadata").Remove("resourceVersion");
        }
        json.Child("spec")["finalizers"] = new JsonArray([.. others.Select(f => (JsonNode)f)]);
        plan.Do(new UpdateStep(ObjectAddress.Of(Namespaces, item.Key, "finalize"), json.Encode()) { Tolerates = [StatusReason.NotFound] });
    }
}
