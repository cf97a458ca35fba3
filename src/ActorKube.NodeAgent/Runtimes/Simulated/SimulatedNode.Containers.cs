using System.Text;

namespace ActorKube.NodeAgent.Runtimes.Simulated;

internal sealed partial class SimulatedNode
{
    private const int KilledExitCode = 137;
    private const int StartErrorExitCode = 128;

    /// <summary>Creates a container in a ready sandbox and gives its id.</summary>
    public string CreateContainer(string sandboxId, ContainerConfig config, DateTimeOffset now)
    {
        var sandbox = Sandbox(sandboxId);
        if (sandbox.State != SandboxState.Ready)
            throw new RuntimeException(RuntimeErrorKind.Unknown, $"sandbox \"{sandboxId}\" is not ready");
        if (config.Image.Length == 0)
            throw new RuntimeException(RuntimeErrorKind.InvalidArgument, "a container needs an image");
        var image = Images.Find(config.Image) ?? throw NotFound("image", config.Image);
        if (sandbox.Containers.Exists(c => c.Metadata == config.Metadata))
            throw new RuntimeException(RuntimeErrorKind.Unknown, $"container {config.Metadata.Name}, attempt {config.Metadata.Attempt}, exists already");

        var script = ScriptAnnotations.Apply(ScriptCommands.Apply(_options.ScriptFor(image.Reference), config), sandbox.Config.Annotations, config.Metadata.Name);
        var container = new SimulatedContainer(NextId(), sandbox, config, image, script, Shown(now));
        _containers.Add(container.Id, container);
        sandbox.Containers.Add(container);
        Publish(RuntimeEventKind.ContainerCreated, sandbox, container.Id);
        return container.Id;
    }

    /// <summary>The first half of a start: after it comes the script's delay, then <see cref="FinishStart"/>.</summary>
    public SimulatedContainer BeginStart(string id)
    {
        var container = Container(id);
        if (container.State != ContainerState.Created || container.IsStarting)
            throw new RuntimeException(RuntimeErrorKind.Unknown, $"container \"{id}\" is not in created state");
        container.IsStarting = true;
        return container;
    }

    /// <summary>The second half of a start.</summary>
    public void FinishStart(SimulatedContainer container, DateTimeOffset now)
    {
        var script = container.Script;
        if (container.IsRemoved || container.Sandbox.State != SandboxState.Ready)
            throw NotFound("sandbox of container", container.Id);
        if (script.StartError.Length > 0)
        {
            End(container, now, StartErrorExitCode, "StartError", script.StartError);
            throw new RuntimeException(RuntimeErrorKind.Unknown, script.StartError);
        }
        container.State = ContainerState.Running;
        container.RunsSince = now;
        container.StartedAt = Shown(now);
        Publish(RuntimeEventKind.ContainerStarted, container.Sandbox, container.Id);
        if (container.LogPath.Length > 0)
            Print(container, now);
        if (script.RunFor is { } duration)
            Schedule(now + duration, new Due(DueKind.End, container, script.ExitCode, script.ExitReason));
    }

    /// <summary>Asks a container to end; it does so at once or, by its script, within the grace.</summary>
    public SimulatedContainer StopContainer(string id, TimeSpan grace, DateTimeOffset now)
    {
        var container = Container(id);
        if (container.State != ContainerState.Running)
            return container;
        var obeys = container.Script.StopDelay <= grace;
        var exitCode = obeys && grace > TimeSpan.Zero ? container.Script.StopExitCode : KilledExitCode;
        var delay = obeys ? container.Script.StopDelay : grace;
        if (delay <= TimeSpan.Zero)
            End(container, now, exitCode, "", "");
        else
            Schedule(now + delay, new Due(DueKind.End, container, exitCode, ""));
        return container;
    }

    /// <summary>Ends a running container from outside, as a crash or the kernel would.</summary>
    public void EndContainer(string id, int exitCode, string reason, DateTimeOffset now)
    {
        var container = Container(id);
        if (container.State == ContainerState.Running)
            End(container, now, exitCode, reason, "");
    }

    /// <summary>Removes a container, killing it where needed; nothing happens when it is gone.</summary>
    public void RemoveContainer(string id, DateTimeOffset now)
    {
        if (!_containers.Remove(id, out var container))
            return;
        if (container.State == ContainerState.Running)
            End(container, now, KilledExitCode, "", "");
        container.IsRemoved = true;
        container.Sandbox.Containers.Remove(container);
        Publish(RuntimeEventKind.ContainerRemoved, container.Sandbox, id);
    }

    /// <summary>The container; an error when there is none.</summary>
    public SimulatedContainer Container(string id) => _containers.TryGetValue(id, out var container) ? container : throw NotFound("container", id);

    /// <summary>The container; an error when there is none or it does not run.</summary>
    public SimulatedContainer RunningContainer(string id) => Container(id) is { State: ContainerState.Running } container
        ? container
        : throw new RuntimeException(RuntimeErrorKind.Unknown, $"container \"{id}\" is not running");

    /// <summary>The containers that match.</summary>
    public IEnumerable<SimulatedContainer> Containers(ContainerFilter filter)
    {
        if (filter.Id is { } id)
            return _containers.TryGetValue(id, out var container) && container.Matches(filter) ? [container] : [];
        if (filter.SandboxId is { } sandboxId)
            return _sandboxes.TryGetValue(sandboxId, out var sandbox) ? sandbox.Containers.Where(c => c.Matches(filter)) : [];
        return _containers.Values.Where(c => c.Matches(filter));
    }

    /// <summary>Runs a command as the script says.</summary>
    public ExecResult Exec(string id, DateTimeOffset now)
    {
        var container = RunningContainer(id);
        var script = container.Script;
        return now - container.RunsSince < script.ReadyAfter
            ? new ExecResult(1, default, "not ready yet\n"u8.ToArray())
            : new ExecResult(script.ExecExitCode, Encoding.UTF8.GetBytes(script.ExecOutput), Encoding.UTF8.GetBytes(script.ExecError));
    }

    /// <summary>Makes sure that the log exists after a rotation.</summary>
    public void ReopenLog(string id)
    {
        var container = RunningContainer(id);
        if (container.LogPath.Length > 0)
            _logs.OpenAppend(container.LogPath).Dispose();
    }

    /// <summary>Prints one line into a container's log.</summary>
    public void Print(string id, string stream, string line, DateTimeOffset now)
    {
        var container = RunningContainer(id);
        if (container.LogPath.Length == 0)
            return;
        using var log = _logs.OpenAppend(container.LogPath);
        log.Write(CriLogLine.Format(Shown(now), stream, line));
    }

    private void Print(SimulatedContainer container, DateTimeOffset now)
    {
        var script = container.Script;
        using (var log = _logs.OpenAppend(container.LogPath))
        {
            foreach (var line in script.Log)
                log.Write(CriLogLine.Format(Shown(now), "stdout", line));
        }
        if (script.LogInterval is { } interval)
            Schedule(now + interval, new Due(DueKind.Log, container, 0, ""));
    }

    private void End(SimulatedContainer container, DateTimeOffset now, int exitCode, string reason, string message)
    {
        container.End(Shown(now), exitCode, reason, message);
        Publish(RuntimeEventKind.ContainerExited, container.Sandbox, container.Id);
    }
}
