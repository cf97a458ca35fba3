using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using ActorKube.Api.Errors;
using ActorKube.Api.Names;
using ActorKube.Api.Objects;
using ActorKube.Machinery.Client;
using ActorKube.Machinery.Informers;
using ActorKube.Machinery.Queues;
using ActorKube.NodeAgent.Execution;
using ActorKube.NodeAgent.Hosting;
using ActorKube.NodeAgent.Node;
using ActorKube.NodeAgent.Pods;
using ActorKube.NodeAgent.Pods.Status;
using ActorKube.NodeAgent.Runtimes;
using ActorKube.NodeAgent.Setup;
using Akka.Actor;
using k8s.Models;

namespace ActorKube.NodeAgent.Actors;

/// <summary>
/// One node: it has one <see cref="PodActor"/> for every pod that the API assigns to the node or that the runtime holds, and passes on what they need to know. First
/// the runtime is asked what it holds, then the pods are listed; what is in the runtime alone is taken down, everything else is adopted as it is.
/// </summary>
[SuppressMessage("Design", "CA1001", Justification = "An actor releases what it owns in PostStop.")]
internal sealed class NodeAgentActor : UntypedActor
{
    private static readonly TimeSpan RuntimeRetry = TimeSpan.FromSeconds(2);
    // As long as those of containers.
    private static readonly BackoffPolicy PodBackoff = new(Backoff.Initial, Backoff.Longest);

    private readonly NodeAgentParts _parts;
    private readonly NodeRoom _room;
    private readonly CancellationTokenSource _stop = new();
    private readonly Dictionary<string, IActorRef> _pods = [];
    private readonly Dictionary<string, StoredObject> _objects = [];
    private readonly Dictionary<string, RestartBackoff> _failing = [];
    private ImmutableDictionary<string, FoundPod> _found = ImmutableDictionary<string, FoundPod>.Empty;
    private PodShell _shell = null!;
    private bool _listed;

    /// <summary>A node.</summary>
    public NodeAgentActor(NodeAgentParts parts) => (_parts, _room) = (parts, new NodeRoom(parts.Allocatable, parts.Settings.MaxPods));

    /// <inheritdoc/>
    protected override void PreStart()
    {
        var status = Context.ActorOf(
            Producer<StatusActor>.Props(() => new StatusActor(_parts.Client, _parts.Time, _parts.Settings.StatusDelay, _parts.Settings.StatusParallel, _parts.Log)), "status");
        var node = Producer<NodeStatusActor>.Props(() => new NodeStatusActor(_parts));
        Context.ActorOf(
            Producer<Keeper>.Props(() => new Keeper(node, "status", _parts.Time, news => Log.NodeStatusFailed(_parts.Log, _parts.Settings.NodeName, news))), "node");
        _shell = new PodShell(_parts.Executor, _parts.Time, _parts.Clock, () => _parts.Facts.Status, status, _parts.Events, _parts.Board, Admit);
        var (self, cancel) = (Self, _stop.Token);
        _ = TakeInventoryAsync(cancel).PipeTo(self, success: found => new NodeAgentProtocol.Found(found));
    }

    /// <inheritdoc/>
    protected override void PostStop()
    {
        _stop.Cancel();
        _stop.Dispose();
    }

    /// <summary>
    /// A pod whose actor fails starts over from what the API and the runtime show then, a while later. Without the writer of statuses, which knows what each pod has told it, no pod can go on: all start over.
    /// </summary>
    protected override SupervisorStrategy SupervisorStrategy() => new OneForOneStrategy(error =>
    {
        if (!_pods.ContainsValue(Sender))
            return Directive.Escalate;
        if (!_failing.TryGetValue(UidOf(Sender), out var backoff))
            _failing.Add(UidOf(Sender), backoff = new RestartBackoff(PodBackoff, _parts.Time));
        var pause = backoff.Failed();
        Log.PodActorFailed(_parts.Log, Sender.Path.Name, backoff.Failures, pause, error);
        return Directive.Stop;
    });

    /// <inheritdoc/>
    protected override void OnReceive(object message)
    {
        switch (message)
        {
            case NodeAgentProtocol.Found found:
                Begin(found.Pods);
                break;
            case NodeAgentProtocol.PodsListed all:
                TakeAll(all.Items);
                break;
            case NodeAgentProtocol.PodChanged { Type: WatchEventType.Deleted } gone:
                Remove(gone.Object.Head.Uid);
                break;
            case NodeAgentProtocol.PodChanged changed:
                Take(changed.Object);
                break;
            case NodeAgentProtocol.ControlPlaneLost trouble:
                Log.ControlPlaneLost(_parts.Log, trouble.Error);
                break;
            case NodeAgentProtocol.RuntimeChanged changed when _pods.TryGetValue(changed.Event.PodUid, out var pod):
                pod.Tell(new PodProtocol.RuntimeChanged(changed.Event));
                break;
            case NodeAgentProtocol.RuntimeChanged:
                break;
            case NodeAgentProtocol.FoundAgain again:
                TakeAgain(again);
                break;
            case Terminated ended:
                Forget(ended.ActorRef);
                break;
            case Status.Failure failure:
                // A loop ends by cancellation only. Without it the agent would look alive and see nothing: it starts over.
                if (!_stop.IsCancellationRequested)
                    throw new InvalidOperationException("What the agent follows has ended.", failure.Cause);
                break;
            default:
                Unhandled(message);
                break;
        }
    }

    private PodVerdict? Admit(V1Pod pod) => AdmissionRules.Refusal(pod.Spec, _parts.Settings.AllowedUnsafeSysctls, _parts.Facts.StrictGroups);

    private async Task<ImmutableDictionary<string, FoundPod>> TakeInventoryAsync(CancellationToken cancel)
    {
        while (true)
            try
            {
                _parts.Facts.SetRuntime((await _parts.Runtime.GetVersionAsync(cancel)).Name);
                _parts.Facts.StrictGroups = (await _parts.Runtime.GetStatusAsync(cancel)).StrictGroups;
                return await _parts.Inventory.TakeAsync(cancel);
            }
            catch (RuntimeException error)
            {
                Log.RuntimeLost(_parts.Log, error.Message);
                await Task.Delay(RuntimeRetry, _parts.Time, cancel);
            }
    }

    private void Begin(ImmutableDictionary<string, FoundPod> found)
    {
        _found = found;
        if (found.Count > 0)
            Log.Adopted(_parts.Log, _parts.Settings.NodeName, found.Count);
        var (self, cancel) = (Self, _stop.Token);
        _ = FollowPodsAsync(self, cancel).PipeTo(self);
        _ = FollowRuntimeAsync(self, cancel).PipeTo(self);
    }

    private Task FollowPodsAsync(IActorRef self, CancellationToken cancel)
    {
        var options = new InformerOptions { OnFault = (_, fault) => Lost(self, fault) };
        var pods = new Reflector(_parts.Client, WellKnownResources.Pods, options, _parts.Time) { FieldSelector = $"spec.nodeName={_parts.Settings.NodeName}" };
        return pods.RunAsync(
            list => self.Tell(new NodeAgentProtocol.PodsListed(list.Items)),
            change =>
            {
                if (change.Object is { } pod)
                    self.Tell(new NodeAgentProtocol.PodChanged(change.Type, pod));
            },
            cancel);
    }

    // A revision that is too old to resume from is the way of things; the list that follows brings all there is.
    private static void Lost(IActorRef self, Exception fault)
    {
        if (fault is not ApiException { Status.Code: 410 })
            self.Tell(new NodeAgentProtocol.ControlPlaneLost(fault.Message));
    }

    private async Task FollowRuntimeAsync(IActorRef self, CancellationToken cancel)
    {
        await foreach (var change in _parts.Runtime.WatchAsync(cancel))
            self.Tell(new NodeAgentProtocol.RuntimeChanged(change));
    }

    private void TakeAll(IReadOnlyList<StoredObject> items)
    {
        // What runs already has its room before anything new is looked at.
        foreach (var item in items.OrderBy(i => HasBegun(i) ? 0 : 1).ThenBy(i => i.Head.Created))
            Take(item);
        var present = items.Select(i => i.Head.Uid).ToHashSet();
        foreach (var uid in _objects.Keys.Where(uid => !present.Contains(uid)).ToArray())
            Remove(uid);
        foreach (var orphan in _found.Values)
            TakeDown(orphan);
        _found = ImmutableDictionary<string, FoundPod>.Empty;
        if (_listed)
            return;
        // Pods that left nothing but files: their sandboxes went with a reboot, or the agent ended before the files did. Nobody knows their names any more.
        _listed = true;
        foreach (var uid in _parts.Volumes.List())
            if (!_pods.ContainsKey(uid))
                TakeDown(new FoundPod(new ObjectKey("", uid), uid, PodSeen.Empty, null));
    }

    private void TakeDown(FoundPod orphan)
    {
        Log.OrphanFound(_parts.Log, orphan.Key.ToString());
        var view = PodAdoption.Orphan(orphan.Key, orphan.Uid, orphan.Grace);
        Add(orphan.Uid, Producer<PodActor>.Props(() => new PodActor(_shell, view, orphan.Seen)));
    }

    private void Take(StoredObject item)
    {
        var uid = item.Head.Uid;
        _objects[uid] = item;
        var hasEnded = item.Field("status.phase") is PodPhases.Succeeded or PodPhases.Failed;
        if (hasEnded)
            _room.Leave(uid);
        if (_pods.TryGetValue(uid, out var pod))
        {
            pod.Tell(new PodProtocol.Changed(item));
            return;
        }
        var read = Read(item);
        var refusal = hasEnded || read is null ? null : _room.Enter(item, read, HasBegun(item));
        var start = new PodStart(item, read, _found.GetValueOrDefault(uid)?.Seen ?? PodSeen.Empty, refusal);
        _found = _found.Remove(uid);
        Add(uid, Producer<PodActor>.Props(() => new PodActor(_shell, start)));
    }

    // Of a pod that cannot be read its own actor says so, and this one goes on.
    private static V1Pod? Read(StoredObject item)
    {
        try
        {
            return PodReader.Read(item);
        }
        catch (Exception malformed) when (malformed is JsonException or InvalidOperationException or FormatException)
        {
            return null;
        }
    }

    private bool HasBegun(StoredObject item) => _found.ContainsKey(item.Head.Uid) || item.Field("status.startTime").Length > 0;

    private void Add(string uid, Props props)
    {
        var pod = Context.ActorOf(props, $"pod-{uid}");
        Context.Watch(pod);
        _pods[uid] = pod;
        _failing.GetValueOrDefault(uid)?.Begun();
    }

    private void Remove(string uid)
    {
        _objects.Remove(uid);
        _room.Leave(uid);
        if (_pods.TryGetValue(uid, out var pod))
            pod.Tell(PodProtocol.Gone.Instance);
    }

    private void Forget(IActorRef ended)
    {
        var uid = UidOf(ended);
        _pods.Remove(uid);
        var wait = _failing.GetValueOrDefault(uid)?.Remaining ?? TimeSpan.Zero;
        // It failed, or the pod came back while its actor was ending.
        if (_objects.ContainsKey(uid) || wait > TimeSpan.Zero)
            _ = FindAgainAsync(uid, wait > TimeSpan.Zero ? wait : PodBackoff.First, _stop.Token).PipeTo(Self);
        else
            _failing.Remove(uid);
    }

    private static string UidOf(IActorRef pod) => pod.Path.Name["pod-".Length..];

    private async Task<NodeAgentProtocol.FoundAgain> FindAgainAsync(string uid, TimeSpan wait, CancellationToken cancel)
    {
        await Task.Delay(wait, _parts.Time, cancel);
        return new NodeAgentProtocol.FoundAgain(uid, (await TakeInventoryAsync(cancel)).GetValueOrDefault(uid));
    }

    private void TakeAgain(NodeAgentProtocol.FoundAgain again)
    {
        if (again.Pod is not null)
            _found = _found.SetItem(again.Uid, again.Pod);
        if (_objects.TryGetValue(again.Uid, out var item))
            Take(item);
        else if (again.Pod is not null)
            TakeDown(again.Pod);
        else
            _failing.Remove(again.Uid);
    }
}
