using System.Collections.Immutable;
using ActorKube.NodeAgent.Pods.Status;
using k8s;
using k8s.Models;

namespace ActorKube.NodeAgent.Pods;

/// <summary>
/// Resources that were changed under a pod through its <c>resize</c> subresource. This agent gives containers what the pod asked for when it came and changes nothing later: what is asked for since
/// is infeasible here, and said to be, by a condition and an event as upstream's kubelet has them for nodes that cannot resize.
/// </summary>
internal static class PodResize
{
    /// <summary>Why it is infeasible.</summary>
    public const string Refusal = "In-place resize is not supported by this node agent";

    /// <summary>What to remember when the spec has changed: containers keep what they were given.</summary>
    public static PodMemory Changed(PodMemory memory, PodView before, PodView after) => memory with { Given = Differing(after, name => memory.Given.GetValueOrDefault(name) ?? SpecOf(before, name)) };

    /// <summary>What to remember of a pod that an agent before this one ran: what its status says that containers were given.</summary>
    public static PodMemory Adopted(PodMemory memory, PodView pod, PodStatusView? status) => status is null
        ? memory
        : memory with { Given = Differing(pod, name => status.Init.Concat(status.Regular).FirstOrDefault(c => c.Name == name && c.ContainerId.Length > 0)?.Spec) };

    /// <summary>The pod with the resources that its containers are given.</summary>
    /// <param name="pod">Changed in place.</param>
    /// <param name="memory">What is remembered.</param>
    public static void Apply(V1Pod pod, PodMemory memory)
    {
        if (memory.Given.IsEmpty)
            return;
        foreach (var container in pod.Spec.Containers.Concat(pod.Spec.InitContainers ?? []))
            if (memory.Given.TryGetValue(container.Name, out var given))
                container.Resources = KubernetesJson.Deserialize<V1ResourceRequirements>(given.Resources);
    }

    /// <summary>Tells once of every change that it is infeasible.</summary>
    public static void Tell(PodDraft draft)
    {
        if (draft.Memory.Given.IsEmpty || draft.Memory.RefusedResize == draft.Pod.Generation)
            return;
        draft.Memory = draft.Memory with { RefusedResize = draft.Pod.Generation };
        var sidecars = draft.Pod.Init.Where(c => c.Kind == ContainerKind.Sidecar).ToArray();
        var init = sidecars.Length == 0 ? "" : $"\"initContainers\":[{Asked(sidecars)}],";
        draft.Report(PodEvent.Warn(
            "ResizeInfeasible", $"Pod resize Infeasible: {{{init}\"containers\":[{Asked(draft.Pod.Regular)}],\"generation\":{draft.Pod.Generation},\"error\":\"{Refusal}\"}}"));
    }

    private static string Asked(IEnumerable<ContainerView> containers) => string.Join(',', containers.Select(c => $"{{\"name\":\"{c.Name}\",\"resources\":{c.Spec.Resources}}}"));

    private static SpecStatus? SpecOf(PodView pod, string name) => Resizable(pod).FirstOrDefault(c => c.Name == name)?.Spec;

    private static ImmutableDictionary<string, SpecStatus> Differing(PodView pod, Func<string, SpecStatus?> given)
    {
        var differing = ImmutableDictionary<string, SpecStatus>.Empty;
        foreach (var container in Resizable(pod))
            if (given(container.Name) is { } has && has.Resources != container.Spec.Resources)
                differing = differing.Add(container.Name, has);
        return differing;
    }

    private static IEnumerable<ContainerView> Resizable(PodView pod) => pod.Init.Concat(pod.Regular);
}
