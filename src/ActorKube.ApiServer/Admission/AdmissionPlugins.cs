using ActorKube.ApiServer.Admission.Limits;
using ActorKube.ApiServer.Admission.Quotas;
using ActorKube.ApiServer.Pipeline;
using ActorKube.Protocol.Store;

namespace ActorKube.ApiServer.Admission;

/// <summary>The registry: one line per plug-in, in upstream's order. Security's plug-ins come late: they judge what is finally written. ResourceQuota comes last: what it has charged is written next.</summary>
internal static class AdmissionPlugins
{
    /// <summary>All plug-ins in the order in which they run.</summary>
    /// <param name="store">Where they look things up.</param>
    /// <param name="identities">Names of generated volumes.</param>
    /// <param name="tolerations">Settings of DefaultTolerationSeconds.</param>
    /// <param name="time">The clock of ResourceQuota.</param>
    /// <param name="security">Plug-ins that guard privileges, for example NodeRestriction.</param>
    public static IEnumerable<IAdmissionPlugin> InOrder(
        IResourceStore store, IIdentitySource identities, DefaultTolerations tolerations, TimeProvider time, params IEnumerable<IAdmissionPlugin> security)
    {
        var lookup = new ObjectLookup(store);
        return
        [
            new NamespaceLifecycle(lookup),
            new LimitRanger(lookup),
            new ServiceAccountAdmission(lookup, identities),
            new TaintNodesByCondition(),
            new PriorityAdmission(lookup),
            new DefaultTolerationSeconds(tolerations),
            new DefaultIngressClass(lookup),
            .. security,
            new ResourceQuotaAdmission(store, time),
        ];
    }
}
