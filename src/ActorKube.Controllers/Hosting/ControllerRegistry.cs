using System.Collections.Frozen;
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

namespace ActorKube.Controllers.Hosting;

/// <summary>All controllers there are. Names are ids: they stand in journals, in configurations and in the decision log; they are never renamed or used for something else.</summary>
public static class ControllerRegistry
{
    private static readonly ControllerDescriptor[] All =
    [
        new("deployment-controller", WorkloadRoles.Deployment, static (_, _) => new DeploymentReconciler()),
        new("replicaset-controller", WorkloadRoles.ReplicaSet, static (_, o) => new ReplicaSetReconciler(ReplicaShape.ReplicaSet, o.ReplicaSetBurst)),
        new("replicationcontroller-controller", WorkloadRoles.ReplicationController, static (_, o) => new ReplicaSetReconciler(ReplicaShape.ReplicationController, o.ReplicationControllerBurst)) { Source = "replication-controller" },
        new("daemonset-controller", WorkloadRoles.DaemonSet, static (_, o) => new DaemonSetReconciler(o.DaemonSet)),
        new("statefulset-controller", WorkloadRoles.StatefulSet, static (_, _) => new StatefulSetReconciler()),
        new("job-controller", WorkloadRoles.Job, static (_, o) => new JobReconciler(o.JobBackoff, o.JobBurst)),
        new("cronjob-controller", WorkloadRoles.CronJob, static (_, _) => new CronJobReconciler()),
        new("ttl-after-finished-controller", WorkloadRoles.FinishedJobs, static (_, _) => new FinishedJobCleaner()),
        new("endpointslice-controller", ServiceRoles.EndpointSlice, static (_, o) => new EndpointSliceReconciler(o.EndpointsPerSlice)) { Source = "endpoint-slice-controller" },
        new("endpoints-controller", ServiceRoles.Endpoints, static (_, _) => new EndpointsReconciler()) { Source = "endpoint-controller" },
        new("endpointslice-mirroring-controller", ServiceRoles.Mirroring, static (_, o) => new EndpointSliceMirroring(o.MirroredPerSubset)) { Source = "endpoint-slice-mirroring-controller" },
        new("horizontal-pod-autoscaler-controller", WorkloadRoles.Autoscaler, static (_, o) => new AutoscalerReconciler(o.Autoscaler)) { Source = "horizontal-pod-autoscaler" },
        new("service-cidr-controller", ServiceRoles.ServiceCidr, static (_, _) => new ServiceCidrReconciler()),
        new("disruption-controller", WorkloadRoles.Disruption, static (_, o) => new DisruptionReconciler(o.Disruption)) { Source = "controllermanager" },
        new("namespace-controller", NamespaceRoles.Namespace, static (_, _) => new NamespaceReconciler()),
        new("serviceaccount-controller", AccountRoles.ServiceAccount, static (_, _) => new ServiceAccountReconciler()),
        new("certificatesigningrequest-approving-controller", AccountRoles.Certificate, static (_, _) => new RequestApprover()),
        new("certificatesigningrequest-signing-controller", AccountRoles.Certificate, static (s, o) => new RequestSigner(s.Keys.SignCertificate, o.CertificateLifetime)),
        new("certificatesigningrequest-cleaner-controller", AccountRoles.Certificate, static (_, _) => new RequestCleaner()),
        new("serviceaccount-token-controller", AccountRoles.Token, static (s, _) => new TokenSecretReconciler(s.Keys.IssueToken, s.RootCa)),
        new("legacy-serviceaccount-token-cleaner-controller", AccountRoles.UnusedToken, static (_, o) => new UnusedTokenCleaner(o.UnusedTokenTime)),
        new("bootstrap-signer-controller", AccountRoles.Bootstrap("bootstrap-signer"), static (_, _) => new BootstrapSigner()),
        new("token-cleaner-controller", AccountRoles.Bootstrap("token-cleaner"), static (_, _) => new TokenCleaner()),
        new("clusterrole-aggregation-controller", AccountRoles.Aggregation, static (_, _) => new ClusterRoleAggregation()),
        new("root-ca-certificate-publisher-controller", AccountRoles.RootCa, static (s, _) => new RootCaPublisher(s.RootCa)),
        new("resourcequota-controller", NamespaceRoles.ResourceQuota, static (_, o) => new ResourceQuotaReconciler(o.ResourceQuota)),
        new("garbage-collector-controller", NamespaceRoles.GarbageCollector, static (_, o) => new GarbageCollector(o.AbsentOwnersKept)),
        new("pod-garbage-collector-controller", NodeRoles.PodGarbage, static (_, o) => new PodGarbageCollector(o.PodGarbage)),
        new("node-lifecycle-controller", NodeRoles.Node, static (_, o) => new NodeLifecycle(o.NodeLifecycle)) { Source = "node-controller" },
        new("taint-eviction-controller", NodeRoles.Node, static (_, _) => new TaintEviction()),
        new("node-ipam-controller", NodeRoles.Node, static (s, o) => new NodeIpam(o.NodeIpam, s.ServiceNetworks)) { Source = "cidrAllocator" },
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
}
