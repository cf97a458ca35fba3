using System.Collections.Frozen;
using ActorKube.Machinery.Times;
using ActorKube.Scheduler.Framework;
using ActorKube.Scheduler.Indices;
using ActorKube.Scheduler.Queue;

namespace ActorKube.Scheduler.Scheduling;

/// <summary>
/// The deciding half of the scheduler: takes in changes of pods and nodes and the outcomes of bindings, and gives one decision a turn. It awaits nothing and writes nothing. For one thread.
/// </summary>
internal sealed partial class SchedulerCore
{
    private const string NoNodes = "no nodes available to schedule pods";

    private readonly ClusterIndex _index;
    private readonly WaitingPods _waiting;
    private readonly SchedulingQueue _queue;
    private readonly NodeSearch _search;
    private readonly TimeProvider _time;
    private readonly SteadyTime _waits;
    private readonly SchedulerSettings _settings;
    private readonly FrozenDictionary<string, SchedulingProfile> _profiles;
    private readonly Dictionary<string, Placement> _held = [];
    private readonly EpochProbe _probe;
    private int _bindings;

    /// <summary>A scheduler that knows of nothing yet.</summary>
    /// <param name="profiles">At least one; all with the same queueSort plugin.</param>
    /// <param name="registry">The plugins.</param>
    /// <param name="settings">Behaviour.</param>
    /// <param name="time">The clock.</param>
    /// <param name="random">Source of chance in [0, 1).</param>
    /// <param name="fenced">Whether bindings carry an epoch, which the first one has to make known; see <see cref="EpochProbe"/>.</param>
    public SchedulerCore(IReadOnlyList<ProfileSpec> profiles, PluginRegistry registry, SchedulerSettings settings, TimeProvider time, Func<double> random, bool fenced)
    {
        _time = time;
        _waits = new SteadyTime(time);
        _settings = settings;
        _index = new ClusterIndex();
        _waiting = new WaitingPods();
        _probe = new EpochProbe(fenced);
        _profiles = ProfileMap.Create(profiles, registry, _index, _waiting);
        _queue = new SchedulingQueue(_profiles.Values[0].QueueSort, _waits, settings.Queue);
        _search = new NodeSearch(_index, settings.PercentageOfNodesToScore, random);
    }

    /// <summary>Nodes and pods as the scheduler sees them.</summary>
    public ClusterIndex Index => _index;

    /// <summary>Pods that wait.</summary>
    public SchedulingQueue Queue => _queue;

    /// <summary>The clock that waits go by.</summary>
    public TimeProvider Waits => _waits;

    /// <summary>When, on that clock, there may be something to do just because time went by; null when there will not.</summary>
    public DateTimeOffset? NextDue => Earliest(_queue.NextDue, Earliest(_waiting.NextDue, _index.NextExpiry));

    /// <summary>A node came, changed or went.</summary>
    public void OnNode(NodeSpec? before, NodeSpec? now)
    {
        if (now is null)
        {
            _index.RemoveNode(before!.Name);
            return;
        }
        var isNew = !_index.TryFind(now.Name, out _);
        _index.SetNode(now);
        var actions = isNew ? EventActions.Add : before is null ? EventActions.None : EventKinds.Of(before, now);
        if (actions != EventActions.None)
            _queue.Move(new ClusterEvent(EventResource.Node, actions, isNew ? null : before, now));
    }

    /// <summary>A pod came, changed or went.</summary>
    public void OnPod(PodInfo? before, PodInfo? now)
    {
        if (now is null)
            OnGone(before!);
        else if (before is not null && before.Uid != now.Uid)
        {
            OnGone(before);
            OnPod(null, now);
        }
        else if (now.IsTerminal)
            OnGone(now);
        else if (now.NodeName.Length > 0)
            OnAssigned(before, now);
        else if (_profiles.TryGetValue(now.SchedulerName, out var profile))
            OnWaiting(now, profile);
    }

    /// <summary>Decides about one pod; null when there is nothing to do now.</summary>
    public Turn? Next()
    {
        if (_bindings >= _settings.ParallelBindings || !_probe.MayBind)
            return null;
        var now = _waits.GetUtcNow();
        foreach (var expired in _index.Expire(now))
            OnExpired(expired);
        while (_waiting.TryTake(now, out var uid, out var verdict))
            if (_held.Remove(uid, out var held))
                return verdict.IsSuccess ? Begin(held, null) : TurnDown(held, verdict, wasHeld: true);
        while (_prepared.TryDequeue(out var prepared))
            if (_preparing.Remove(prepared.Pod.Uid))
                return Start(prepared, null);
        while (_queue.TryTake(out var queued))
        {
            var pod = queued.Pod;
            if (pod.IsTerminating)
            {
                _queue.Remove(pod.Uid);
                return new Turn(null, new Setback(pod, queued.Profile.SchedulerName, $"skip schedule deleting pod: {pod.Key}", null), null);
            }
            if (!_index.IsAssumed(pod.Uid))
                return Schedule(queued);
        }
        return null;
    }

    /// <summary>A binding was answered with success.</summary>
    public void Bound(Placement placement)
    {
        _bindings--;
        _index.FinishBinding(placement.Pod.Uid, _waits.GetUtcNow() + _settings.AssumedPodExpiry);
        foreach (var plugin in placement.Profile.PostBinds)
            plugin.PostBind(placement.State, placement.Pod, placement.Node);
    }

    /// <summary>Nobody knows whether a binding happened: the pod stays counted on its node until the watch tells, or until that has taken too long.</summary>
    public void BindingLost(Placement placement)
    {
        _bindings--;
        _index.FinishBinding(placement.Pod.Uid, _waits.GetUtcNow() + _settings.AssumedPodExpiry);
    }

    /// <summary>A binding was refused.</summary>
    /// <param name="placement">What was to be bound.</param>
    /// <param name="status">Why it was not.</param>
    /// <param name="tell">Whether the pod's condition should say so.</param>
    public Turn BindingFailed(Placement placement, Status status, bool tell)
    {
        _bindings--;
        _probe.GiveUp(placement.Pod.Uid);
        return GiveBack(placement, status, tell);
    }

    private void OnGone(PodInfo pod)
    {
        _queue.Remove(pod.Uid);
        _probe.GiveUp(pod.Uid);
        _waiting.Drop(pod.Uid);
        if (_held.Remove(pod.Uid, out var held) || _preparing.Remove(pod.Uid, out held))
            Unreserve(held);
        if (_index.RemovePod(pod.Uid))
            _queue.Move(new ClusterEvent(EventResource.AssignedPod, EventActions.Delete, OldPod: pod));
    }

    private void OnAssigned(PodInfo? before, PodInfo now)
    {
        _queue.Remove(now.Uid);
        _probe.Seen(now.Uid, now.NodeName);
        var isNew = _index.SetPod(now);
        var actions = isNew || before is null || before.NodeName.Length == 0 ? EventActions.Add : EventKinds.Of(before, now);
        if (actions != EventActions.None)
            _queue.Move(new ClusterEvent(EventResource.AssignedPod, actions, OldPod: before, NewPod: now));
    }

    private void OnWaiting(PodInfo now, SchedulingProfile profile)
    {
        if (_queue.Find(now.Uid) is not null)
            _queue.Update(now);
        else if (!_index.IsAssumed(now.Uid))
            _queue.Add(now, profile);
    }

    private void OnExpired(PodInfo pod)
    {
        _probe.GiveUp(pod.Uid);
        if (_queue.Find(pod.Uid) is { } queued)
            _queue.Fail(queued);
    }

    private Turn Schedule(QueuedPod queued)
    {
        var pod = queued.Pod;
        if (_index.NodeCount == 0)
        {
            _queue.Reject(queued, []);
            return TurnedDown(queued, pod, NoNodes, null);
        }
        var state = new CycleState();
        var found = _search.Run(queued.Profile, state, pod);
        if (found.Error is { } error)
        {
            _queue.Fail(queued);
            return Failed(queued, pod, error.Message, tell: true);
        }
        if (found.Node is not { } node)
            return NoFit(queued, pod, state, found.Report);
        var placement = new Placement(queued, pod, state, node.Name);
        var decision = Decided(queued, pod, DecisionOutcome.Placed, "", found.Report) with { Winner = found.Winner, RunnerUp = found.RunnerUp };
        _index.Assume(pod, node.Name);
        foreach (var plugin in queued.Profile.Reserves)
            if (plugin.Reserve(state, pod, node.Name) is { IsSuccess: false } refused)
                return TurnDown(placement, refused.At(ExtensionPoint.Reserve), wasHeld: false);
        return Permit(placement, decision);
    }

    private Turn NoFit(QueuedPod queued, PodInfo pod, CycleState state, FilterReport report)
    {
        foreach (var plugin in queued.Profile.PostFilters)
        {
            var status = plugin.PostFilter(state, pod, report);
            if (status.Message.Length > 0)
                report.PostFilterMessage = report.PostFilterMessage.Length > 0 ? $"{report.PostFilterMessage}, {status.Message}" : status.Message;
            if (status.IsSuccess)
                break;
        }
        _queue.Reject(queued, [.. report.Plugins]);
        return TurnedDown(queued, pod, report.Message, report);
    }

    private Turn Permit(Placement placement, Decision decision)
    {
        var uid = placement.Pod.Uid;
        foreach (var plugin in placement.Profile.Permits)
        {
            var status = plugin.Permit(placement.State, placement.Pod, placement.Node, out var timeout);
            if (status.Code == StatusCode.Wait)
            {
                _waiting.Add(uid, plugin.Name, _waits.GetUtcNow() + timeout);
            }
            else if (!status.IsSuccess)
            {
                _waiting.Drop(uid);
                return TurnDown(placement, status.At(ExtensionPoint.Permit), wasHeld: false);
            }
        }
        if (!_waiting.Holds(uid))
            return Begin(placement, decision);
        _held.Add(uid, placement);
        return new Turn(null, null, decision) { Nominate = placement };
    }

    private Turn Start(Placement placement, Decision? decision)
    {
        _bindings++;
        _probe.Started(placement.Pod.Uid, placement.Node);
        return new Turn(placement, null, decision);
    }

    // A plugin turned the pod down after a node had been chosen. If it was held for a time, others were turned down because of it.
    private Turn TurnDown(Placement placement, Status status, bool wasHeld)
    {
        Unreserve(placement);
        _index.Forget(placement.Pod.Uid);
        var turn = status.IsRejected
            ? TurnedDown(placement.Queued, placement.Queued.Pod, $"0/1 nodes are available: 1 {status.Message}.", null, wasHeld)
            : Failed(placement.Queued, placement.Queued.Pod, status.Message, tell: true, wasHeld);
        if (status.IsRejected)
            _queue.Reject(placement.Queued, [status.Plugin]);
        else
            _queue.Fail(placement.Queued);
        if (wasHeld)
            PlaceIsFree(placement.Pod);
        return turn;
    }

    private void PlaceIsFree(PodInfo pod) => _queue.Move(new ClusterEvent(EventResource.AssignedPod, EventActions.Delete, OldPod: pod), except: pod.Uid);

    private static void Unreserve(Placement placement)
    {
        foreach (var plugin in placement.Profile.Reserves.Reverse())
            plugin.Unreserve(placement.State, placement.Pod, placement.Node);
    }

    private Turn TurnedDown(QueuedPod queued, PodInfo pod, string message, FilterReport? report, bool wasNominated = false) =>
        new(null, new Setback(pod, queued.Profile.SchedulerName, message, Setback.Unschedulable) { WasNominated = wasNominated }, Decided(queued, pod, DecisionOutcome.Unschedulable, message, report));

    private Turn Failed(QueuedPod queued, PodInfo pod, string message, bool tell, bool wasNominated = false) =>
        new(null, new Setback(pod, queued.Profile.SchedulerName, message, tell ? Setback.SchedulerError : null) { WasNominated = wasNominated }, Decided(queued, pod, DecisionOutcome.Failed, message, null));

    private Decision Decided(QueuedPod queued, PodInfo pod, DecisionOutcome outcome, string message, FilterReport? report) => new()
    {
        At = _time.GetUtcNow(),
        Pod = pod.Key,
        Uid = pod.Uid,
        Attempt = queued.Attempts,
        Outcome = outcome,
        Message = message,
        Nodes = _index.NodeCount,
        Evaluated = report?.Evaluated ?? 0,
        Feasible = report?.Feasible ?? 0,
        RuledOut = report is null || report.Evaluated == report.Feasible && report.PreFilter is null && report.LeftOut is null ? [] : report.RuledOut(),
    };

    private static DateTimeOffset? Earliest(DateTimeOffset? a, DateTimeOffset? b) => a is null || b < a ? b : a;
}
