using System.Text.Json;
using ActorKube.ApiServer.Tables;

namespace ActorKube.ApiServer.Kinds.Core.Pods;

/// <summary>A pod in a few words, as <c>kubectl get</c> shows it (upstream: <c>printPod</c>).</summary>
internal sealed class PodSummary
{
    private readonly JsonElement _pod;
    private long _restarts;
    private DateTimeOffset _lastRestart;
    private int _ready;
    private int _total;

    private PodSummary(JsonElement pod)
    {
        _pod = pod;
        Status = pod.At("status", "reason").AsText() is { Length: > 0 } reason ? reason : pod.At("status", "phase").AsText();
        _total = (int)pod.At("spec", "containers").Size();
        if (Condition("PodScheduled").At("reason").AsText() == "SchedulingGated")
            Status = "SchedulingGated";
        var initializing = ReadInitContainers(out var sidecarRestarts, out var lastSidecarRestart);
        if (!initializing || Condition("Initialized").At("status").AsText() == "True")
        {
            // Once the pod is initialised, what happened before no longer counts.
            _restarts = sidecarRestarts;
            _lastRestart = lastSidecarRestart;
            ReadContainers();
        }
        if (pod.At("metadata", "deletionTimestamp").ValueKind != JsonValueKind.String)
            return;
        if (pod.At("status", "reason").AsText() == "NodeLost")
            Status = "Unknown";
        else if (pod.At("status", "phase").AsText() is not ("Succeeded" or "Failed"))
            Status = "Terminating";
    }

    /// <summary>Reads a pod.</summary>
    public static PodSummary Of(JsonElement pod) => new(pod);

    /// <summary>What keeps the pod from running, or that it does.</summary>
    public string Status { get; private set; }

    /// <summary>Containers that are ready, of how many.</summary>
    public string Ready => $"{_ready}/{_total}";

    /// <summary>How often containers were started again, and how long ago the last one ended.</summary>
    public string Restarts(DateTimeOffset now) =>
        _restarts != 0 && _lastRestart != default ? $"{_restarts} ({HumanDuration.Format(now - _lastRestart)} ago)" : $"{_restarts}";

    private bool ReadInitContainers(out long sidecarRestarts, out DateTimeOffset lastSidecarRestart)
    {
        sidecarRestarts = 0;
        lastSidecarRestart = default;
        var sidecars = new HashSet<string>();
        foreach (var container in _pod.At("spec", "initContainers").Items())
            if (container.At("restartPolicy").AsText() == "Always")
                sidecars.Add(container.At("name").AsText());
        _total += sidecars.Count;
        var index = 0;
        foreach (var status in _pod.At("status", "initContainerStatuses").Items())
        {
            var ended = Ended(status);
            _restarts += status.At("restartCount").AsNumber();
            _lastRestart = Later(_lastRestart, ended);
            var sidecar = sidecars.Contains(status.At("name").AsText());
            if (sidecar)
            {
                sidecarRestarts += status.At("restartCount").AsNumber();
                lastSidecarRestart = Later(lastSidecarRestart, ended);
            }
            var terminated = status.At("state", "terminated");
            var started = sidecar && status.At("started").AsFlag();
            if (started && status.At("ready").AsFlag())
                _ready++;
            if (!started && !(terminated.ValueKind == JsonValueKind.Object && terminated.At("exitCode").AsNumber() == 0))
            {
                Status = InitStatus(status, terminated, index);
                return true;
            }
            index++;
        }
        return false;
    }

    private string InitStatus(JsonElement status, JsonElement terminated, int index)
    {
        if (terminated.ValueKind == JsonValueKind.Object)
            return "Init:" + (terminated.At("reason").AsText() is { Length: > 0 } reason ? reason : EndOf(terminated));
        return status.At("state", "waiting", "reason").AsText() is { Length: > 0 } waits && waits != "PodInitializing"
            ? "Init:" + waits
            : $"Init:{index}/{_pod.At("spec", "initContainers").Size()}";
    }

    private void ReadContainers()
    {
        var running = false;
        foreach (var status in _pod.At("status", "containerStatuses").Items().Reverse())
        {
            _restarts += status.At("restartCount").AsNumber();
            _lastRestart = Later(_lastRestart, Ended(status));
            var terminated = status.At("state", "terminated");
            if (status.At("state", "waiting", "reason").AsText() is { Length: > 0 } waits)
                Status = waits;
            else if (terminated.At("reason").AsText() is { Length: > 0 } reason)
                Status = reason;
            else if (terminated.ValueKind == JsonValueKind.Object)
                Status = EndOf(terminated);
            else if (status.At("ready").AsFlag() && status.At("state", "running").ValueKind == JsonValueKind.Object)
            {
                running = true;
                _ready++;
            }
        }
        if (Status == "Completed" && running)
            Status = Condition("Ready").At("status").AsText() == "True" ? "Running" : "NotReady";
    }

    private JsonElement Condition(string type) => _pod.At("status", "conditions").Items().FirstOrDefault(c => c.At("type").AsText() == type);

    private static string EndOf(JsonElement terminated) =>
        terminated.At("signal").AsNumber() is not 0 and var signal ? $"Signal:{signal}" : $"ExitCode:{terminated.At("exitCode").AsNumber()}";

    private static DateTimeOffset Ended(JsonElement status) =>
        status.At("lastState", "terminated", "finishedAt") is { ValueKind: JsonValueKind.String } text && text.TryGetDateTimeOffset(out var time) ? time : default;

    private static DateTimeOffset Later(DateTimeOffset left, DateTimeOffset right) => left > right ? left : right;
}
