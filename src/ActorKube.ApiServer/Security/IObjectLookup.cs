using ActorKube.Api.Names;
using ActorKube.Api.Objects;
using ActorKube.ApiServer.Security.Certificates;
using ActorKube.Protocol.Store;

namespace ActorKube.ApiServer.Security;

/// <summary>Reads single objects for security decisions.</summary>
internal interface IObjectLookup
{
    /// <summary>The object, or null. <see cref="ReadAt.Any"/> answers from this process's memory; what must not be missed asks for <see cref="ReadAt.Latest"/>.</summary>
    ValueTask<StoredObject?> FindAsync(GroupResource resource, ObjectKey key, ReadAt at, CancellationToken cancel);
}

/// <summary>Look-ups in the store.</summary>
internal sealed class StoreLookup(IResourceStore store, string workspace = ResourceId.RootWorkspace) : IObjectLookup
{
    public ValueTask<StoredObject?> FindAsync(GroupResource resource, ObjectKey key, ReadAt at, CancellationToken cancel)
    {
        var snapshot = store.ReadAsync(new ResourceId(workspace, resource), at, cancel);
        return snapshot.IsCompletedSuccessfully ? ValueTask.FromResult(snapshot.Result.Find(key)) : Wait(snapshot, key);
    }

    private static async ValueTask<StoredObject?> Wait(ValueTask<IResourceSnapshot> snapshot, ObjectKey key) => (await snapshot).Find(key);
}

/// <summary>Resources that security decisions look at.</summary>
internal static class SecurityResources
{
    public static readonly GroupResource ServiceAccounts = new("", "serviceaccounts");
    public static readonly GroupResource Secrets = new("", "secrets");
    public static readonly GroupResource Pods = new("", "pods");
    public static readonly GroupResource Nodes = new("", "nodes");
    public static readonly GroupResource PersistentVolumes = new("", "persistentvolumes");
    public static readonly GroupResource PersistentVolumeClaims = new("", "persistentvolumeclaims");
    public static readonly GroupResource VolumeAttachments = new("storage.k8s.io", "volumeattachments");
    public static readonly GroupResource Leases = new("coordination.k8s.io", "leases");
    public static readonly GroupResource CsiNodes = new("storage.k8s.io", "csinodes");
    public static readonly GroupResource PodCertificateRequests = SignerAccess.PodRequests;
    public static readonly GroupResource Roles = new(RbacGroup, "roles");
    public static readonly GroupResource RoleBindings = new(RbacGroup, "rolebindings");
    public static readonly GroupResource ClusterRoles = new(RbacGroup, "clusterroles");
    public static readonly GroupResource ClusterRoleBindings = new(RbacGroup, "clusterrolebindings");
    public const string RbacGroup = "rbac.authorization.k8s.io";
}
