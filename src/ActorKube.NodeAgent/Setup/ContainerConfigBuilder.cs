using System.Collections.Immutable;
using ActorKube.NodeAgent.Pods;
using ActorKube.NodeAgent.Runtimes;
using k8s.Models;

namespace ActorKube.NodeAgent.Setup;

/// <summary>Turns a container of a pod into the runtime's configuration of it.</summary>
internal static class ContainerConfigBuilder
{
    /// <summary>The configuration.</summary>
    /// <param name="context">The pod.</param>
    /// <param name="container">The container in the pod spec.</param>
    /// <param name="start">Which attempt it is.</param>
    /// <param name="imageRef">What the image resolved to.</param>
    /// <param name="image">The image, where it could be looked at.</param>
    /// <param name="environment">Its environment.</param>
    /// <param name="mounts">Its mounts.</param>
    /// <param name="node">The node.</param>
    public static ContainerConfig Build(
        PodContext context,
        V1Container container,
        StartContainer start,
        string imageRef,
        ImageInfo? image,
        ContainerEnvironment environment,
        ImmutableArray<ContainerMount> mounts,
        NodeSetup node)
    {
        SecurityBuilder.VerifyNonRoot(context.Pod, container, image);
        return new ContainerConfig
        {
            Metadata = new ContainerMetadata(container.Name, start.Attempt),
            Image = imageRef,
            UserSpecifiedImage = container.Image,
            Command = Words(container.Command, environment),
            Args = Words(container.Args, environment),
            WorkingDirectory = container.WorkingDir ?? "",
            Environment = environment.Variables,
            Mounts = mounts,
            Labels = RuntimeLabels.Container(context.Pod, container.Name, node.NodeName),
            Annotations = RuntimeLabels.Annotations(context.Pod, container, start.Container.Hash, start.Attempt),
            LogPath = PodPaths.LogFile(container.Name, start.Attempt),
            EndsByItself = start.Container.Kind == ContainerKind.Init || (start.Container.Kind == ContainerKind.Regular && IsOfJob(context.Pod)),
            Stdin = container.Stdin == true,
            StdinOnce = container.StdinOnce == true,
            Tty = container.Tty == true,
            Resources = LinuxResources.Of(context.Pod, container, node.Capacity.MemoryBytes),
            Security = SecurityBuilder.Container(context.Pod, container, image, node.SeccompRoot),
        };
    }

    private static bool IsOfJob(V1Pod pod) => pod.Metadata.OwnerReferences?.Any(o => o is { Controller: true, Kind: "Job" }) == true;

    private static ImmutableArray<string> Words(IList<string>? words, ContainerEnvironment environment) =>
        words is null ? [] : [.. words.Select(w => Expansion.Expand(w, environment.Find))];
}
