using ActorKube.ApiServer.Tables;

namespace ActorKube.ApiServer.Tests.Kinds;

/// <summary>
/// The columns of every kind, as upstream's <c>pkg/printers/internalversion/printers.go</c> has them: people and scripts read them. A star marks those of <c>-o wide</c>,
/// <c>#</c> integers, <c>?</c> truth values, <c>@</c> dates; the rest are texts.
/// </summary>
public sealed class UpstreamColumnsTests
{
    private const string Workload = "Containers*,Images*,Selector*";

    [Theory]
    [InlineData("configmaps", "Name,Data,Age")]
    [InlineData("endpoints", "Name,Endpoints,Age")]
    [InlineData("events", "Last Seen,Type,Reason,Object,Subobject*,Source*,Message,First Seen*,Count*,Name*")]
    [InlineData("events.k8s.io/v1/events", "Last Seen,Type,Reason,Object,Subobject*,Source*,Message,First Seen*,Count*,Name*")]
    [InlineData("limitranges", "Name,@Created At")]
    [InlineData("namespaces", "Name,Status,Age")]
    [InlineData("nodes", "Name,Status,Roles,Age,Version,Internal-IP*,External-IP*,OS-Image*,Kernel-Version*,Container-Runtime*")]
    [InlineData("persistentvolumeclaims", "Name,Status,Volume,Capacity,Access Modes,StorageClass,VolumeAttributesClass,Age,VolumeMode*")]
    [InlineData("persistentvolumes", "Name,Capacity,Access Modes,Reclaim Policy,Status,Claim,StorageClass,VolumeAttributesClass,Reason,Age,VolumeMode*")]
    [InlineData("pods", "Name,Ready,Status,Restarts,Age,IP*,Node*,Nominated Node*,Readiness Gates*")]
    [InlineData("podtemplates", "Name,Containers,Images,Pod Labels")]
    [InlineData("replicationcontrollers", "Name,#Desired,#Current,#Ready,Age," + Workload)]
    [InlineData("resourcequotas", "Name,Request,Limit,Age")]
    [InlineData("secrets", "Name,Type,Data,Age")]
    [InlineData("serviceaccounts", "Name,Secrets,Age")]
    [InlineData("services", "Name,Type,Cluster-IP,External-IP,Port(s),Age,Selector*")]
    [InlineData("apps/v1/controllerrevisions", "Name,Controller,Revision,Age")]
    [InlineData("apps/v1/daemonsets", "Name,#Desired,#Current,#Ready,#Up-to-date,#Available,Node Selector,Age," + Workload)]
    [InlineData("apps/v1/deployments", "Name,Ready,Up-to-date,Available,Age," + Workload)]
    [InlineData("apps/v1/replicasets", "Name,#Desired,#Current,#Ready,Age," + Workload)]
    [InlineData("apps/v1/statefulsets", "Name,Ready,Age,Containers*,Images*")]
    [InlineData("autoscaling/v1/horizontalpodautoscalers", "Name,Reference,Targets,MinPods,MaxPods,Replicas,Age")]
    [InlineData("autoscaling/v2/horizontalpodautoscalers", "Name,Reference,Targets,MinPods,MaxPods,Replicas,Age")]
    [InlineData("batch/v1/cronjobs", "Name,Schedule,Timezone,?Suspend,#Active,Last Schedule,Age," + Workload)]
    [InlineData("batch/v1/jobs", "Name,Status,Completions,Duration,Age," + Workload)]
    [InlineData("certificates.k8s.io/v1/certificatesigningrequests", "Name,Age,SignerName,Requestor,RequestedDuration,Condition")]
    [InlineData("certificates.k8s.io/v1/clustertrustbundles", "Name,SignerName")]
    [InlineData("certificates.k8s.io/v1/podcertificaterequests", "Name,PodName,ServiceAccountName,NodeName,SignerName,State")]
    [InlineData("coordination.k8s.io/v1/leases", "Name,Holder,Age")]
    [InlineData("discovery.k8s.io/v1/endpointslices", "Name,AddressType,Ports,Endpoints,Age")]
    [InlineData("flowcontrol.apiserver.k8s.io/v1/flowschemas", "Name,PriorityLevel,MatchingPrecedence,DistinguisherMethod,Age,MissingPL")]
    [InlineData("flowcontrol.apiserver.k8s.io/v1/prioritylevelconfigurations", "Name,Type,NominalConcurrencyShares,Queues,HandSize,QueueLengthLimit,Age")]
    [InlineData("networking.k8s.io/v1/ingressclasses", "Name,Controller,Parameters,Age")]
    [InlineData("networking.k8s.io/v1/ingresses", "Name,Class,Hosts,Address,Ports,Age")]
    [InlineData("networking.k8s.io/v1/ipaddresses", "Name,ParentRef")]
    [InlineData("networking.k8s.io/v1/networkpolicies", "Name,Pod-Selector,Age")]
    [InlineData("networking.k8s.io/v1/servicecidrs", "Name,CIDRs,Age")]
    [InlineData("node.k8s.io/v1/runtimeclasses", "Name,Handler,Age")]
    [InlineData("policy/v1/poddisruptionbudgets", "Name,Min Available,Max Unavailable,#Allowed Disruptions,Age")]
    [InlineData("rbac.authorization.k8s.io/v1/clusterrolebindings", "Name,Role,Age,Users*,Groups*,ServiceAccounts*")]
    [InlineData("rbac.authorization.k8s.io/v1/clusterroles", "Name,@Created At")]
    [InlineData("rbac.authorization.k8s.io/v1/rolebindings", "Name,Role,Age,Users*,Groups*,ServiceAccounts*")]
    [InlineData("rbac.authorization.k8s.io/v1/roles", "Name,@Created At")]
    [InlineData("scheduling.k8s.io/v1/priorityclasses", "Name,#Value,?Global-Default,Age,PreemptionPolicy")]
    [InlineData("storage.k8s.io/v1/csidrivers", "Name,?AttachRequired,?PodInfoOnMount,?StorageCapacity,TokenRequests,?RequiresRepublish,Modes,Age")]
    [InlineData("storage.k8s.io/v1/csinodes", "Name,#Drivers,Age")]
    [InlineData("storage.k8s.io/v1/csistoragecapacities", "Name,StorageClassName,Capacity")]
    [InlineData("storage.k8s.io/v1/storageclasses", "Name,Provisioner,ReclaimPolicy,VolumeBindingMode,AllowVolumeExpansion,Age")]
    [InlineData("storage.k8s.io/v1/volumeattachments", "Name,Attacher,PV,Node,?Attached,Age")]
    [InlineData("storage.k8s.io/v1/volumeattributesclasses", "Name,DriverName,Age")]
    [InlineData("admissionregistration.k8s.io/v1/mutatingadmissionpolicies", "Name,#Mutations,ParamKind,Age")]
    [InlineData("admissionregistration.k8s.io/v1/mutatingadmissionpolicybindings", "Name,PolicyName,ParamRef,Age")]
    [InlineData("admissionregistration.k8s.io/v1/mutatingwebhookconfigurations", "Name,#Webhooks,Age")]
    [InlineData("admissionregistration.k8s.io/v1/validatingadmissionpolicies", "Name,#Validations,ParamKind,Age")]
    [InlineData("admissionregistration.k8s.io/v1/validatingadmissionpolicybindings", "Name,PolicyName,ParamRef,Age")]
    [InlineData("admissionregistration.k8s.io/v1/validatingwebhookconfigurations", "Name,#Webhooks,Age")]
    public void A_kind_is_shown_with_upstreams_columns(string resource, string columns) =>
        Assert.Equal(columns, string.Join(',', KindBench.Strategy(resource).Columns.Select(Describe)));

    private static string Describe(TableColumn column) => Mark(column.Type) + column.Name + (column.Priority > 0 ? "*" : "");

    private static string Mark(string type) => type switch
    {
        "string" => "",
        "integer" => "#",
        "boolean" => "?",
        "date" => "@",
        _ => throw new InvalidOperationException($"{type} is no type of a column here."),
    };
}
