using System.Text.Json.Nodes;
using ActorKube.Api.Json;
using ActorKube.Api.Quantities;
using ActorKube.ApiServer.Pipeline;

namespace ActorKube.ApiServer.Kinds.Core.Pods;

/// <summary>What is accepted in a pod but does not do what it says: upstream's own warnings (<c>pkg/api/pod/warnings.go</c>) in upstream's order, then what nothing here enforces yet.</summary>
internal static class PodWarnings
{
    private static readonly (string Key, string Advice)[] DeprecatedAnnotations =
    [
        ("scheduler.alpha.kubernetes.io/critical-pod", "non-functional in v1.16+; use the \"priorityClassName\" field instead"),
        ("security.alpha.kubernetes.io/sysctls", "non-functional in v1.11+; use the \"sysctls\" field instead"),
        ("security.alpha.kubernetes.io/unsafe-sysctls", "non-functional in v1.11+; use the \"sysctls\" field instead"),
    ];

    private static readonly string[] ByteResources = ["memory", "ephemeral-storage"];

    /// <summary>Adds the warnings about a pod or a template.</summary>
    /// <param name="pod">Its metadata and spec.</param>
    /// <param name="prefix">Path of the template with a dot behind it, for example <c>spec.template.</c>; empty for a pod.</param>
    /// <param name="warnings">Receives the sentences.</param>
    public static void Add(JsonObject? pod, string prefix, WarningList warnings)
    {
        if (pod.Object("spec") is not { } spec)
            return;
        var path = prefix + "spec";
        var annotations = pod.Object("metadata").Object("annotations");
        DeprecatedLabels.Add(spec, path, warnings);
        foreach (var (key, advice) in DeprecatedAnnotations)
            if (annotations?.ContainsKey(key) == true)
                warnings.Add($"{prefix}metadata.annotations[{key}]: {advice}");
        VolumeWarnings.AddDeprecated(spec, path, warnings);
        AddRepeated(spec, path, warnings);
        AddFractions(spec.Object("overhead"), $"{path}.overhead", warnings);
        AddOldProfiles(spec, annotations, prefix, warnings);
        foreach (var list in WindowsRules.ContainerLists)
            foreach (var (i, container) in spec.Items(list))
                AddContainer(container, annotations, spec, prefix, $"{path}.{list}[{i}]", warnings);
        PortWarnings.Add(spec, path, warnings);
        if (spec.Int64("terminationGracePeriodSeconds") < 0)
            warnings.Add($"{path}.terminationGracePeriodSeconds: must be >= 0; negative values are invalid and will be treated as 1");
        AddAffinity(spec.Object("affinity"), $"{path}.affinity", warnings);
        NotEnforcedWarnings.Add(spec, path, warnings);
    }

    private static void AddRepeated(JsonObject spec, string path, WarningList warnings)
    {
        HashSet<string>? seen = null;
        foreach (var (i, alias) in spec.Items("hostAliases"))
            if (!(seen ??= []).Add(alias.Text("ip") ?? ""))
                warnings.Add($"{path}.hostAliases[{i}].ip: duplicate ip \"{alias.Text("ip")}\"");
        seen = null;
        foreach (var (i, secret) in spec.Items("imagePullSecrets"))
            if (!(seen ??= []).Add(secret.Text("name") ?? ""))
                warnings.Add($"{path}.imagePullSecrets[{i}].name: duplicate name \"{secret.Text("name")}\"");
        foreach (var (i, secret) in spec.Items("imagePullSecrets"))
            if (string.IsNullOrEmpty(secret.Text("name")))
                warnings.Add($"{path}.imagePullSecrets[{i}].name: invalid empty name \"\"");
    }

    private static void AddOldProfiles(JsonObject spec, JsonObject? annotations, string prefix, WarningList warnings)
    {
        if (spec.Object("securityContext").Object("seccompProfile") is null && annotations?.ContainsKey(PodAnnotationRules.Seccomp) == true)
            warnings.Add($"{prefix}metadata.annotations[{PodAnnotationRules.Seccomp}]: non-functional in v1.27+; use the \"seccompProfile\" field instead");
    }

    private static void AddContainer(JsonObject container, JsonObject? annotations, JsonObject spec, string prefix, string path, WarningList warnings)
    {
        if (annotations is not null)
        {
            var context = container.Object("securityContext");
            var seccomp = PodAnnotationRules.ContainerSeccomp + container.Text("name");
            if (context.Object("seccompProfile") is null && annotations.ContainsKey(seccomp))
                warnings.Add($"{prefix}metadata.annotations[{seccomp}]: non-functional in v1.27+; use the \"seccompProfile\" field instead");
            var appArmor = PodAnnotationRules.AppArmor + container.Text("name");
            if (AppArmorAnnotations.Decides(container, annotations, spec))
                warnings.Add($"{prefix}metadata.annotations[{appArmor}]: deprecated since v1.30; use the \"appArmorProfile\" field instead");
        }
        foreach (var resource in ByteResources)
            foreach (var list in (ReadOnlySpan<string>)["limits", "requests"])
                AddFraction(container.Object("resources").Object(list), resource, $"{path}.resources.{list}", warnings);
        AddHidden(container, path, warnings);
    }

    private static void AddFractions(JsonObject? amounts, string path, WarningList warnings)
    {
        foreach (var resource in ByteResources)
            AddFraction(amounts, resource, path, warnings);
    }

    // Nobody means a thousandth of a byte; it is a slip of the unit.
    private static void AddFraction(JsonObject? amounts, string resource, string path, WarningList warnings)
    {
        if (amounts?[resource]?.ToString() is { } text && Quantity.TryParse(text, out var amount) && amount.MilliValue % 1000 != 0)
            warnings.Add($"{path}[{resource}]: fractional byte value \"{amount}\" is invalid, must be an integer");
    }

    // A later definition may well use the former; only one that does not makes it vanish.
    private static void AddHidden(JsonObject container, string path, WarningList warnings)
    {
        if (container.Array("env") is not { Count: > 1 })
            return;
        var names = new HashSet<string>();
        foreach (var (i, variable) in container.Items("env"))
        {
            var name = variable.Text("name") ?? "";
            var value = variable.Text("value") ?? "";
            if (!names.Add(name) && (variable["valueFrom"] is not null || value == $"$({name})" || !value.Contains($"$({name})", StringComparison.Ordinal)))
                warnings.Add($"{path}.env[{i}]: hides previous definition of \"{name}\", which may be dropped when using apply");
        }
    }

    private static void AddAffinity(JsonObject? affinity, string path, WarningList warnings)
    {
        foreach (var kind in (ReadOnlySpan<string>)["podAffinity", "podAntiAffinity"])
        {
            foreach (var (i, term) in affinity.Object(kind).Items("requiredDuringSchedulingIgnoredDuringExecution"))
                if (term.Object("labelSelector") is null)
                    warnings.Add($"{path}.{kind}.requiredDuringSchedulingIgnoredDuringExecution[{i}].labelSelector: a null labelSelector results in matching no pod");
            foreach (var (i, term) in affinity.Object(kind).Items("preferredDuringSchedulingIgnoredDuringExecution"))
                if (term.Object("podAffinityTerm").Object("labelSelector") is null)
                    warnings.Add($"{path}.{kind}.preferredDuringSchedulingIgnoredDuringExecution[{i}].podAffinityTerm.labelSelector: a null labelSelector results in matching no pod");
        }
    }
}
