using System.Globalization;
using ActorKube.Api.Names;
using ActorKube.Machinery.Times;
using ActorKube.NodeAgent.Pods;
using ActorKube.NodeAgent.Runtimes;

namespace ActorKube.NodeAgent.Tests.Pods;

/// <summary>
/// A pod's situation in one line, so that a table row reads as a sentence. Parts, separated by blanks: <c>policy=Never</c>, <c>deleted=30</c> (grace), <c>deadline=60</c>,
/// <c>init:a</c>, <c>sidecar:s</c> and <c>main:web</c> for the spec; <c>box=ready</c>, <c>box=dead</c>, <c>boxes=2</c> for sandboxes; <c>web=running</c>, <c>web=exit0@10#2</c> (exit code, second it
/// ended, attempt), <c>web=created</c>, <c>web=unknown</c> for containers; <c>old-web=exit0</c> for one in an older sandbox; <c>at=100</c> for the second it is now.
/// </summary>
internal sealed class Scene
{
    public static readonly DateTimeOffset Zero = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private Scene(PodView pod, PodSeen seen, PodMemory memory, Present now)
    {
        Pod = pod;
        Seen = seen;
        Memory = memory;
        Now = now;
    }

    public PodView Pod { get; }

    public PodSeen Seen { get; }

    public PodMemory Memory { get; set; }

    public Present Now { get; }

    public static DateTimeOffset At(double second) => Zero + TimeSpan.FromSeconds(second);

    /// <summary>That second of a clock that is never set, in a process that begins with it.</summary>
    public static Present When(double second) => new(At(second), TimeSpan.FromSeconds(second));

    public static Scene Parse(string text)
    {
        var pod = new PodView { Key = new ObjectKey("default", "p"), Uid = "u", Regular = [] };
        var seen = PodSeen.Empty;
        var memory = new PodMemory { StartTime = Zero, ActiveSince = TimeSpan.Zero, VolumesReady = true };
        var now = When(0);
        foreach (var part in text.Split(' ', StringSplitOptions.RemoveEmptyEntries))
            switch (part.Split(['=', ':'], 2))
            {
                case ["policy", var policy]:
                    pod = pod with { RestartPolicy = Enum.Parse<PodRestartPolicy>(policy) };
                    break;
                case ["deleted", var grace]:
                    pod = pod with { Deleted = Zero, DeletionGraceSeconds = long.Parse(grace) };
                    break;
                case ["deadline", var seconds]:
                    pod = pod with { ActiveDeadlineSeconds = long.Parse(seconds) };
                    break;
                case ["init", var name]:
                    pod = pod with { Init = pod.Init.Add(View(name, ContainerKind.Init)) };
                    break;
                case ["sidecar", var name]:
                    pod = pod with { Init = pod.Init.Add(View(name, ContainerKind.Sidecar)) };
                    break;
                case ["main", var name]:
                    pod = pod with { Regular = pod.Regular.Add(View(name, ContainerKind.Regular)) };
                    break;
                case ["box", var state]:
                    seen = seen.With(Box("box1", 1, state == "ready"));
                    break;
                case ["boxes", "2"]:
                    seen = seen.With(Box("box0", 0, ready: true)).With(Box("box1", 1, ready: true));
                    break;
                case ["at", var second]:
                    now = When(double.Parse(second, CultureInfo.InvariantCulture));
                    break;
                case ["novolumes"]:
                    memory = memory with { VolumesReady = false };
                    break;
                case ["orphaned"]:
                    memory = memory with { Orphaned = true };
                    break;
                case ["terminal"]:
                    memory = memory with { Terminal = true };
                    break;
                case ["clean"]:
                    memory = memory with { CleanedUp = true };
                    break;
                case [var name, var state] when name.StartsWith("old-", StringComparison.Ordinal):
                    seen = seen.With(Container(name["old-".Length..], state, "box0"));
                    break;
                case [var name, var state]:
                    seen = seen.With(Container(name, state, "box1"));
                    break;
                default:
                    throw new FormatException($"'{part}' is no part of a scene.");
            }
        return new Scene(pod, seen, memory, now);
    }

    public PodDecision Decide() => PodDecider.Decide(Pod, Seen, Memory, Now);

    /// <summary>What was decided, in the same brevity.</summary>
    public static string Describe(PodDecision decision) => decision.Action switch
    {
        null => decision.WakeAt is { } at ? $"wait {at.TotalSeconds:0.#}" : "nothing",
        SetUpVolumes => "volumes",
        RunSandbox run => $"sandbox {run.Attempt}",
        StartContainer start => $"start {start.Container.Name}#{start.Attempt}",
        StopContainers stop => $"stop {string.Join(',', stop.Stops.Select(s => $"{s.Name}/{s.Grace.TotalSeconds:0}"))}",
        StopSandboxes stop => $"stop-sandbox {string.Join(',', stop.Ids)}",
        RemoveContainers remove => $"remove {string.Join(',', remove.Containers.Select(c => $"{c.Name}#{c.Attempt}"))}",
        RemoveSandboxes remove => $"remove-sandbox {string.Join(',', remove.Ids)}",
        CleanUp => "clean-up",
        DeleteObject => "delete",
        Forget => "forget",
        var other => other.GetType().Name,
    };

    private static ContainerView View(string name, ContainerKind kind) => new(name, kind, "image", ContainerHash.Of(name, "image"));

    private static SandboxSeen Box(string id, uint attempt, bool ready) => new(id, attempt, ready, At(attempt), ready ? ["10.0.0.1"] : [], HostNetwork: false);

    private static ContainerSeen Container(string name, string state, string sandbox)
    {
        var attempt = state.Split('#') is [_, var number] ? uint.Parse(number) : 0;
        var ended = state.Split('#')[0].Split('@') is [_, var second] ? double.Parse(second, CultureInfo.InvariantCulture) : 0;
        var word = state.Split('@', '#')[0];
        var exited = word.StartsWith("exit", StringComparison.Ordinal);
        return new ContainerSeen
        {
            Id = $"{name}-{attempt}-{sandbox}",
            Name = name,
            Attempt = attempt,
            SandboxId = sandbox,
            State = exited ? ContainerState.Exited : Enum.Parse<ContainerState>(word, ignoreCase: true),
            CreatedAt = At(attempt),
            StartedAt = At(attempt),
            FinishedAt = exited ? At(ended) : null,
            ExitCode = exited ? int.Parse(word["exit".Length..]) : 0,
        };
    }
}
