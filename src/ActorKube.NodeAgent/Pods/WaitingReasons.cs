namespace ActorKube.NodeAgent.Pods;

/// <summary>Reasons of waiting and terminated container states, as upstream spells them; <c>kubectl get pods</c> shows them.</summary>
internal static class WaitingReasons
{
    /// <summary>The container is being created.</summary>
    public const string ContainerCreating = "ContainerCreating";
    /// <summary>It waits for init containers.</summary>
    public const string PodInitializing = "PodInitializing";
    /// <summary>It ended again and again; the next start waits.</summary>
    public const string CrashLoopBackOff = "CrashLoopBackOff";
    /// <summary>The image could not be pulled.</summary>
    public const string ErrImagePull = "ErrImagePull";
    /// <summary>The image could not be pulled; the next pull waits.</summary>
    public const string ImagePullBackOff = "ImagePullBackOff";
    /// <summary>The image is absent and must not be pulled.</summary>
    public const string ErrImageNeverPull = "ErrImageNeverPull";
    /// <summary>The runtime could not tell whether the image is present.</summary>
    public const string ImageInspectError = "ImageInspectError";
    /// <summary>The image name is malformed.</summary>
    public const string InvalidImageName = "InvalidImageName";
    /// <summary>The spec refers to something missing or asks for something refused.</summary>
    public const string CreateContainerConfigError = "CreateContainerConfigError";
    /// <summary>The runtime refused to create the container.</summary>
    public const string CreateContainerError = "CreateContainerError";
    /// <summary>The runtime could not start the container.</summary>
    public const string RunContainerError = "RunContainerError";
    /// <summary>Terminated: the runtime lost the container.</summary>
    public const string ContainerStatusUnknown = "ContainerStatusUnknown";

    /// <summary>Whether it is the image that keeps the container from being created. Of these upstream's events name the reason, of all others the cause.</summary>
    public static bool IsOfImage(string reason) => reason is ErrImagePull or ErrImageNeverPull or ImageInspectError or InvalidImageName;
}
