using System.Collections.Immutable;
using System.Text.Json.Nodes;
using ActorKube.Api.Objects;
using ActorKube.Machinery.Objects;

namespace ActorKube.Testing.Simulation.Nodes;

/// <summary>One look at a pod on a simulated node: what its status becomes now, and when it will become something else.</summary>
internal sealed class PodPlay
{
    private static readonly TimeSpan LongestBackoff = TimeSpan.FromMinutes(5);

    private readonly JsonObject _pod;
    private readonly DateTimeOffset _now;
    private readonly string _address;
    private readonly ContainerPlay[] _containers;
    private readonly string _restartPolicy;
    private DateTimeOffset? _began;

    public PodPlay(StoredObject pod, DateTimeOffset now, string address)
    {
        _pod = pod.Tree();
        _now = now;
        _address = address;
        _restartPolicy = _pod.Text("spec", "restartPolicy");
        var annotations = _pod.Strings("metadata", "annotations").ToImmutableDictionary();
        _containers = [.. _pod.Items("spec", "containers").Select(c => new ContainerPlay(c, Known(c.Text("name")), ContainerScript.Of(c, annotations)))];
    }

    /// <summary>When there will be something to do; null for never.</summary>
    public DateTimeOffset? Due { get; private set; }

    /// <summary>True when containers have been started.</summary>
    public bool IsRunning => _pod.Time("status", "startTime") is not null;

    /// <summary>The status after what is due by now; null when nothing is.</summary>
    public JsonObject? Next()
    {
        var changed = IsRunning ? _containers.Aggregate(false, (any, c) => Advance(c) || any) : _containers.Aggregate(false, (any, c) => Start(c, BoundAt) || any);
        return changed ? Status() : null;
    }

    /// <summary>True when no container has begun and all end by themselves, for good.</summary>
    public bool Ends => !IsRunning && _containers.All(c => c.Script.RunFor is not null && !Restarts(c.Script.ExitCode));

    /// <summary>The status after all containers have run from start to end; null while one still runs.</summary>
    public JsonObject? End()
    {
        _began = BoundAt;
        foreach (var container in _containers)
        {
            var start = _began.Value + container.Script.StartDelay;
            var end = start + container.Script.RunFor!.Value;
            if (end > _now)
                Wait(end);
            container.Begin(start);
            container.End(end, container.Script.ExitCode, container.Script.ExitReason);
        }
        return Due is null ? Status() : null;
    }

    /// <summary>The status after the containers have been stopped; null while they take their time.</summary>
    public JsonObject? Stopped()
    {
        var grace = TimeSpan.FromSeconds(_pod.Number("metadata", "deletionGracePeriodSeconds") ?? 0);
        var asked = _pod.Time("metadata", "deletionTimestamp")!.Value - grace;
        foreach (var container in _containers.Where(c => c.State.ContainsKey("running")))
        {
            var wait = container.Script.StopDelay;
            var due = asked + (wait < grace ? wait : grace);
            if (due > _now)
                Wait(due);
            else
                container.End(_now, wait > grace ? 137 : container.Script.StopExitCode, "");
        }
        return Due is null ? Status() : null;
    }

    private DateTimeOffset BoundAt =>
        _pod.Items("status", "conditions").FirstOrDefault(c => c.Text("type") == "PodScheduled").Time("lastTransitionTime") ?? _pod.Time("metadata", "creationTimestamp") ?? _now;

    private bool Start(ContainerPlay container, DateTimeOffset since)
    {
        if (since + container.Script.StartDelay is var due && due > _now)
        {
            Wait(due);
            return false;
        }
        container.Begin(_now);
        if (container.Script.ReadyAfter > TimeSpan.Zero)
            Wait(_now + container.Script.ReadyAfter);
        return true;
    }

    private bool Advance(ContainerPlay container)
    {
        if (container.State["terminated"] is { } ended)
            return Restarts(ended) && Restart(container, ended);
        if (container.State["waiting"] is not null)
            return container.Last["terminated"] is { } last && Restart(container, last);
        if (container.State["running"] is not { } running)
            return Start(container, BoundAt);
        var since = running.Time("startedAt")!.Value;
        if (container.Script.RunFor is { } time)
        {
            if (since + time <= _now)
            {
                container.End(_now, container.Script.ExitCode, container.Script.ExitReason);
                return true;
            }
            Wait(since + time);
        }
        if (container.Ready)
            return false;
        if (since + container.Script.ReadyAfter > _now)
        {
            Wait(since + container.Script.ReadyAfter);
            return false;
        }
        return container.Ready = true;
    }

    private bool Restarts(JsonNode ended) => Restarts(ended.Number("exitCode") ?? 0);

    private bool Restarts(long exitCode) => _restartPolicy == "Always" || (_restartPolicy == "OnFailure" && exitCode != 0);

    // The first restart comes at once, the next after 10 s, then twice as long each time.
    private bool Restart(ContainerPlay container, JsonNode ended)
    {
        var wait = container.Restarts == 0 ? TimeSpan.Zero : TimeSpan.FromSeconds(10 * Math.Pow(2, Math.Min(container.Restarts - 1, 10)));
        var due = ended.Time("finishedAt")!.Value + (wait < LongestBackoff ? wait : LongestBackoff);
        if (due <= _now)
        {
            container.Restart(_now);
            return true;
        }
        Wait(due);
        return container.Crashed();
    }

    private void Wait(DateTimeOffset due) => Due = Due is { } known && known < due ? known : due;

    private JsonObject Status()
    {
        var ready = _containers.All(c => c.Ready);
        return new JsonObject
        {
            ["phase"] = Phase(),
            ["startTime"] = _pod.Text("status", "startTime") is { Length: > 0 } started ? started : JsonWriting.Time(_began ?? _now),
            ["hostIP"] = _address,
            ["podIP"] = PodAddress,
            ["podIPs"] = new JsonArray(new JsonObject { ["ip"] = PodAddress }),
            ["containerStatuses"] = new JsonArray([.. _containers.Select(c => (JsonNode)c.Status())]),
            ["conditions"] = new JsonArray(Condition("Initialized", true), Condition("ContainersReady", ready), Condition("Ready", ready)),
        };
    }

    // From the uid, so that no pool of addresses has to be remembered.
    private string PodAddress
    {
        get
        {
            var number = Convert.ToUInt32(_pod.Text("metadata", "uid").Replace("-", "", StringComparison.Ordinal)[..6], 16);
            return $"10.{number >> 16 & 255}.{number >> 8 & 255}.{number & 255}";
        }
    }

    private string Phase()
    {
        if (_containers.Any(c => c.State["terminated"] is null))
            return _containers.Any(c => c.State["running"] is not null || c.Restarts > 0) ? "Running" : "Pending";
        if (_pod.Text("metadata", "deletionTimestamp").Length == 0 && _containers.Any(c => Restarts(c.State["terminated"]!)))
            return "Running";
        return _containers.All(c => c.State.Number("terminated", "exitCode") == 0) ? "Succeeded" : "Failed";
    }

    private JsonObject Condition(string type, bool holds)
    {
        var status = holds ? "True" : "False";
        var known = _pod.Items("status", "conditions").FirstOrDefault(c => c.Text("type") == type);
        var since = known.Text("status") == status ? known.Text("lastTransitionTime") : JsonWriting.Time(_now);
        return new JsonObject { ["type"] = type, ["status"] = status, ["lastTransitionTime"] = since };
    }

    private JsonNode? Known(string container) => _pod.Items("status", "containerStatuses").FirstOrDefault(c => c.Text("name") == container);
}
