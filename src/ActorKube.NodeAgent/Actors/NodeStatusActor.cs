using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using ActorKube.Api.Errors;
using ActorKube.Api.Names;
using ActorKube.Api.Objects;
using ActorKube.Machinery.Client;
using ActorKube.NodeAgent.Hosting;
using ActorKube.NodeAgent.Network;
using ActorKube.NodeAgent.Node;
using ActorKube.NodeAgent.Pods;
using ActorKube.NodeAgent.Runtimes;
using Akka.Actor;
using k8s.Models;

namespace ActorKube.NodeAgent.Actors;

/// <summary>
/// Keeps the Node object and its lease: registers the node, writes its status when it changes and every few minutes besides, renews the lease, and hands the pod ranges that
/// the control plane chose to the runtime. Each loop is one timer and at most one request under way; what fails is done again at the next tick.
/// </summary>
[SuppressMessage("Design", "CA1001", Justification = "An actor releases what it owns in PostStop.")]
internal sealed class NodeStatusActor : UntypedActor
{
    private static readonly TimeSpan RetryPause = TimeSpan.FromSeconds(1);

    private readonly NodeAgentParts _parts;
    private readonly NodeObject _node;
    private readonly NodeLease _lease;
    private readonly MachineInfo _machine;
    private readonly Outage _outage;
    private readonly CancellationTokenSource _stop = new();
    private ITimer? _statusTimer;
    private ITimer? _leaseTimer;
    private bool _registered;
    private string _uid = "";
    private Written? _written;
    private ImmutableDictionary<string, (bool Status, DateTimeOffset Since)> _transitions = ImmutableDictionary<string, (bool, DateTimeOffset)>.Empty;

    /// <summary>The keeper of one node.</summary>
    public NodeStatusActor(NodeAgentParts parts)
    {
        _parts = parts;
        _node = new NodeObject(parts.Settings, parts.LocalPath);
        _lease = new NodeLease(parts.Client, parts.Settings);
        _machine = parts.Probe.Describe();
        _outage = new Outage(parts.Time);
    }

    private enum Loop
    {
        Status,
        Lease,
    }

    private sealed record Tick(Loop Loop);

    private sealed record Ended(Loop Loop, Exception? Error, StatusWrite? Wrote = null, TimeSpan? Pause = null);

    // What the node's status says, and what it was made from.
    private sealed record Written(NodeObservation Observation, string Fingerprint, long At);

    private sealed record StatusWrite(Written Written, StoredObject Node, ImmutableArray<PodEvent> Events);

    /// <inheritdoc/>
    protected override void PreStart()
    {
        _statusTimer = Timer(new Tick(Loop.Status));
        _leaseTimer = Timer(new Tick(Loop.Lease));
        Self.Tell(new Tick(Loop.Status));
        Tell([NodeEvents.Starting]);
    }

    /// <inheritdoc/>
    protected override void PostStop()
    {
        _statusTimer?.Dispose();
        _leaseTimer?.Dispose();
        _stop.Cancel();
        _stop.Dispose();
    }

    /// <inheritdoc/>
    protected override void OnReceive(object message)
    {
        switch (message)
        {
            case Tick { Loop: Loop.Status }:
                _ = StatusAsync(_registered ? _written : null, _transitions).PipeTo(Self);
                break;
            case Tick { Loop: Loop.Lease }:
                _ = LeaseAsync(_uid).PipeTo(Self);
                break;
            case Ended ended:
                Finish(ended);
                break;
            default:
                Unhandled(message);
                break;
        }
    }

    private void Finish(Ended ended)
    {
        var step = ended.Loop.ToString().ToLowerInvariant();
        if (!_stop.IsCancellationRequested && (ended.Error is { } error ? _outage.Failed(step, error.Message) : _outage.Worked(step)) is { } news)
            Log.NodeSteps(_parts.Log, _parts.Settings.NodeName, news);
        if (ended.Wrote is { } wrote)
        {
            Tell(wrote.Events);
            if (!_registered)
            {
                Log.Registered(_parts.Log, _parts.Settings.NodeName);
                Self.Tell(new Tick(Loop.Lease));
            }
            (_registered, _uid) = (true, wrote.Node.Head.Uid);
            _written = wrote.Written with { At = _parts.Time.GetTimestamp() };
            _transitions = Transitions(TypedObject.Read<V1Node>(wrote.Node));
        }
        var interval = ended.Loop == Loop.Lease ? _parts.Settings.LeaseInterval : _parts.Settings.NodeStatusInterval;
        var pause = ended.Error is not null ? RetryPause : ended.Pause ?? interval;
        (ended.Loop == Loop.Lease ? _leaseTimer : _statusTimer)!.Change(pause < interval ? pause : CommonTicks.Until(_parts.Time, interval), Timeout.InfiniteTimeSpan);
        if (ended.Error is ApiException lost && lost.Is(StatusReason.NotFound))
            _registered = false;
    }

    private async Task<Ended> StatusAsync(Written? written, ImmutableDictionary<string, (bool Status, DateTimeOffset Since)> transitions)
    {
        try
        {
            var observation = await ObserveAsync();
            var fingerprint = written?.Observation.IsSameAs(observation) == true ? written.Fingerprint : _node.Fingerprint(observation);
            var now = _parts.Clock.Now;
            if (written is not null && fingerprint == written.Fingerprint && _parts.Time.GetElapsedTime(written.At) < _parts.Settings.NodeHeartbeat)
            {
                var connects = !_parts.Network.IsApplied && await ConnectAsync(await _parts.Client.GetAsync(new ObjectAddress(WellKnownResources.Nodes, "", _parts.Settings.NodeName), null, _stop.Token));
                return new Ended(Loop.Status, null, Pause: Pause(observation, connects));
            }
            var (isNew, unaddressed) = (false, (string?)null);
            if (written is null)
            {
                (var existing, isNew) = await RegisterAsync(observation, now);
                // A node that has its ranges from before is as ready as it was: pods need not wait for the next look, nor does anybody have to be told of a network that is missing.
                if (await ConnectAsync(existing))
                {
                    observation = await ObserveAsync();
                    fingerprint = _node.Fingerprint(observation);
                }
                await new CsiNodeObject(_parts.Client).EnsureAsync(existing, isNew, _stop.Token);
                var present = TypedObject.Read<V1Node>(existing);
                (transitions, unaddressed) = (Transitions(present), present.Status?.Addresses is { Count: > 0 } ? null : present.Metadata.ResourceVersion);
            }
            var known = isNew ? ImmutableDictionary<string, bool>.Empty : transitions.ToImmutableDictionary(t => t.Key, t => t.Value.Status);
            var address = new ObjectAddress(WellKnownResources.Nodes, "", _parts.Settings.NodeName, "status");
            var node = await _parts.Client.PatchAsync(address, PatchType.StrategicMerge, _node.StatusPatch(observation, transitions, now, unaddressed), Options, _stop.Token);
            var news = new StatusWrite(new Written(observation, fingerprint, 0), node, [.. NodeEvents.Of(_parts.Settings.NodeName, known, NodeConditions.Of(observation))]);
            return new Ended(Loop.Status, null, news, Pause(observation, await ConnectAsync(node)));
        }
        catch (Exception error)
        {
            return new Ended(Loop.Status, error);
        }
    }

    private async Task<(StoredObject Node, bool IsNew)> RegisterAsync(NodeObservation observation, DateTimeOffset now)
    {
        var address = new ObjectAddress(WellKnownResources.Nodes, "", _parts.Settings.NodeName);
        try
        {
            return (await _parts.Client.CreateAsync(address, _node.New(observation, now), Options, _stop.Token), true);
        }
        catch (ApiException taken) when (taken.Is(StatusReason.AlreadyExists))
        {
            return (await _parts.Client.PatchAsync(address, PatchType.Merge, _node.MetadataPatch(_machine), Options, _stop.Token), false);
        }
    }

    // Until the node is ready it is looked at every second, and at once when its ranges have come: nobody should wait for the next round because they or the runtime came late.
    private TimeSpan? Pause(NodeObservation observation, bool connects) =>
        connects ? TimeSpan.Zero : _parts.Network.IsApplied && NodeConditions.IsReady(observation) ? null : RetryPause;

    /// <returns>Whether the runtime has learned the node's ranges just now.</returns>
    private async Task<bool> ConnectAsync(StoredObject node)
    {
        var before = _parts.Network.IsApplied;
        await _parts.Network.ApplyAsync(PeerTable.PodCidrs(TypedObject.Read<V1Node>(node)), _stop.Token);
        _parts.Router?.Wake();
        return !before && _parts.Network.IsApplied;
    }

    private async Task<NodeObservation> ObserveAsync()
    {
        var observation = new NodeObservation { Machine = _machine, Pressure = _parts.Probe.Pressure(), DaemonPort = _parts.Facts.DaemonPort };
        try
        {
            var version = await _parts.Runtime.GetVersionAsync(_stop.Token);
            _parts.Facts.SetRuntime(version.Name);
            var status = await _parts.Runtime.GetStatusAsync(_stop.Token);
            _parts.NetworkReadiness.Show(status);
            return observation with
            {
                Runtime = version,
                RuntimeStatus = status,
                Images = [.. await _parts.Runtime.ListImagesAsync(_stop.Token)],
            };
        }
        catch (RuntimeException error)
        {
            _parts.NetworkReadiness.Show(null);
            return observation with { RuntimeError = error.Message };
        }
    }

    private async Task<Ended> LeaseAsync(string node)
    {
        try
        {
            await _lease.RenewAsync(node, _parts.Clock.Now, _stop.Token);
            return new Ended(Loop.Lease, null);
        }
        catch (Exception error)
        {
            return new Ended(Loop.Lease, error);
        }
    }

    // Upstream names the node by its name where objects have a uid.
    private void Tell(IEnumerable<PodEvent> events)
    {
        var node = _parts.Settings.NodeName;
        foreach (var nodeEvent in events)
            _parts.Events.Record(new EventTarget("Node", new ObjectKey("", node), node), nodeEvent);
    }

    private ITimer Timer(Tick tick)
    {
        var self = Self;
        return _parts.Time.CreateTimer(_ => self.Tell(tick), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    private static readonly WriteOptions Options = new() { FieldManager = "kubelet" };

    private static ImmutableDictionary<string, (bool Status, DateTimeOffset Since)> Transitions(V1Node node) =>
        (node.Status?.Conditions ?? []).ToImmutableDictionary(
            c => c.Type, c => (c.Status == "True", new DateTimeOffset(DateTime.SpecifyKind(c.LastTransitionTime ?? default, DateTimeKind.Utc))));
}
