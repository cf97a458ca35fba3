using System.Text.Json.Nodes;
using ActorKube.Api.Errors;
using ActorKube.Machinery.Client;
using ActorKube.Machinery.Objects;
using ActorKube.Machinery.Reconciling;
using ActorKube.Machinery.Recording;

namespace ActorKube.Controllers.Workloads.Deployments;

/// <summary>
/// Goes back to an earlier revision where an annotation of the deployment asks for it, which is how the first versions of its API did it. Whatever comes of it, the annotation goes. Upstream:
/// <c>deployment/rollback.go</c>.
/// </summary>
internal static class Rollback
{
    /// <summary>The annotation: a revision, or 0 for the one before the present.</summary>
    public const string To = "deprecated.deployment.rollback.to";

    /// <summary>The plan.</summary>
    /// <param name="deployment">The deployment.</param>
    /// <param name="wanted">What the annotation says.</param>
    /// <param name="all">Its sets, that of the present template among them.</param>
    public static Plan Of(DeploymentView deployment, long wanted, IReadOnlyList<WorkingSet> all)
    {
        var revision = wanted != 0 ? wanted : all.Select(static s => s.Revision).OrderDescending().Skip(1).FirstOrDefault();
        if (revision == 0)
            return Answer(deployment, null, Warning(deployment, "DeploymentRollbackRevisionNotFound", "Unable to find last revision."));
        if (all.FirstOrDefault(s => s.Revision == revision) is not { } set)
            return Answer(deployment, null, Warning(deployment, "DeploymentRollbackRevisionNotFound", "Unable to find the revision to rollback to."));
        if (set.View.TemplateFingerprint == deployment.TemplateFingerprint)
            return Answer(deployment, null, Warning(
                deployment, "DeploymentRollbackTemplateUnchanged", $"The rollback revision contains the same template as current deployment \"{deployment.Object.Key.Name}\""));
        return Answer(deployment, set, EventSpec.Normal(About(deployment), "DeploymentRollback", $"Rolled back deployment \"{deployment.Object.Key.Name}\" to revision {revision}"));
    }

    private static Plan Answer(DeploymentView deployment, WorkingSet? set, EventSpec told)
    {
        var json = deployment.Object.Edit();
        var annotations = json.Child("metadata").Child("annotations");
        annotations.Remove(To);
        if (set is not null)
            Restore(json, annotations, deployment, set);
        return new PlanBuilder().Because(told.Message)
            .Do(new UpdateStep(ObjectAddress.Of(WellKnownResources.Deployments, deployment.Object.Key), json.Encode()) { Tolerates = [StatusReason.NotFound], OnDone = told })
            .Build();
    }

    // The annotations are those of the time, too, but for what belongs to the deployment alone.
    private static void Restore(JsonObject json, JsonObject annotations, DeploymentView deployment, WorkingSet set)
    {
        var template = set.Object.Edit().At("spec", "template")!.DeepClone().AsObject();
        (template.At("metadata", "labels") as JsonObject)?.Remove(TemplateHash.Label);
        json.Child("spec")["template"] = template;
        foreach (var key in deployment.Annotations.Keys.Where(Revisions.IsShared))
            annotations.Remove(key);
        foreach (var (key, value) in set.View.Annotations)
            if (Revisions.IsShared(key))
                annotations[key] = value;
    }

    private static EventSpec Warning(DeploymentView deployment, string reason, string message) => EventSpec.Warn(About(deployment), reason, message);

    private static ObjectReference About(DeploymentView deployment) => ObjectReference.To(Kinds.Deployment, deployment.Object);
}
