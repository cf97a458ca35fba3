using ActorKube.ApiServer.Kinds.Admission;
using ActorKube.ApiServer.Kinds.Apps;
using ActorKube.ApiServer.Kinds.Autoscaling;
using ActorKube.ApiServer.Kinds.Batch;
using ActorKube.ApiServer.Kinds.Certificates;
using ActorKube.ApiServer.Kinds.Coordination;
using ActorKube.ApiServer.Kinds.Core;
using ActorKube.ApiServer.Kinds.Core.Limits;
using ActorKube.ApiServer.Kinds.Discovery;
using ActorKube.ApiServer.Kinds.Events;
using ActorKube.ApiServer.Kinds.FlowControl;
using ActorKube.ApiServer.Kinds.Metrics;
using ActorKube.ApiServer.Kinds.Networking;
using ActorKube.ApiServer.Kinds.Nodes;
using ActorKube.ApiServer.Kinds.Policy;
using ActorKube.ApiServer.Kinds.Rbac;
using ActorKube.ApiServer.Kinds.Reviews;
using ActorKube.ApiServer.Kinds.Scheduling;
using ActorKube.ApiServer.Kinds.Storage;

namespace ActorKube.ApiServer.Kinds;

/// <summary>The registry: one line per built-in kind. Groups stand in upstream's order of discovery, the preferred version of a group first.</summary>
internal static class BuiltInKinds
{
    /// <summary>All built-in kinds, bound to their storage.</summary>
    public static IEnumerable<ServedResource> All(KindOptions options) => Strategies(options).Select(static s => new ServedResource(s.Strategy, s.Conversion));

    private static IEnumerable<Line> Strategies(KindOptions options) =>
    [
        CoreKinds.Binding,
        CoreKinds.ComponentStatus,
        new ConfigMapStrategy(),
        new EndpointsStrategy(),
        new EventStrategy(options),
        new LimitRangeStrategy(),
        new NamespaceStrategy(),
        new NodeStrategy(),
        new PersistentVolumeClaimStrategy(),
        new PersistentVolumeStrategy(),
        new PodStrategy(),
        CoreKinds.PodTemplate,
        new ReplicationControllerStrategy(),
        new ResourceQuotaStrategy(),
        new SecretStrategy(),
        new ServiceAccountStrategy(),
        new ServiceStrategy(),

        ReviewKinds.SelfSubjectReview,
        ReviewKinds.TokenReview,
        ReviewKinds.LocalSubjectAccessReview,
        ReviewKinds.SelfSubjectAccessReview,
        ReviewKinds.SelfSubjectRulesReview,
        ReviewKinds.SubjectAccessReview,

        new EventV1Strategy(options),

        new ControllerRevisionStrategy(),
        new DaemonSetStrategy(),
        new DeploymentStrategy(),
        new ReplicaSetStrategy(),
        new StatefulSetStrategy(),

        AutoscalingKinds.HorizontalPodAutoscaler,
        new(AutoscalingKinds.HorizontalPodAutoscalerV1, new HorizontalPodAutoscalerConversion()),

        new CronJobStrategy(),
        new JobStrategy(),

        new CertificateSigningRequestStrategy(options),
        new ClusterTrustBundleStrategy(),
        new PodCertificateRequestStrategy(options),

        new IngressStrategy(),
        new IngressClassStrategy(),
        new IpAddressStrategy(),
        new NetworkPolicyStrategy(),
        new ServiceCidrStrategy(),

        new PodDisruptionBudgetStrategy(),

        RbacKinds.ClusterRoleBinding,
        RbacKinds.ClusterRole,
        RbacKinds.RoleBinding,
        RbacKinds.Role,

        new CsiDriverStrategy(),
        new CsiNodeStrategy(),
        new CsiStorageCapacityStrategy(),
        new StorageClassStrategy(),
        new VolumeAttachmentStrategy(),
        new VolumeAttributesClassStrategy(),

        AdmissionKinds.MutatingAdmissionPolicy,
        AdmissionKinds.MutatingAdmissionPolicyBinding,
        AdmissionKinds.MutatingWebhookConfiguration,
        AdmissionKinds.ValidatingAdmissionPolicy,
        AdmissionKinds.ValidatingAdmissionPolicyBinding,
        AdmissionKinds.ValidatingWebhookConfiguration,

        new PriorityClassStrategy(),

        new LeaseStrategy(),

        new RuntimeClassStrategy(),

        new EndpointSliceStrategy(),

        FlowControlKinds.FlowSchema,
        FlowControlKinds.PriorityLevelConfiguration,

        MetricsKinds.NodeMetrics,
        MetricsKinds.PodMetrics,
    ];

    private sealed record Line(KindStrategy Strategy, IVersionConversion? Conversion)
    {
        public static implicit operator Line(KindStrategy strategy) => new(strategy, strategy as IVersionConversion);
    }
}
