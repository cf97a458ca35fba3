using System.Collections.Immutable;
using System.Text.Json.Nodes;
using ActorKube.Machinery.Objects;
using ActorKube.NodeAgent.Runtimes;
using ActorKube.NodeAgent.Runtimes.Simulated;

namespace ActorKube.Testing.Simulation.Nodes;

/// <summary>How containers behave by the rules of the simulated runtime: their command, then the annotations of their pod.</summary>
internal static class ContainerScript
{
    /// <summary>The script of a container.</summary>
    /// <param name="container">Its entry in the pod's spec.</param>
    /// <param name="annotations">Those of the pod.</param>
    public static SimulationScript Of(JsonNode container, ImmutableDictionary<string, string> annotations)
    {
        var config = new ContainerConfig
        {
            Metadata = new ContainerMetadata(container.Text("name"), 0),
            Image = container.Text("image"),
            Command = [.. container.Items("command").Select(w => w.Text())],
            Args = [.. container.Items("args").Select(w => w.Text())],
        };
        return ScriptAnnotations.Apply(ScriptCommands.Apply(SimulationScript.Default, config), annotations, container.Text("name"));
    }
}
