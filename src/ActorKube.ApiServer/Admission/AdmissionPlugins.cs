using ActorKube.ApiServer.Admission.Limits;
using ActorKube.ApiServer.Admission.Quotas;
using ActorKube.ApiServer.Admission.RuntimeClasses;
using ActorKube.ApiServer.Pipeline;
using ActorKube.Protocol.Store;

namespace ActorKube.ApiServer.Admission;

/// <summary>The registry: one line per plug-in, in upstream's order. Security's plug-ins come late: they judge what is finally written. ResourceQuota comes last: what it has charged is written next.</summary>
internal static class AdmissionPlugins
{
    /// <summary>All plug-ins in the order in which they run.</summary>
    /// <param name="store">Where they look things up.</param>
    /// <param name="identities">Names of generated volumes.</param>
    /// <param name="time">The clock, for those that wait for what is about to come or know how old a charge is.</param>
    /// <param name="tolerations">Settings of DefaultTolerationSeconds.</param>
    /// <param name="limited">What may only be consumed where a quota covers it.</param>
    /// <param name="security">Plug-ins that guard privileges, for example NodeRestriction.</param>
    public static IEnumerable<IAdmissionPlugin> InOrder(
        IResourceStore store, IIdentitySource identities, TimeProvider time, DefaultTolerations tolerations, IReadOnlyList<LimitedResource> limited, params IEnumerable<IAdmissionPlugin> security)
    {
        var lookup = new ObjectLookup(store);
        return
        [
            new NamespaceLifecycle(lookup),
            new LimitRanger(lookup),
            new ServiceAccountAdmission(lookup, identities, time),
            new TaintNodesByCondition(),
            new PriorityAdmission(lookup),
            new DefaultTolerationSeconds(tolerations),
            new DefaultStorageClass(lookup),
            new StorageObjectInUseProtection(),
            new PersistentVolumeClaimResize(lookup),
            new RuntimeClassAdmission(lookup),
            new DefaultIngressClass(lookup),
            .. security,
            new ResourceQuotaAdmission(store, time, limited),
        ];
    }
}
