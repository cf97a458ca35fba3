using System.Text.Json.Nodes;
using ActorKube.Api.Errors;
using ActorKube.Api.Names;
using ActorKube.Api.Objects;
using ActorKube.Api.Times;
using ActorKube.ApiServer.Kinds;

namespace ActorKube.ApiServer.Verbs;

/// <summary>
/// What a deletion means for an object in the state it is in: go now, be marked and wait, or wait on (upstream: <c>BeforeDelete</c> and
/// <c>updateForGracefulDeletionAndFinalizers</c>). Pure.
/// </summary>
/// <param name="Step">What to do.</param>
/// <param name="Marked">For <see cref="DeletionStep.Mark"/>: the state to be written.</param>
internal readonly record struct DeletionPlan(DeletionStep Step, JsonObject? Marked)
{
    private const string Orphan = "orphan";
    private const string Foreground = "foregroundDeletion";

    /// <summary>Decides.</summary>
    /// <param name="item">The present state.</param>
    /// <param name="served">Its resource.</param>
    /// <param name="options">What is asked for.</param>
    /// <param name="now">The time of the request.</param>
    /// <exception cref="ApiException">409: a precondition does not hold.</exception>
    public static DeletionPlan Decide(StoredObject item, ServedResource served, DeleteOptions options, DateTimeOffset now)
    {
        CheckPreconditions(item, served.GroupResource, options);
        var head = item.Head;
        var grace = served.Strategy.GracePeriodSeconds(item, options.GracePeriodSeconds);
        var waiting = grace is not null && head is { Deleted: not null, DeletionGraceSeconds: > 0 };
        // Once it has begun, a grace period can only be shortened, and the finalizers of the collector stay as they are.
        if (waiting && (options.GracePeriodSeconds is null || options.GracePeriodSeconds >= head.DeletionGraceSeconds))
            return new(DeletionStep.Wait, null);
        var finalizers = Finalizers(head.Finalizers, served, options);
        var held = finalizers.Count > 0 || IsHeld(item, served);
        if (grace is null or 0 && !held)
            return new(DeletionStep.Remove, null);
        if (head.Deleted is not null && !waiting && held && finalizers.SequenceEqual(head.Finalizers))
            return new(DeletionStep.Wait, null);
        var marked = StoredForm.Decode(item, served);
        var metadata = ObjectMetadata.Of(marked);
        SetFinalizers(metadata, finalizers);
        Mark(metadata, head, waiting, grace is null || head.Deleted is not null && !waiting ? 0 : waiting ? options.GracePeriodSeconds!.Value : grace.Value, now);
        if (head.Deleted is null)
            served.Strategy.OnMarkedForDeletion(marked);
        return new(DeletionStep.Mark, marked);
    }

    /// <summary>Compares the object with what the options insist on.</summary>
    /// <param name="item">The object.</param>
    /// <param name="resource">What the refusal calls its resource.</param>
    /// <param name="options">The options.</param>
    /// <exception cref="ApiException">409: a precondition does not hold.</exception>
    public static void CheckPreconditions(StoredObject item, GroupResource resource, DeleteOptions options)
    {
        if (options.Uid is { } uid && uid != item.Head.Uid)
            throw ApiErrors.Conflict(
                resource,
                item.Key.Name,
                $"the UID in the precondition ({uid}) does not match the UID in record ({item.Head.Uid}). The object might have been deleted and then recreated");
        if (options.ResourceVersion is { } version && ReadRevision.Parse(version) != item.Revision)
            throw ApiErrors.Conflict(
                resource,
                item.Key.Name,
                $"the ResourceVersion in the precondition ({version}) does not match the ResourceVersion in record ({item.Revision}). The object might have been modified");
    }

    // An explicit wish counts most, then the finalizer the object has, then the kind's default.
    private static IReadOnlyList<string> Finalizers(IReadOnlyList<string> present, ServedResource served, DeleteOptions options)
    {
        var (orphan, foreground) = (options.OrphanDependents, options.PropagationPolicy) switch
        {
            ({ } old, _) => (old, false),
            (_, "Orphan") => (true, false),
            (_, "Foreground") => (false, true),
            (_, "Background") => (false, false),
            _ when present.Contains(Orphan) => (true, false),
            _ when present.Contains(Foreground) => (false, true),
            _ => (served.Strategy.DefaultsToOrphan, false),
        };
        if (present.Count == 0 && !orphan && !foreground)
            return present;
        var finalizers = present.Where(static f => f is not (Orphan or Foreground)).ToList();
        if (orphan)
            finalizers.Add(Orphan);
        if (foreground)
            finalizers.Add(Foreground);
        return finalizers;
    }

    private static bool IsHeld(StoredObject item, ServedResource served) =>
        served.Strategy.HoldsBeyondFinalizers && served.Strategy.IsHeld(StoredForm.Decode(item, served));

    private static void SetFinalizers(JsonObject metadata, IReadOnlyList<string> finalizers)
    {
        if (finalizers.Count == 0)
            metadata.Remove("finalizers");
        else
            metadata["finalizers"] = new JsonArray([.. finalizers.Select(static f => (JsonNode)f)]);
    }

    private static void Mark(JsonObject metadata, ObjectHead head, bool shortened, long grace, DateTimeOffset now)
    {
        var due = KubeTime.Later(now, grace);
        if (shortened)
        {
            due = KubeTime.Later(head.Deleted!.Value, grace - head.DeletionGraceSeconds!.Value);
            if (due < now)
            {
                due = now;
                grace = grace == 0 ? 0 : 1;
            }
        }
        else if (head.Deleted is { } earlier && earlier < due)
            due = earlier;
        if (head.Deleted is null && head.Generation > 0)
            ObjectMetadata.NextGeneration(metadata);
        metadata["deletionTimestamp"] = KubeTime.Format(due);
        metadata["deletionGracePeriodSeconds"] = grace;
    }
}

/// <summary>What a deletion does next.</summary>
internal enum DeletionStep
{
    /// <summary>Take the object out.</summary>
    Remove,
    /// <summary>Mark it and leave the rest to its finalizers or its node.</summary>
    Mark,
    /// <summary>Nothing: it is marked already.</summary>
    Wait,
}
