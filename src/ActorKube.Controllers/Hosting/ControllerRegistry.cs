using System.Collections.Frozen;
using ActorKube.Api.Certificates;
using ActorKube.Controllers.Accounts;
using ActorKube.Controllers.Accounts.Tokens;
using ActorKube.Controllers.Autoscaling;
using ActorKube.Controllers.Bootstrap;
using ActorKube.Controllers.Certificates;
using ActorKube.Controllers.Disruption;
using ActorKube.Controllers.GarbageCollection;
using ActorKube.Controllers.Namespaces;
using ActorKube.Controllers.Nodes;
using ActorKube.Controllers.ResourceQuotas;
using ActorKube.Controllers.Roles;
using ActorKube.Controllers.Services.Cidrs;
using ActorKube.Controllers.Services.Mirroring;
using ActorKube.Controllers.Services.Slices;
using ActorKube.Controllers.Services.Subsets;
using ActorKube.Controllers.Volumes;
using ActorKube.Controllers.Volumes.Attaching;
using ActorKube.Controllers.Volumes.Binding;
using ActorKube.Controllers.Volumes.Protection;
using ActorKube.Controllers.Volumes.Provisioning;
using ActorKube.Controllers.Workloads.CronJobs;
using ActorKube.Controllers.Workloads.DaemonSets;
using ActorKube.Controllers.Workloads.Deployments;
using ActorKube.Controllers.Workloads.Jobs;
using ActorKube.Controllers.Workloads.ReplicaSets;
using ActorKube.Controllers.Workloads.StatefulSets;
using ActorKube.Machinery.Objects;

namespace ActorKube.Controllers.Hosting;

/// <summary>All controllers there are. Names are ids: they stand in journals, in configurations and in the decision log; they are never renamed or used for something else.</summary>
public static class ControllerRegistry
{
    private static readonly ControllerDescriptor[] All =
    [
        new("deployment-controller", DeploymentRole, static (_, _) => new DeploymentReconciler()),
        new("replicaset-controller", ReplicaSetRole, static (_, o) => new ReplicaSetReconciler(ReplicaShape.ReplicaSet, o.ReplicaSetBurst)),
        new("replicationcontroller-controller", ReplicationControllerRole, static (_, o) => new ReplicaSetReconciler(ReplicaShape.ReplicationController, o.ReplicationControllerBurst)) { Source = "replication-controller" },
        new("daemonset-controller", DaemonSetRole, static (_, o) => new DaemonSetReconciler(o.DaemonSet)),
        new("statefulset-controller", StatefulSetRole, static (_, _) => new StatefulSetReconciler()),
        new("job-controller", JobRole, static (_, o) => new JobReconciler(o.JobBackoff, o.JobBurst)),
        new("cronjob-controller", CronJobRole, static (_, _) => new CronJobReconciler()),
        new("ttl-after-finished-controller", FinishedJobsRole, static (_, _) => new FinishedJobCleaner()),
        new("endpointslice-controller", EndpointSliceRole, static (_, o) => new EndpointSliceReconciler(o.EndpointsPerSlice)) { Source = "endpoint-slice-controller" },
        new("endpoints-controller", EndpointsRole, static (_, _) => new EndpointsReconciler()) { Source = "endpoint-controller" },
        new("endpointslice-mirroring-controller", MirroringRole, static (_, o) => new EndpointSliceMirroring(o.MirroredPerSubset)) { Source = "endpoint-slice-mirroring-controller" },
        new("horizontal-pod-autoscaler-controller", AutoscalerRole, static (_, o) => new AutoscalerReconciler(o.Autoscaler)) { Source = "horizontal-pod-autoscaler" },
        new("service-cidr-controller", ServiceCidrRole, static (_, _) => new ServiceCidrReconciler()),
        new("disruption-controller", DisruptionRole, static (_, o) => new DisruptionReconciler(o.Disruption)) { Source = "controllermanager" },
        new("namespace-controller", NamespaceRole, static (_, _) => new NamespaceReconciler()),
        new("serviceaccount-controller", ServiceAccountRole, static (_, _) => new ServiceAccountReconciler()),
        new("certificatesigningrequest-approving-controller", CertificateRole, static (_, _) => new RequestApprover()),
        new("certificatesigningrequest-signing-controller", CertificateRole, static (s, o) => new RequestSigner(s.Keys.SignCertificate, o.CertificateLifetime)),
        new("certificatesigningrequest-cleaner-controller", CertificateRole, static (_, _) => new RequestCleaner()),
        new("serviceaccount-token-controller", TokenRole, static (s, _) => new TokenSecretReconciler(s.Keys.IssueToken, s.RootCa)),
        new("legacy-serviceaccount-token-cleaner-controller", UnusedTokenRole, static (_, o) => new UnusedTokenCleaner(o.UnusedTokenTime)),
        new("bootstrap-signer-controller", BootstrapRole("bootstrap-signer"), static (_, _) => new BootstrapSigner()),
        new("token-cleaner-controller", BootstrapRole("token-cleaner"), static (_, _) => new TokenCleaner()),
        new("clusterrole-aggregation-controller", AggregationRole, static (_, _) => new ClusterRoleAggregation()),
        new("root-ca-certificate-publisher-controller", RootCaRole, static (s, _) => new RootCaPublisher(s.RootCa)),
        new("resourcequota-controller", ResourceQuotaRole, static (_, o) => new ResourceQuotaReconciler(o.ResourceQuota)),
        new("garbage-collector-controller", GarbageCollectorRole, static (_, o) => new GarbageCollector(o.AbsentOwnersKept)),
        new("pod-garbage-collector-controller", NodeRoles.PodGarbage, static (_, o) => new PodGarbageCollector(o.PodGarbage)),
        new("node-lifecycle-controller", NodeRoles.Node, static (_, o) => new NodeLifecycle(o.NodeLifecycle)) { Source = "node-controller" },
        new("taint-eviction-controller", NodeRoles.Node, static (_, _) => new TaintEviction()),
        new("node-ipam-controller", NodeRoles.Node, static (_, o) => new NodeIpam(o.NodeIpam)) { Source = "cidrAllocator" },
        new("ttl-controller", NodeRoles.Ttl, static (_, _) => new ObjectTtl()),
        new("persistentvolume-binder-controller", VolumeRoles.Binder, static (_, o) => new VolumeBinder(o.VolumeBinderInterval)) { Source = "persistentvolume-controller" },
        new("persistentvolume-attach-detach-controller", VolumeRoles.AttachDetach, static (_, o) => new AttachDetach(o.LongestUnmountWait)) { Source = "attachdetach-controller" },
        new("persistentvolume-expander-controller", VolumeRoles.Expander, static (_, _) => new VolumeExpander()) { Source = "volume_expand" },
        new("ephemeral-volume-controller", VolumeRoles.Ephemeral, static (_, _) => new EphemeralVolumes()) { Source = "ephemeral_volume" },
        new("persistentvolumeclaim-protection-controller", VolumeRoles.ClaimProtection, static (_, _) => new ClaimProtection()),
        new("persistentvolume-protection-controller", VolumeRoles.VolumeProtection, static (_, _) => new VolumeProtection()),
        new("volumeattributesclass-protection-controller", VolumeRoles.AttributesClassProtection, static (_, _) => new AttributesClassProtection()),
        new("local-path-provisioner-controller", VolumeRoles.LocalPath, static (_, _) => new LocalPathProvisioner()),
        .. CloudControllers.All,
    ];

    // Twice the same name fails here, at start-up.
    private static readonly FrozenDictionary<string, ControllerDescriptor> ByName = All.ToDictionary(c => c.Name).ToFrozenDictionary();

    /// <summary>Names of all controllers.</summary>
    public static IReadOnlyList<string> Names { get; } = [.. All.Select(c => c.Name)];

    /// <summary>The roles of all controllers, for the API server's bootstrap policy: a ClusterRole and a binding for each.</summary>
    public static IReadOnlyList<ControllerRole> Roles { get; } = [.. All.Select(c => c.Role).Where(r => r.HasClusterRole).DistinctBy(r => r.ServiceAccount)];

    /// <summary>Looks whether the controllers that are to run exist.</summary>
    /// <exception cref="Akka.Configuration.ConfigurationException">One does not.</exception>
    public static void RequireKnown(ControllersOptions options) => _ = Enabled(options);

    internal static ControllerDescriptor Find(string name) => ByName.TryGetValue(name, out var controller) ? controller : throw new ArgumentException($"There is no controller '{name}'.");

    internal static IReadOnlyList<ControllerDescriptor> Enabled(ControllersOptions options)
    {
        foreach (var name in options.Enabled)
            if (name != "*" && !ByName.ContainsKey(name.TrimStart('-')))
                throw new Akka.Configuration.ConfigurationException($"actorkube.controllers.enabled names '{name}', which is not a controller. There are: {string.Join(", ", Names)}.");
        return [.. All.Where(c => !options.Enabled.Contains("-" + c.Name) && (options.Enabled.Contains("*") || options.Enabled.Contains(c.Name)))];
    }

    private static ControllerRole DeploymentRole => new("deployment-controller",
    [
        PolicyRule.Of("get list watch update", "extensions apps", "deployments"),
        PolicyRule.Of("update", "extensions apps", "deployments/status"),
        PolicyRule.Of("update", "extensions apps", "deployments/finalizers"),
        PolicyRule.Of("get list watch create update patch delete", "apps extensions", "replicasets"),
        PolicyRule.Of("get list watch update", "-", "pods"),
        PolicyRule.Events,
    ]);

    private static ControllerRole ReplicaSetRole => new("replicaset-controller",
    [
        PolicyRule.Of("get list watch update", "apps extensions", "replicasets"),
        PolicyRule.Of("update", "apps extensions", "replicasets/status"),
        PolicyRule.Of("update", "apps extensions", "replicasets/finalizers"),
        PolicyRule.Of("list watch patch create delete", "-", "pods"),
        PolicyRule.Events,
    ]);

    private static ControllerRole JobRole => new("job-controller",
    [
        PolicyRule.Of("get list watch update patch", "batch", "jobs"),
        PolicyRule.Of("update", "batch", "jobs/status"),
        PolicyRule.Of("update", "batch", "jobs/finalizers"),
        PolicyRule.Of("list watch create delete patch", "-", "pods"),
        PolicyRule.Events,
    ]);

    private static ControllerRole CronJobRole => new("cronjob-controller",
    [
        PolicyRule.Of("get list watch update", "batch", "cronjobs"),
        PolicyRule.Of("get list watch create update delete patch", "batch", "jobs"),
        PolicyRule.Of("update", "batch", "cronjobs/status"),
        PolicyRule.Of("update", "batch", "cronjobs/finalizers"),
        PolicyRule.Of("list watch delete", "-", "pods"),
        PolicyRule.Events,
    ]);

    private static ControllerRole FinishedJobsRole => new("ttl-after-finished-controller",
    [
        PolicyRule.Of("get list watch delete", "batch", "jobs"),
        PolicyRule.Events,
    ]);

    private static ControllerRole AutoscalerRole => new("horizontal-pod-autoscaler",
    [
        PolicyRule.Of("get list watch", "autoscaling", "horizontalpodautoscalers"),
        PolicyRule.Of("update", "autoscaling", "horizontalpodautoscalers/status"),
        PolicyRule.Of("get update", "*", "*/scale"),
        PolicyRule.Of("list watch", "-", "pods"),
        PolicyRule.Of("list watch", "metrics.k8s.io", "pods"),
        PolicyRule.Of("get list watch", "custom.metrics.k8s.io", "*"),
        PolicyRule.Of("get list watch", "external.metrics.k8s.io", "*"),
        PolicyRule.Events,
    ]);

    private static ControllerRole ReplicationControllerRole => new("replication-controller",
    [
        PolicyRule.Of("get list watch update", "-", "replicationcontrollers"),
        PolicyRule.Of("update", "-", "replicationcontrollers/status"),
        PolicyRule.Of("update", "-", "replicationcontrollers/finalizers"),
        PolicyRule.Of("list watch patch create delete", "-", "pods"),
        PolicyRule.Events,
    ]);

    private static ControllerRole DaemonSetRole => new("daemon-set-controller",
    [
        PolicyRule.Of("get list watch", "extensions apps", "daemonsets"),
        PolicyRule.Of("update", "extensions apps", "daemonsets/status"),
        PolicyRule.Of("update", "extensions apps", "daemonsets/finalizers"),
        PolicyRule.Of("list watch", "-", "nodes"),
        PolicyRule.Of("list watch create delete patch", "-", "pods"),
        PolicyRule.Of("create", "-", "pods/binding"),
        PolicyRule.Of("get list watch create delete update patch", "apps", "controllerrevisions"),
        PolicyRule.Events,
    ]);

    private static ControllerRole StatefulSetRole => new("statefulset-controller",
    [
        PolicyRule.Of("list watch", "-", "pods"),
        PolicyRule.Of("get list watch", "apps", "statefulsets"),
        PolicyRule.Of("update", "apps", "statefulsets/status"),
        PolicyRule.Of("update", "apps", "statefulsets/finalizers"),
        PolicyRule.Of("get create delete update patch", "-", "pods"),
        PolicyRule.Of("get list watch create delete update patch", "apps", "controllerrevisions"),
        PolicyRule.Of("get create list watch", "-", "persistentvolumeclaims"),
        PolicyRule.Of("update delete", "-", "persistentvolumeclaims"),
        PolicyRule.Of("update", "-", "pods/finalizers"),
        PolicyRule.Events,
    ]);

    private static ControllerRole EndpointSliceRole => new("endpointslice-controller",
    [
        PolicyRule.Of("get list watch", "-", "services pods nodes"),
        PolicyRule.Of("update", "-", "services/finalizers"),
        PolicyRule.Of("get list watch create update delete", "discovery.k8s.io", "endpointslices"),
        PolicyRule.Events,
    ]);

    private static ControllerRole EndpointsRole => new("endpoint-controller",
    [
        PolicyRule.Of("get list watch", "-", "services pods"),
        PolicyRule.Of("get list watch create update delete", "-", "endpoints"),
        PolicyRule.Of("create", "-", "endpoints/restricted"),
        PolicyRule.Events,
    ]);

    private static ControllerRole MirroringRole => new("endpointslicemirroring-controller",
    [
        PolicyRule.Of("get list watch", "-", "services endpoints"),
        PolicyRule.Of("update", "-", "services/finalizers"),
        PolicyRule.Of("update", "-", "endpoints/finalizers"),
        PolicyRule.Of("get list watch create update delete", "discovery.k8s.io", "endpointslices"),
        PolicyRule.Events,
    ]);

    private static ControllerRole ServiceCidrRole => new("service-cidrs-controller",
    [
        PolicyRule.Of("get list watch patch update", "networking.k8s.io", "servicecidrs"),
        PolicyRule.Of("patch update", "networking.k8s.io", "servicecidrs/finalizers"),
        PolicyRule.Of("patch update", "networking.k8s.io", "servicecidrs/status"),
        PolicyRule.Of("get list watch", "networking.k8s.io", "ipaddresses"),
        PolicyRule.Events,
    ]);

    private static ControllerRole DisruptionRole => new("disruption-controller",
    [
        PolicyRule.Of("get list watch", "extensions apps", "deployments"),
        PolicyRule.Of("get list watch", "apps extensions", "replicasets"),
        PolicyRule.Of("get list watch", "-", "replicationcontrollers"),
        PolicyRule.Of("get list watch", "policy", "poddisruptionbudgets"),
        PolicyRule.Of("get list watch", "apps", "statefulsets"),
        PolicyRule.Of("update", "policy", "poddisruptionbudgets/status"),
        PolicyRule.Of("patch update", "-", "pods/status"),
        PolicyRule.Of("get", "*", "*/scale"),
        PolicyRule.Events,
    ]);

    private static ControllerRole NamespaceRole => new("namespace-controller",
    [
        PolicyRule.Of("get list watch delete", "-", "namespaces"),
        PolicyRule.Of("update", "-", "namespaces/finalize namespaces/status"),
        PolicyRule.Of("get list watch delete deletecollection", "*", "*"),
    ]);

    private static ControllerRole ServiceAccountRole => new("service-account-controller",
    [
        PolicyRule.Of("create", "-", "serviceaccounts"),
        PolicyRule.Events,
    ]);

    // As upstream: what makes tokens works as kube-controller-manager itself.
    private static ControllerRole TokenRole => new("kube-controller-manager", []) { User = ControllerServices.InformerUser, HasClusterRole = false };

    private static ControllerRole UnusedTokenRole => new("legacy-service-account-token-cleaner",
    [
        PolicyRule.Of("get", "-", "configmaps") with { Names = [LegacyTokens.Tracking.Name] },
        PolicyRule.Of("patch delete", "-", "secrets"),
    ]);

    // Roles in kube-system and kube-public.
    private static ControllerRole BootstrapRole(string account) => new(account, []) { HasClusterRole = false };

    private static ControllerRole CertificateRole => new("certificate-controller",
    [
        PolicyRule.Of("get list watch delete", "certificates.k8s.io", "certificatesigningrequests"),
        PolicyRule.Of("update", "certificates.k8s.io", "certificatesigningrequests/status certificatesigningrequests/approval"),
        PolicyRule.Of("approve", "certificates.k8s.io", "signers") with { Names = [SignerNames.ApiServerClientKubelet] },
        PolicyRule.Of("sign", "certificates.k8s.io", "signers") with
        {
            Names = [SignerNames.LegacyUnknown, SignerNames.ApiServerClient, SignerNames.ApiServerClientKubelet, SignerNames.KubeletServing],
        },
        PolicyRule.Of("create", "authorization.k8s.io", "subjectaccessreviews"),
        PolicyRule.Events,
    ]);

    private static ControllerRole AggregationRole => new("clusterrole-aggregation-controller", [PolicyRule.Of("escalate get list watch update patch", "rbac.authorization.k8s.io", "clusterroles")]);

    private static ControllerRole RootCaRole => new("root-ca-cert-publisher",
    [
        PolicyRule.Of("create update", "-", "configmaps"),
        PolicyRule.Events,
    ]);

    private static ControllerRole ResourceQuotaRole => new("resourcequota-controller",
    [
        PolicyRule.Of("list watch", "*", "*"),
        PolicyRule.Of("update", "-", "resourcequotas/status"),
        PolicyRule.Events,
    ]);

    private static ControllerRole GarbageCollectorRole => new("generic-garbage-collector",
    [
        PolicyRule.Of("get list watch patch update delete", "*", "*"),
        PolicyRule.Events,
    ]);
}
