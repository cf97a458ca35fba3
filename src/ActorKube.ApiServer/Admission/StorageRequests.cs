using ActorKube.Api.Names;

namespace ActorKube.ApiServer.Admission;

/// <summary>The resources of storage that plug-ins care for.</summary>
internal static class StorageRequests
{
    public static readonly GroupResource Claims = new("", "persistentvolumeclaims");
    public static readonly GroupResource Volumes = new("", "persistentvolumes");
    public static readonly GroupResource Classes = new("storage.k8s.io", "storageclasses");
    public static readonly GroupResource AttributesClasses = new("storage.k8s.io", "volumeattributesclasses");
}
