namespace ActorKube.Scheduler.Indices;

/// <summary>Names of container images.</summary>
internal static class ImageName
{
    /// <summary>The name with <c>:latest</c> added when it has no tag, which is the form that nodes report.</summary>
    public static string WithTag(string name) => name.LastIndexOf(':') <= name.LastIndexOf('/') ? name + ":latest" : name;
}
