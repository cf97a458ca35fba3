using System.Text.Json.Nodes;
using ActorKube.Api.Json;
using ActorKube.Api.Validation;

namespace ActorKube.ApiServer.Kinds.Core.Pods;

/// <summary>The spec of a pod, in a pod or in a template (upstream: <c>ValidatePodSpec</c>).</summary>
internal static class PodSpecRules
{
    /// <summary>Checks all of it.</summary>
    public static void Check(JsonObject spec, FieldPath path, FieldErrors errors)
    {
        var pod = new PodContext(spec);
        VolumeRules.Check(spec, path.Child("volumes"), errors);
        ContainerListRules.Check(spec, pod, path, errors);
        SecurityContextRules.CheckPod(spec, path, errors);
        PodNetworkRules.Check(spec, path, errors);
        CheckNames(spec, path, errors);
        CheckPlacement(spec, path, errors);
        FieldRules.Between(spec, "activeDeadlineSeconds", 1, uint.MaxValue, path, errors);
        ResourceRules.Check(spec.Object("resources"), path, errors);
        ResourceRules.CheckOverhead(spec.Object("overhead"), path.Child("overhead"), errors);
        CheckGates(spec, path, errors);
    }

    /// <summary>Checks the template of a workload: metadata and spec.</summary>
    /// <param name="template">The template.</param>
    /// <param name="path">Path of the template.</param>
    /// <param name="errors">Where findings go.</param>
    public static void CheckTemplate(JsonObject? template, FieldPath path, FieldErrors errors)
    {
        if (template is null)
            return;
        ObjectMetaRules.ValidateLabels(template.Object("metadata").Object("labels"), path.Child("labels"), errors);
        ObjectMetaRules.ValidateAnnotations(template.Object("metadata").Object("annotations"), path.Child("annotations"), errors);
        if (template.Object("spec") is not { } spec)
        {
            errors.Required(path.Child("spec", "containers"));
            return;
        }
        Check(spec, path.Child("spec"), errors);
        if (spec.Array("ephemeralContainers") is { Count: > 0 })
            errors.Forbidden(path.Child("spec", "ephemeralContainers"), "ephemeral containers not allowed in pod template");
    }

    private static void CheckNames(JsonObject spec, FieldPath path, FieldErrors errors)
    {
        foreach (var field in (ReadOnlySpan<string>)["serviceAccountName", "nodeName", "priorityClassName", "runtimeClassName"])
            FieldRules.Form(spec, field, DnsNames.Subdomain, path, errors);
        foreach (var (i, secret) in spec.Items("imagePullSecrets"))
            FieldRules.Required(secret, "name", path.Child("imagePullSecrets").Index(i), errors);
        if (spec.Object("os") is { } system && system.Text("name") is not ("linux" or "windows") and var name)
        {
            if (string.IsNullOrEmpty(name))
                errors.Required(path.Child("os", "name"), "cannot be empty");
            else
                errors.NotSupported(path.Child("os", "name"), name, "linux", "windows");
        }
    }

    private static void CheckPlacement(JsonObject spec, FieldPath path, FieldErrors errors)
    {
        if (spec.Object("nodeSelector") is { Count: > 0 } selector)
            ObjectMetaRules.ValidateLabels(selector, path.Child("nodeSelector"), errors);
        if (spec.Array("tolerations") is { Count: > 0 })
            TolerationRules.Check(spec, path.Child("tolerations"), errors);
        if (spec.Object("affinity") is { } affinity)
            AffinityRules.Check(affinity, path.Child("affinity"), errors);
        if (spec.Array("topologySpreadConstraints") is { Count: > 0 })
            SpreadRules.Check(spec, path.Child("topologySpreadConstraints"), errors);
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
