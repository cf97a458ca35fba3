using ActorKube.ApiServer.Pipeline;
using ActorKube.Protocol.Store;

namespace ActorKube.ApiServer.Admission;

/// <summary>The registry: one line per plug-in, in upstream's order. Security's plug-ins come last: they judge what is finally written.</summary>
internal static class AdmissionPlugins
{
    /// <summary>All plug-ins in the order in which they run.</summary>
    /// <param name="store">Where they look things up.</param>
    /// <param name="identities">Names of generated volumes.</param>
    /// <param name="tolerations">Settings of DefaultTolerationSeconds.</param>
    /// <param name="security">Plug-ins that guard privileges, for example NodeRestriction.</param>
    public static IEnumerable<IAdmissionPlugin> InOrder(
        IResourceStore store, IIdentitySource identities, DefaultTolerations tolerations, params IEnumerable<IAdmissionPlugin> security)
    {
        var lookup = new ObjectLookup(store);
        return
        [
            new NamespaceLifecycle(lookup),
            new ServiceAccountAdmission(lookup, identities),
            new TaintNodesByCondition(),
            new PriorityAdmission(lookup),
            new DefaultTolerationSeconds(tolerations),
            new DefaultStorageClass(lookup),
            new StorageObjectInUseProtection(),
            new PersistentVolumeClaimResize(lookup),
            .. security,
        ];
    }
}
