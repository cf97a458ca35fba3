using System.Collections.Immutable;
using System.Globalization;
using ActorKube.Api.Errors;
using ActorKube.Api.Objects;
using ActorKube.Controllers.Workloads.ReplicaSets;
using ActorKube.Machinery.Client;
using ActorKube.Machinery.Informers;
using ActorKube.Machinery.Objects;
using ActorKube.Machinery.Reconciling;
using ActorKube.Machinery.Recording;

namespace ActorKube.Controllers.Workloads.Deployments;

/// <summary>
/// One decision about one deployment: its sets as they are, changed step by step into what they shall be, and then written. As upstream, a turn takes one step (up, or down) and looks again
/// when it has been seen.
/// </summary>
internal sealed class Rollout
{
    private const string NotCreated = "ReplicaSetCreateError";

    private readonly ReconcileContext _context;
    private readonly DeploymentView _deployment;
    private readonly ObjectReference _about;
    private readonly PlanBuilder _plan = new();
    private readonly List<WorkingSet> _all;
    private readonly WorkingSet? _newest;
    private readonly List<WorkingSet> _old;
    private (CreateStep Step, string Name)? _created;
    private string? _impossible;
    private int? _collisions;
    private string? _revision;

    public Rollout(ReconcileContext context, DeploymentView deployment, IEnumerable<CachedObject> owned)
    {
        _context = context;
        _deployment = deployment;
        _about = ObjectReference.To(Kinds.Deployment, deployment.Object);
        _all = [.. owned.Select(s => new WorkingSet(s.As<ReplicaSetView>())).OrderBy(s => s.Object.Head.Created).ThenBy(s => s.Object.Key)];
        // Should there be several with the same template, the oldest is it.
        _newest = _all.FirstOrDefault(s => s.View.TemplateFingerprint == deployment.TemplateFingerprint);
        _old = [.. _all.Where(s => s != _newest)];
    }

    private IEnumerable<WorkingSet> ActiveOld => _old.Where(s => s.IsActive);

    private bool IsComplete => Progress.IsComplete(_deployment, Progress.Count(_deployment, _all, _newest, _context.Now));

    public Plan Decide()
    {
        if (_deployment.Object.Head.Deleted is not null)
            return Write(judged: false);
        if (!_deployment.Paused && _newest is not null && _deployment.RollbackTo is { } revision)
        {
            // Which revision is the last is only known when the newest set has its number.
            SyncNewest(create: false);
            return _newest.IsChanged ? Write(judged: false) : Rollback.Of(_deployment, revision, _all);
        }
        if (_deployment.Paused || IsBeingScaled())
        {
            SyncNewest(create: false);
            ScaleInProportion();
            if (_deployment.Paused)
                CleanUp();
            return Write(judged: false);
        }
        if (_deployment.Recreates)
            Recreate();
        else
            Roll();
        return Write(judged: true);
    }

    private void Roll()
    {
        SyncNewest(create: true);
        if (_newest is null)
            return;
        var size = RollingMath.NewSet(_deployment.Replicas, _deployment.Bounds, _newest.Replicas, _all.Sum(s => (long)s.Replicas));
        if (size != _newest.Replicas)
        {
            Scale(_newest, size);
            return;
        }
        var active = ActiveOld.ToArray();
        var sizes = RollingMath.OldSets(_deployment.Replicas, _deployment.Bounds, _newest.Size, [.. active.Select(s => s.Size)]);
        for (var i = 0; i < active.Length; i++)
            if (sizes[i] != active[i].Replicas)
                Scale(active[i], sizes[i]);
        if (!_all.Exists(s => s.IsChanged) && IsComplete)
            CleanUp();
    }

    // Whether there is nothing to do when the sets are as they shall be and nothing else has changed. What goes by the status, or follows a creation or a deletion, is left to the turn that sees it.
    private bool IsAtRest() =>
        !_plan.Writes && _created is null && _collisions is null
        && (!_all.Exists(s => s.IsChanged)
            || (_newest is not null && !_deployment.Recreates && !IsComplete && RollingMath.IsAtRest(_deployment.Replicas, _deployment.Bounds, _newest.Size, [.. ActiveOld.Select(s => s.Size)])));

    private void Recreate()
    {
        if (ActiveOld.Any())
        {
            SyncNewest(create: false);
            foreach (var set in ActiveOld.ToArray())
                Scale(set, 0);
            return;
        }
        var pods = _context.View.Of(WellKnownResources.Pods);
        if (_old.Exists(s => s.View.Status.Replicas > 0 || pods.By(CacheIndex.Controller, s.Object.Head.Uid).Any(p => !p.As<PodView>().IsTerminal)))
        {
            SyncNewest(create: false);
            return;
        }
        SyncNewest(create: true);
        if (_newest is null)
            return;
        Scale(_newest, _deployment.Replicas);
        if (!_newest.IsChanged && IsComplete)
            CleanUp();
    }

    private bool IsBeingScaled() =>
        _all.Exists(s => s.IsActive && Revisions.NumberOf(s.View.Annotations, Revisions.Desired) is { } desired && desired != _deployment.Replicas);

    private void ScaleInProportion()
    {
        var active = _all.Where(s => s.IsActive).ToArray();
        if (active.Length <= 1)
        {
            if ((active.FirstOrDefault() ?? _newest ?? _all.LastOrDefault()) is { } only)
                Scale(only, _deployment.Replicas);
            return;
        }
        if (_newest is not null && IsSaturated(_newest))
        {
            foreach (var set in ActiveOld.ToArray())
                Scale(set, 0);
            return;
        }
        if (_deployment.Recreates)
            return;
        var growing = (long)_deployment.Replicas + _deployment.Bounds.MaxSurge > active.Sum(s => (long)s.Replicas);
        // The largest first; among equals the newer ones when growing, the older ones when shrinking.
        var ordered = (growing ? active.Reverse() : active).OrderByDescending(s => s.Replicas).ToArray();
        var sizes = RollingMath.Proportional(_deployment.Replicas, _deployment.Bounds,
            [.. ordered.Select(s => (s.Replicas, Revisions.NumberOf(s.View.Annotations, Revisions.Max) is { } max and not 0 ? max : _deployment.Status.Replicas))]);
        for (var i = 0; i < ordered.Length; i++)
            Scale(ordered[i], sizes[i]);
    }

    private bool IsSaturated(WorkingSet newest) =>
        newest.Replicas == _deployment.Replicas
        && Revisions.NumberOf(newest.View.Annotations, Revisions.Desired) == _deployment.Replicas
        && newest.View.Status.Available == _deployment.Replicas;

    private void Scale(WorkingSet set, int replicas)
    {
        if (set.Replicas != replicas)
            _plan.Because($"scales {set.Object.Key.Name} from {set.Replicas} to {replicas}");
        set.Scale(_deployment, replicas);
    }

    private void SyncNewest(bool create)
    {
        var last = _old.Select(s => s.Revision).DefaultIfEmpty().Max();
        var revision = last < long.MaxValue ? last + 1 : last;
        if (_newest is not null)
        {
            _newest.Annotations = Revisions.ForNewest(_deployment.Annotations, _newest.Annotations, revision);
            _newest.MinReadySeconds = _deployment.MinReadySeconds;
            _revision = _newest.Annotations.GetValueOrDefault(Revisions.Revision);
        }
        else if (create)
        {
            Create(revision);
        }
    }

    private void Create(long revision)
    {
        var json = _deployment.Object.Edit();
        var hash = NewReplicaSet.Hash(json, _deployment);
        var key = NewReplicaSet.KeyOf(_deployment, hash);
        if (_deployment.IsContradictory)
        {
            _impossible = key.Name;
            _plan.Record(EventSpec.Warn(_about, NotCreated, WhyNot(key.Name, Contradiction.Message)));
            return;
        }
        if (_context.View.Of(WellKnownResources.ReplicaSets).Find(key) is not null)
        {
            // Another template, or somebody else's set, has the same name: the next hash will differ.
            _collisions = (_deployment.Status.CollisionCount ?? 0) + 1;
            _plan.Because($"the name {key.Name} is taken by another replica set");
            return;
        }
        var replicas = _deployment.Recreates
            ? _deployment.Replicas
            : RollingMath.NewSet(_deployment.Replicas, _deployment.Bounds, 0, _all.Sum(s => (long)s.Replicas));
        var step = new CreateStep(ObjectAddress.Of(WellKnownResources.ReplicaSets, key), NewReplicaSet.Encode(json, _deployment, hash, revision, replicas))
        {
            Tolerates = ["NamespaceTerminating"],
            OnDone = replicas > 0 ? WorkingSet.ScalingEvent(_about, key.Name, 0, replicas) : null,
            OnFailed = EventSpec.Warn(_about, NotCreated, WhyNot(key.Name, "")),
        };
        _created = (step, key.Name);
        _revision = revision.ToString(CultureInfo.InvariantCulture);
        _plan.Because($"has no replica set for its template; revision {revision}");
    }

    private void CleanUp()
    {
        if (_deployment.HistoryLimit is not { } limit)
            return;
        var kept = _old.Where(s => s.Object.Head.Deleted is null).OrderBy(s => s.Revision).ToArray();
        foreach (var set in kept.Take(Math.Max(0, kept.Length - limit)))
        {
            var status = set.View.Status;
            if (status.Replicas != 0 || set.Replicas != 0 || set.Object.Head.Generation > status.ObservedGeneration)
                continue;
            _plan.Because($"{set.Object.Key.Name} is older than the {limit} old revisions kept");
            _plan.Do(new DeleteStep(ObjectAddress.Of(WellKnownResources.ReplicaSets, set.Object.Key), new DeleteOptions { Uid = set.Object.Head.Uid, PropagationPolicy = "Background" })
            {
                Tolerates = [StatusReason.NotFound],
            });
        }
    }

    private Plan Write(bool judged)
    {
        var status = Progress.Count(_deployment, _all, _newest, _context.Now);
        if (_collisions is { } collisions)
            status = status with { CollisionCount = collisions };
        if (judged)
            status = Progress.Judge(_deployment, status, _all, _newest, _context.Now);
        status = status with { Conditions = Noted(status.Conditions) };
        var failed = CreationFailure() is not null;
        if (failed)
            WriteStatus(status);
        if (_created is { } created)
            _plan.Do(created.Step);
        foreach (var set in _all.Where(static s => s.IsChanged && s.Replicas == s.View.Replicas))
            _plan.Because($"notes on {set.Object.Key.Name} what the deployment says now");
        _plan.Do(StageMode.Parallel, _all.Where(s => s.IsChanged).Select(s => s.Update(_about)));
        if (judged && IsAtRest())
            _plan.Settle();
        if (!failed)
            WriteStatus(status);
        if (Progress.NextCheck(_deployment, status, _context.Now) is { } check)
            _plan.Again(check);
        return _plan.Build();
    }

    private ImmutableArray<Condition> Noted(ImmutableArray<Condition> conditions)
    {
        if (Progress.Pausing(_deployment, _context.Now) is { } pausing)
            return conditions.With(pausing);
        if (_deployment.ProgressDeadline is null)
            return conditions;
        // Trying again cannot help here, so the deadline has the last word.
        if (_impossible is { } set)
            return conditions.Find(Progress.Progressing)?.Reason == Progress.TimedOut ? conditions : conditions.With(Progressing("False", NotCreated, WhyNot(set, Contradiction.Message)));
        if (CreationFailure() is { } failure)
            return conditions.With(Progressing("False", NotCreated, WhyNot(failure.Address.Name, failure.Status.Message)));
        if (_created is { } created)
            return conditions.With(Progressing("True", "NewReplicaSetCreated", $"Created new replica set \"{created.Name}\""));
        return _newest is not null && conditions.Find(Progress.Progressing) is null
            ? conditions.With(Progressing("True", "FoundNewReplicaSet", $"Found new replica set \"{_newest.Object.Key.Name}\""))
            : conditions;
    }

    private static string WhyNot(string set, string why) => $"Failed to create new replica set \"{set}\": {why}";

    private Condition Progressing(string status, string reason, string message) => new(Progress.Progressing, status, reason, message, _context.Now, _context.Now);

    private StepFailure? CreationFailure() =>
        _created is not null && _context.LastFailure is { Verb: "create" } failure && failure.Status.Reason != StatusReason.AlreadyExists ? failure : null;

    // As upstream, the revision is told together with the status: an update of the object itself would count as a new generation.
    private void WriteStatus(DeploymentStatus status)
    {
        var revised = _revision is null || _deployment.Annotations.GetValueOrDefault(Revisions.Revision) == _revision ? _deployment.Object : Revised(_revision);
        if (status == _deployment.Status && revised == _deployment.Object)
            return;
        _plan.Do(new UpdateStep(ObjectAddress.Of(WellKnownResources.Deployments, _deployment.Object.Key, "status"), revised.WithStatus(status.Write)) { Tolerates = [StatusReason.NotFound] });
    }

    private StoredObject Revised(string revision)
    {
        var json = _deployment.Object.Edit();
        json.Child("metadata").Child("annotations")[Revisions.Revision] = revision;
        return StoredObject.Parse(json.Encode());
    }
}
