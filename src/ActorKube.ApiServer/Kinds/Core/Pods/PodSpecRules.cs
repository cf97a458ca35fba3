using System.Text.Json.Nodes;
using ActorKube.Api.Json;
using ActorKube.Api.Validation;

namespace ActorKube.ApiServer.Kinds.Core.Pods;

/// <summary>The spec of a pod, in a pod or in a template (upstream: <c>validatePodMetadataAndSpec</c>, <c>ValidatePodSpec</c>, <c>ValidatePodTemplateSpec</c>).</summary>
internal static class PodSpecRules
{
    private static readonly string[] RestartPolicies = ["Always", "OnFailure", "Never"];
    private static readonly string[] DnsPolicies = ["ClusterFirstWithHostNet", "ClusterFirst", "Default", "None"];
    private static readonly string[] PreemptionPolicies = ["PreemptLowerPriority", "Never"];

    /// <summary>Checks what holds for every pod: its annotations and all of its spec.</summary>
    /// <param name="pod">The pod.</param>
    /// <param name="errors">Where findings go.</param>
    /// <param name="old">Its state before; null for a new one.</param>
    public static void CheckPod(JsonObject pod, FieldErrors errors, JsonObject? old = null)
    {
        var spec = pod.Object("spec") ?? [];
        PodAnnotationRules.Check(pod.Object("metadata").Object("annotations"), spec, FieldPath.Metadata.Child("annotations"), errors);
        Check(spec, new PodContext(spec, pod.Object("metadata"), old.Object("spec")), FieldPath.Spec, errors);
        if (string.IsNullOrEmpty(spec.Text("serviceAccountName")))
            foreach (var (i, volume) in spec.Items("volumes"))
                foreach (var (place, source) in volume.Object("projected").Items("sources"))
                    if (source.Object("serviceAccountToken") is not null)
                        errors.Forbidden(FieldPath.Spec.Child("volumes").Index(i).Child("projected", "sources").Index(place).Child("serviceAccountToken"),
                            "must not be specified when serviceAccountName is not set");
        // Pods that were stored with less must still lose their finalizers.
        if (old.Object("spec").Int64("terminationGracePeriodSeconds") is not < 0)
            FieldRules.NotNegative(spec, "terminationGracePeriodSeconds", FieldPath.Spec, errors);
        foreach (var list in (ReadOnlySpan<string>)["containers", "initContainers"])
            foreach (var (i, container) in spec.Items(list))
                if (container.Text("image") is { Length: > 0 } image && image.Trim().Length != image.Length)
                    ContainerRules.CheckInPod(container, FieldPath.Spec.Child(list).Index(i), errors);
    }

    /// <summary>Checks the template of a workload: metadata and spec.</summary>
    /// <param name="template">The template.</param>
    /// <param name="path">Path of the template.</param>
    /// <param name="errors">Where findings go.</param>
    public static void CheckTemplate(JsonObject? template, FieldPath path, FieldErrors errors)
    {
        if (template is null)
            return;
        var annotations = template.Object("metadata").Object("annotations");
        var spec = template.Object("spec") ?? [];
        ObjectMetaRules.ValidateLabels(template.Object("metadata").Object("labels"), path.Child("labels"), errors);
        ObjectMetaRules.ValidateAnnotations(annotations, path.Child("annotations"), errors);
        PodAnnotationRules.Check(annotations, spec, path.Child("annotations"), errors);
        Check(spec, new PodContext(spec), path.Child("spec"), errors);
        ProfileAnnotationRules.Check(annotations, spec, path.Child("spec"), errors);
        if (spec.Array("ephemeralContainers") is { Count: > 0 })
            errors.Forbidden(path.Child("spec", "ephemeralContainers"), "ephemeral containers not allowed in pod template");
    }

    private static void Check(JsonObject spec, PodContext pod, FieldPath path, FieldErrors errors)
    {
        VolumeRules.Check(spec, pod, path.Child("volumes"), errors);
        if (spec.Array("resourceClaims") is { Count: > 0 })
            ClaimRules.Check(spec, pod, path.Child("resourceClaims"), errors);
        ContainerListRules.Check(spec, pod, path, errors);
        ResourceRules.CheckPod(spec, pod, path.Child("resources"), errors);
        if (spec.Bool("hostNetwork") == true)
            CheckHostPorts(spec, pod, path.Child("containers"), errors);
        FieldRules.OneOf(spec, "restartPolicy", RestartPolicies, path, errors);
        FieldRules.OneOf(spec, "dnsPolicy", DnsPolicies, path, errors);
        if (spec.Object("nodeSelector") is { Count: > 0 } selector)
            ObjectMetaRules.ValidateLabels(selector, path.Child("nodeSelector"), errors);
        SecurityContextRules.CheckPod(spec, path.Child("securityContext"), errors);
        SecurityContextRules.CheckSharedProcesses(spec, path, errors);
        if (spec.Object("affinity") is { } affinity)
            AffinityRules.Check(affinity, path.Child("affinity"), errors);
        PodNetworkRules.CheckResolver(spec, path, errors);
        CheckGates(spec, path, errors);
        if (spec.Array("topologySpreadConstraints") is { Count: > 0 })
            SpreadRules.Check(spec, path.Child("topologySpreadConstraints"), errors);
        WindowsRules.CheckHostProcess(spec, path, errors);
        if (!pod.HostUsers)
            SecurityContextRules.CheckHostUsers(spec, path, errors);
        FieldRules.Form(spec, "serviceAccountName", DnsNames.Subdomain, path, errors);
        FieldRules.Form(spec, "nodeName", DnsNames.Subdomain, path, errors);
        FieldRules.Between(spec, "activeDeadlineSeconds", 1, int.MaxValue, path, errors);
        FieldRules.Form(spec, "hostname", DnsNames.Label, path, errors);
        FieldRules.Form(spec, "subdomain", DnsNames.Label, path, errors);
        PodNetworkRules.CheckHostName(spec, path, errors);
        if (spec.Array("tolerations") is { Count: > 0 })
            TolerationRules.Check(spec, path.Child("tolerations"), errors, pod.ComparesTolerations);
        if (spec.Array("hostAliases") is { Count: > 0 })
            PodNetworkRules.CheckAliases(spec, path.Child("hostAliases"), errors);
        FieldRules.Form(spec, "priorityClassName", DnsNames.Subdomain, path, errors);
        if (spec.Text("runtimeClassName") is { } runtime && DnsNames.Subdomain(runtime) is { Count: > 0 } faults)
            errors.Invalid(path.Child("runtimeClassName"), runtime, faults);
        FieldRules.OneOf(spec, "preemptionPolicy", PreemptionPolicies, path, errors);
        ResourceRules.CheckOverhead(spec.Object("overhead"), pod, path.Child("overhead"), errors);
        OperatingSystemRules.Check(spec, path, errors);
        EnvRules.CheckFileVolumes(spec, path, errors);
    }

    // A template may leave the port on the node open: the pod gets it.
    private static void CheckHostPorts(JsonObject spec, PodContext pod, FieldPath path, FieldErrors errors)
    {
        foreach (var (i, container) in spec.Items("containers"))
            foreach (var (place, port) in container.Items("ports"))
                if ((port.Int64("hostPort") ?? 0) is var host && (pod.IsPod || host != 0) && host != (port.Int64("containerPort") ?? 0))
                    errors.Invalid(path.Index(i).Child("ports").Index(place).Child("hostPort"), host, "must match `containerPort` when `hostNetwork` is true");
    }

    private static void CheckGates(JsonObject spec, FieldPath path, FieldErrors errors)
    {
        foreach (var (i, gate) in spec.Items("readinessGates"))
            errors.Invalid(path.Child("readinessGates").Index(i).Child("conditionType"), gate.Text("conditionType") ?? "", LabelNames.QualifiedName(gate.Text("conditionType") ?? ""));
        if (spec.Array("schedulingGates") is not { Count: > 0 })
            return;
        var seen = new HashSet<string>();
        foreach (var (i, gate) in spec.Items("schedulingGates"))
        {
            var name = gate.Text("name") ?? "";
            errors.Invalid(path.Child("schedulingGates").Index(i), name, LabelNames.QualifiedName(name));
            if (!seen.Add(name))
                errors.Duplicate(path.Child("schedulingGates").Index(i), name);
        }
    }
}
