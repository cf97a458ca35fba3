using System.Text.Json.Nodes;
using ActorKube.Machinery.Objects;
using ActorKube.NodeAgent.Runtimes.Simulated;

namespace ActorKube.Testing.Simulation.Nodes;

/// <summary>One container on its way from state to state.</summary>
internal sealed class ContainerPlay
{
    private readonly string _name;
    private readonly string _image;

    public ContainerPlay(JsonNode spec, JsonNode? known, SimulationScript script)
    {
        (_name, _image) = (spec.Text("name"), spec.Text("image"));
        Script = script;
        State = (JsonObject?)known?["state"]?.DeepClone() ?? [];
        Last = (JsonObject?)known?["lastState"]?.DeepClone() ?? [];
        Ready = known.Flag("ready");
        Restarts = (int)(known.Number("restartCount") ?? 0);
    }

    public SimulationScript Script { get; }

    /// <summary><c>state</c> of the container's status.</summary>
    public JsonObject State { get; private set; }

    /// <summary><c>lastState</c> of the container's status.</summary>
    public JsonObject Last { get; private set; }

    public bool Ready { get; set; }

    public int Restarts { get; private set; }

    public void Begin(DateTimeOffset now)
    {
        State = new JsonObject { ["running"] = new JsonObject { ["startedAt"] = JsonWriting.Time(now) } };
        Ready = Script.ReadyAfter == TimeSpan.Zero;
    }

    public void End(DateTimeOffset now, int exitCode, string reason)
    {
        State = new JsonObject
        {
            ["terminated"] = new JsonObject
            {
                ["exitCode"] = exitCode,
                ["reason"] = reason.Length > 0 ? reason : exitCode == 0 ? "Completed" : "Error",
                ["startedAt"] = State.Text("running", "startedAt"),
                ["finishedAt"] = JsonWriting.Time(now),
            },
        };
        Ready = false;
    }

    /// <summary>Waits for its restart.</summary>
    /// <returns>True when it did not before.</returns>
    public bool Crashed()
    {
        if (State.ContainsKey("waiting"))
            return false;
        Last = State;
        State = new JsonObject { ["waiting"] = new JsonObject { ["reason"] = "CrashLoopBackOff" } };
        return true;
    }

    public void Restart(DateTimeOffset now)
    {
        Crashed();
        Restarts++;
        Begin(now);
    }

    public JsonObject Status() => new()
    {
        ["name"] = _name,
        ["image"] = _image,
        ["imageID"] = _image,
        ["state"] = State.DeepClone(),
        ["lastState"] = Last.DeepClone(),
        ["ready"] = Ready,
        ["started"] = State.ContainsKey("running"),
        ["restartCount"] = Restarts,
    };
}
