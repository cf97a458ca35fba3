using System.Text.Json.Nodes;
using ActorKube.Controllers.Workloads.History;
using ActorKube.Machinery.Informers;
using ActorKube.Machinery.Objects;
using ActorKube.Machinery.Reconciling;
using ActorKube.Machinery.Recording;
using ActorKube.Machinery.Times;

namespace ActorKube.Controllers.Workloads.StatefulSets;

/// <summary>
/// One turn of work on a stateful set: first the places that should have a pod, then the pods that have no place, then the update. A set that manages its pods in order stops at the first place that is
/// not as it should be; one that does so in parallel does all that is due. Upstream: <c>updateStatefulSet</c>.
/// </summary>
internal sealed class StatefulWork(PlanBuilder plan, CacheView claims, StatefulSetView set, RevisionView? current, string updateRevision, StepFailure? lastFailure, Present now)
{
    // The most pods made or deleted at once.
    private const int Burst = 500;

    private readonly StatefulPodSteps _steps = new(set, claims);
    private readonly JsonNode? _updateTemplate = set.Object.Edit().At("spec", "template");
    private readonly JsonNode? _currentTemplate = current?.Template();

    public void Decide(IReadOnlyList<StatefulPod> pods)
    {
        var known = pods.Where(p => set.HasPlaceFor(p.Ordinal)).ToDictionary(p => p.Ordinal);
        var condemned = pods.Where(p => !set.HasPlaceFor(p.Ordinal)).OrderByDescending(p => p.Ordinal).ToList();
        if (_steps.Unclaimed(lastFailure) is { } unclaimed)
            plan.Record(unclaimed);
        if (!FillPlaces(known, out var places))
            return;
        var claimsOfCondemned = condemned.SelectMany(p => _steps.MendClaims(p, condemned: true)).ToList();
        if (claimsOfCondemned.Count > 0)
            plan.Because("claims of pods without a place go, or stay, as the retention policy says").Do(StageMode.Parallel, claimsOfCondemned);
        // Nothing would come in the place of pods that are deleted for an update.
        if (ScaleDown(condemned, places) && set.Rolls && !set.IsContradictory)
            Update(places);
    }

    // True when the turn may go on: all places have been looked at. Whoever asks for two billion gets a burst at a time, and no list of them.
    private bool FillPlaces(Dictionary<int, StatefulPod> known, out List<StatefulPod> places)
    {
        List<(IReadOnlyList<PlanStep> Claims, PlanStep? Pod)> due = [];
        List<PlanStep> mended = [];
        places = [];
        var goesOn = true;
        for (var ordinal = set.Start; set.HasPlaceFor(ordinal); ordinal++)
        {
            if (set.IsContradictory && !known.ContainsKey(ordinal))
            {
                plan.Record(Contradiction.Told(ObjectReference.To(Kinds.StatefulSet, set.Object)));
                goesOn &= set.Parallel;
                break;
            }
            var place = known.GetValueOrDefault(ordinal) ?? new StatefulPod(set.Name, ordinal, null);
            places.Add(place);
            var settled = Fill(place, due, mended);
            goesOn &= (settled || set.Parallel) && due.Count < Burst;
            if (!goesOn)
                break;
        }
        if (due.Count(static d => d.Pod is not null) is > 0 and var count)
            plan.Because($"{count} pods are to be made or replaced");
        // In batches that double, each pod right after its claims: where only so many claims can be had, so many pods run, and no claims are made for pods that cannot be had. Who has its claims does not wait
        // for others to get theirs.
        due = [.. due.OrderBy(static d => d.Claims.Count)];
        for (int at = 0, size = 1; at < due.Count; at += size, size *= 2)
        {
            var batch = due.Skip(at).Take(size).ToList();
            plan.Do(StageMode.Parallel, batch.SelectMany(static d => d.Claims)).Do(StageMode.Parallel, batch.Select(static d => d.Pod).OfType<PlanStep>());
        }
        if (mended.Count > 0)
            plan.Because($"{mended.Count} labels of pods, or owners of claims, are not as they should be").Do(StageMode.Parallel, mended);
        return goesOn;
    }

    // True when the place is as it should be.
    private bool Fill(StatefulPod place, List<(IReadOnlyList<PlanStep> Claims, PlanStep? Pod)> due, List<PlanStep> mended)
    {
        if (place.Pod is not { } pod)
        {
            if (_steps.HasStaleClaim(place))
                return false;
            if (_steps.Hindrance(place) is { } hindrance)
            {
                plan.Record(hindrance);
                AddClaims(place, due);
                return false;
            }
            Tell(_steps.Conflicts(place, onlyIfOurs: false));
            var old = _currentTemplate is not null && BelongsToCurrent(place.Ordinal);
            due.Add(([.. _steps.MissingClaims(place)], old ? _steps.Create(place, _currentTemplate, current!.Name) : _steps.Create(place, _updateTemplate, updateRevision)));
            return false;
        }
        if (pod.IsTerminal)
        {
            if (!pod.IsTerminating)
                due.Add(([], _steps.Delete(place)));
            return false;
        }
        if (pod.Phase == PodPhase.Pending && !pod.IsTerminating)
            AddClaims(place, due);
        if (_steps.Identify(place) is { } identity)
            mended.Add(identity);
        Tell(_steps.Conflicts(place, onlyIfOurs: true));
        mended.AddRange(_steps.MendClaims(place, condemned: false));
        return !place.IsUnavailable(set.MinReadySeconds, now);
    }

    private void AddClaims(StatefulPod place, List<(IReadOnlyList<PlanStep> Claims, PlanStep? Pod)> due)
    {
        PlanStep[] missing = [.. _steps.MissingClaims(place)];
        if (missing.Length > 0)
            due.Add((missing, null));
    }

    // Which revision a missing pod gets: those below the partition stay with the one before the update.
    private bool BelongsToCurrent(int ordinal) =>
        set.Rolls && ordinal < (long)set.Start + (set.Partition ?? set.Status.Current);

    // True when the turn may go on.
    private bool ScaleDown(List<StatefulPod> condemned, List<StatefulPod> places)
    {
        var firstUnavailable = places.Concat(Enumerable.Reverse(condemned)).FirstOrDefault(p => p.IsUnavailable(set.MinReadySeconds, now));
        if (condemned.Count == 0)
            return true;
        if (set.Parallel)
        {
            Delete(condemned.Where(p => !p.IsTerminating).Take(Burst), "have no place any more");
            return true;
        }
        // In order: the last one goes, unless another that is not available has to come back, or go, first.
        var last = condemned[0];
        if (!last.IsTerminating && (last.IsAvailable(set.MinReadySeconds, now) || last == firstUnavailable))
            Delete([last], "have no place any more");
        return false;
    }

    private void Update(List<StatefulPod> places)
    {
        var budget = set.UnavailableAllowed - places.Count(p => p.IsUnavailable(set.MinReadySeconds, now));
        var lowest = (long)set.Start + (set.Partition ?? 0);
        List<StatefulPod> leaving = [];
        foreach (var place in Enumerable.Reverse(places).Where(p => p.Ordinal >= lowest && p.Exists && !p.IsTerminating && p.Revision != updateRevision))
        {
            // One that is unavailable anyway costs nothing, wherever it stands.
            if (place.IsUnavailable(set.MinReadySeconds, now) || budget-- > 0)
                leaving.Add(place);
        }
        Delete(leaving, "are of an older revision");
    }

    private void Tell(IEnumerable<EventSpec> events)
    {
        foreach (var item in events)
            plan.Record(item);
    }

    private void Delete(IEnumerable<StatefulPod> pods, string why)
    {
        var steps = pods.Select(_steps.Delete).ToList();
        if (steps.Count > 0)
            plan.Because($"{steps.Count} pods {why}").Do(StageMode.Parallel, steps);
    }
}
