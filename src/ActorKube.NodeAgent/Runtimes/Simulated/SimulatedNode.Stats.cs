using System.Collections.Immutable;
using ActorKube.Api.Names;

namespace ActorKube.NodeAgent.Runtimes.Simulated;

internal sealed partial class SimulatedNode
{
    private Func<ObjectKey, ImmutableDictionary<string, string>?> _annotations = static _ => null;

    /// <summary>From now on the use of containers follows the annotations that their pods have at the time.</summary>
    public void Follow(Func<ObjectKey, ImmutableDictionary<string, string>?> annotations) => _annotations = annotations;

    /// <summary>What a running container seems to use.</summary>
    public ContainerStats Stats(SimulatedContainer container, DateTimeOffset now)
    {
        var (total, memory) = (container.Use ??= new SimulatedUse(container.Script, container.RunsSince)).Read(now, Script(container));
        return new ContainerStats
        {
            Id = container.Id,
            Metadata = container.Metadata,
            Labels = container.Labels,
            Cpu = new CpuUsage(Shown(now), total),
            WorkingSetBytes = memory,
            WrittenBytes = 0,
        };
    }

    // What can no longer be read is no reason to fail: the pod runs, and goes on as it was.
    private SimulationScript Script(SimulatedContainer container)
    {
        var pod = container.Sandbox.Config.Metadata;
        if (_annotations(new ObjectKey(pod.Namespace, pod.Name)) is not { } annotations)
            return container.Script;
        try
        {
            return ScriptAnnotations.Apply(container.Script, annotations, container.Metadata.Name);
        }
        catch (RuntimeException)
        {
            return container.Script;
        }
    }
}
