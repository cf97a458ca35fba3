using ActorKube.Api.Names;

namespace ActorKube.Machinery.Client;

/// <summary>Addresses of the built-in resources that components work with.</summary>
public static class WellKnownResources
{
    /// <summary>core/v1 pods.</summary>
    public static readonly GroupVersionResource Pods = new("", "v1", "pods");
    /// <summary>core/v1 nodes.</summary>
    public static readonly GroupVersionResource Nodes = new("", "v1", "nodes");
    /// <summary>core/v1 namespaces.</summary>
    public static readonly GroupVersionResource Namespaces = new("", "v1", "namespaces");
    /// <summary>core/v1 services.</summary>
    public static readonly GroupVersionResource Services = new("", "v1", "services");
    /// <summary>core/v1 endpoints.</summary>
    public static readonly GroupVersionResource Endpoints = new("", "v1", "endpoints");
    /// <summary>core/v1 configmaps.</summary>
    public static readonly GroupVersionResource ConfigMaps = new("", "v1", "configmaps");
    /// <summary>core/v1 secrets.</summary>
    public static readonly GroupVersionResource Secrets = new("", "v1", "secrets");
    /// <summary>core/v1 serviceaccounts.</summary>
    public static readonly GroupVersionResource ServiceAccounts = new("", "v1", "serviceaccounts");
    /// <summary>core/v1 persistentvolumes.</summary>
    public static readonly GroupVersionResource PersistentVolumes = new("", "v1", "persistentvolumes");
    /// <summary>core/v1 persistentvolumeclaims.</summary>
    public static readonly GroupVersionResource PersistentVolumeClaims = new("", "v1", "persistentvolumeclaims");
    /// <summary>core/v1 replicationcontrollers.</summary>
    public static readonly GroupVersionResource ReplicationControllers = new("", "v1", "replicationcontrollers");
    /// <summary>core/v1 resourcequotas.</summary>
    public static readonly GroupVersionResource ResourceQuotas = new("", "v1", "resourcequotas");
    /// <summary>core/v1 events: the journal of what components did, for people.</summary>
    public static readonly GroupVersionResource Events = new("", "v1", "events");
    /// <summary>apps/v1 deployments.</summary>
    public static readonly GroupVersionResource Deployments = new("apps", "v1", "deployments");
    /// <summary>apps/v1 replicasets.</summary>
    public static readonly GroupVersionResource ReplicaSets = new("apps", "v1", "replicasets");
    /// <summary>apps/v1 statefulsets.</summary>
    public static readonly GroupVersionResource StatefulSets = new("apps", "v1", "statefulsets");
    /// <summary>apps/v1 daemonsets.</summary>
    public static readonly GroupVersionResource DaemonSets = new("apps", "v1", "daemonsets");
    /// <summary>batch/v1 jobs.</summary>
    public static readonly GroupVersionResource Jobs = new("batch", "v1", "jobs");
    /// <summary>batch/v1 cronjobs.</summary>
    public static readonly GroupVersionResource CronJobs = new("batch", "v1", "cronjobs");
    /// <summary>apps/v1 controllerrevisions.</summary>
    public static readonly GroupVersionResource ControllerRevisions = new("apps", "v1", "controllerrevisions");
    /// <summary>coordination.k8s.io/v1 leases.</summary>
    public static readonly GroupVersionResource Leases = new("coordination.k8s.io", "v1", "leases");
    /// <summary>discovery.k8s.io/v1 endpointslices.</summary>
    public static readonly GroupVersionResource EndpointSlices = new("discovery.k8s.io", "v1", "endpointslices");
    /// <summary>autoscaling/v2 horizontalpodautoscalers.</summary>
    public static readonly GroupVersionResource HorizontalPodAutoscalers = new("autoscaling", "v2", "horizontalpodautoscalers");
    /// <summary>policy/v1 poddisruptionbudgets.</summary>
    public static readonly GroupVersionResource PodDisruptionBudgets = new("policy", "v1", "poddisruptionbudgets");
    /// <summary>scheduling.k8s.io/v1 priorityclasses.</summary>
    public static readonly GroupVersionResource PriorityClasses = new("scheduling.k8s.io", "v1", "priorityclasses");
    /// <summary>storage.k8s.io/v1 storageclasses.</summary>
    public static readonly GroupVersionResource StorageClasses = new("storage.k8s.io", "v1", "storageclasses");
    /// <summary>storage.k8s.io/v1 csidrivers.</summary>
    public static readonly GroupVersionResource CsiDrivers = new("storage.k8s.io", "v1", "csidrivers");
    /// <summary>storage.k8s.io/v1 csinodes.</summary>
    public static readonly GroupVersionResource CsiNodes = new("storage.k8s.io", "v1", "csinodes");
    /// <summary>storage.k8s.io/v1 csistoragecapacities.</summary>
    public static readonly GroupVersionResource CsiStorageCapacities = new("storage.k8s.io", "v1", "csistoragecapacities");
    /// <summary>storage.k8s.io/v1 volumeattachments.</summary>
    public static readonly GroupVersionResource VolumeAttachments = new("storage.k8s.io", "v1", "volumeattachments");
    /// <summary>storage.k8s.io/v1 volumeattributesclasses.</summary>
    public static readonly GroupVersionResource VolumeAttributesClasses = new("storage.k8s.io", "v1", "volumeattributesclasses");
    /// <summary>rbac.authorization.k8s.io/v1 roles.</summary>
    public static readonly GroupVersionResource Roles = new("rbac.authorization.k8s.io", "v1", "roles");
    /// <summary>rbac.authorization.k8s.io/v1 rolebindings.</summary>
    public static readonly GroupVersionResource RoleBindings = new("rbac.authorization.k8s.io", "v1", "rolebindings");
    /// <summary>rbac.authorization.k8s.io/v1 clusterroles.</summary>
    public static readonly GroupVersionResource ClusterRoles = new("rbac.authorization.k8s.io", "v1", "clusterroles");
    /// <summary>rbac.authorization.k8s.io/v1 clusterrolebindings.</summary>
    public static readonly GroupVersionResource ClusterRoleBindings = new("rbac.authorization.k8s.io", "v1", "clusterrolebindings");
    /// <summary>certificates.k8s.io/v1 certificatesigningrequests.</summary>
    public static readonly GroupVersionResource CertificateSigningRequests = new("certificates.k8s.io", "v1", "certificatesigningrequests");
    /// <summary>authorization.k8s.io/v1 subjectaccessreviews: asked, never stored.</summary>
    public static readonly GroupVersionResource SubjectAccessReviews = new("authorization.k8s.io", "v1", "subjectaccessreviews");
}
