using System.Text.Json.Nodes;
using ActorKube.Api.Json;
using ActorKube.Api.Validation;
using ActorKube.ApiServer.Kinds.Core.Pods;
using ActorKube.ApiServer.Kinds.Workloads;

namespace ActorKube.ApiServer.Kinds.Batch;

/// <summary>The spec of a job, in a job or in a cron job's template (upstream: <c>pkg/apis/batch</c>).</summary>
internal static class JobRules
{
    private const int DefaultBackoffLimit = 6;
    private const int MostIndexed = 100_000;
    private const int MostOfMany = 10_000;
    private const int MaxManager = 63;
    private static readonly string[] Modes = ["NonIndexed", "Indexed"];
    private static readonly string[] Scheduling = ["nodeSelector", "tolerations", "schedulingGates"];

    /// <summary>The defaults that depend on other fields (upstream: <c>SetDefaults_Job</c>).</summary>
    public static void Default(JsonObject job)
    {
        if (job.Object("spec") is not { } spec)
            return;
        if (spec["completions"] is null && spec["parallelism"] is null)
            spec["completions"] = 1;
        if (spec["parallelism"] is null)
            spec["parallelism"] = 1;
        if (spec["backoffLimit"] is null)
            spec["backoffLimit"] = spec["backoffLimitPerIndex"] is null ? DefaultBackoffLimit : int.MaxValue;
        if (spec["podReplacementPolicy"] is null)
            spec["podReplacementPolicy"] = spec["podFailurePolicy"] is null ? "TerminatingOrFailed" : "Failed";
        if (spec.Object("template").Object("metadata").Object("labels") is { Count: > 0 } labels
            && job.Object("metadata").Object("labels") is not { Count: > 0 })
            job.ObjectOrNew("metadata")["labels"] = labels.DeepClone();
        PodDefaults.ApplyToWorkload(spec);
    }

    /// <summary>Checks a spec.</summary>
    public static void Check(JsonObject spec, FieldPath path, FieldErrors errors)
    {
        foreach (var field in (ReadOnlySpan<string>)["parallelism", "completions", "activeDeadlineSeconds", "backoffLimit", "ttlSecondsAfterFinished", "backoffLimitPerIndex", "maxFailedIndexes"])
            FieldRules.NotNegative(spec, field, path, errors);
        if (spec["maxFailedIndexes"] is not null && spec["backoffLimitPerIndex"] is null)
            errors.Required(path.Child("backoffLimitPerIndex"), "when maxFailedIndexes is specified");
        if (spec.Text("managedBy") is { } manager)
        {
            DomainPrefixed.CheckPath(manager, path.Child("managedBy"), errors);
            if (manager.Length > MaxManager)
                errors.TooLong(path.Child("managedBy"), MaxManager);
        }
        FieldRules.OneOf(spec, "completionMode", Modes, path, errors);
        if (spec.Text("completionMode") == "Indexed")
            CheckIndexed(spec, path, errors);
        else if (spec.Text("completionMode") is null or "NonIndexed")
            foreach (var field in (ReadOnlySpan<string>)["backoffLimitPerIndex", "maxFailedIndexes"])
                if (spec[field] is not null)
                    errors.Invalid(path.Child(field), spec[field], "requires indexed completion mode");
        JobPolicyRules.Check(spec, path, errors);
        var template = path.Child("template");
        PodSpecRules.CheckTemplate(spec.Object("template"), template, errors);
        CheckRestarts(spec, template.Child("spec", "restartPolicy"), errors);
    }

    private static void CheckRestarts(JsonObject spec, FieldPath path, FieldErrors errors)
    {
        switch (spec.Object("template").Object("spec").Text("restartPolicy"))
        {
            case null or "" or "Always":
                errors.Required(path, "valid values: \"OnFailure\", \"Never\"");
                break;
            case "Never":
                break;
            case "OnFailure" when spec["podFailurePolicy"] is not null:
                errors.Invalid(path, "OnFailure", "only \"Never\" is supported when podFailurePolicy is specified");
                break;
            case "OnFailure":
                break;
            case { } other:
                errors.NotSupported(path, other, "OnFailure", "Never");
                break;
        }
    }

    /// <summary>The hosts of an indexed job's pods are named after it and their indexes.</summary>
    public static void CheckHostNames(JsonObject job, FieldErrors errors)
    {
        var spec = job.Object("spec");
        if (spec.Text("completionMode") != "Indexed" || (spec.Int64("completions") ?? 0) is var completions && completions <= 0)
            return;
        var name = job.Object("metadata").Text("name") ?? "";
        var host = $"{name}-{completions - 1}";
        if (DnsNames.Label(host).Count > 0)
            errors.Invalid(FieldPath.Metadata.Child("name"), name, $"will not able to create pod with invalid DNS label: {host}");
    }

    private static void CheckIndexed(JsonObject spec, FieldPath path, FieldErrors errors)
    {
        if (spec["completions"] is null)
            errors.Required(path.Child("completions"), "when completion mode is Indexed");
        if (spec.Int64("parallelism") is > MostIndexed and var parallelism)
            errors.Invalid(path.Child("parallelism"), parallelism, $"must be less than or equal to {MostIndexed} when completion mode is Indexed");
        if (spec.Int64("maxFailedIndexes") is { } failures)
        {
            if (failures > spec.Int64("completions"))
                errors.Invalid(path.Child("maxFailedIndexes"), failures, "must be less than or equal to completions");
            if (failures > MostIndexed)
                errors.Invalid(path.Child("maxFailedIndexes"), failures, $"must be less than or equal to {MostIndexed}");
        }
        if (spec.Int64("completions") > MostIndexed && spec["backoffLimitPerIndex"] is not null)
            CheckMany(spec, path, errors);
    }

    // Failures per index are kept in the status, which has to stay small.
    private static void CheckMany(JsonObject spec, FieldPath path, FieldErrors errors)
    {
        if (spec["maxFailedIndexes"] is null)
            errors.Required(path.Child("maxFailedIndexes"), $"must be specified when completions is above {MostIndexed}");
        foreach (var field in (ReadOnlySpan<string>)["parallelism", "maxFailedIndexes"])
            if (spec.Int64(field) is > MostOfMany and var amount)
                errors.Invalid(path.Child(field), amount, $"must be less than or equal to {MostOfMany} when completions are above {MostIndexed} and used with backoff limit per index");
    }

    /// <summary>Checks that a job selects its own pods.</summary>
    public static void CheckSelector(JsonObject spec, FieldErrors errors)
    {
        if (spec.Object("selector") is null)
            errors.Required(FieldPath.Spec.Child("selector"));
        WorkloadRules.CheckMatch(spec, errors);
    }

    /// <summary>What cannot change once a job exists (upstream: <c>ValidateJobSpecUpdate</c>).</summary>
    public static void CheckUpdate(JsonObject job, JsonObject old, FieldErrors errors)
    {
        var spec = job.Object("spec") ?? [];
        var before = old.Object("spec") ?? [];
        var path = FieldPath.Spec;
        CheckCompletions(spec, before, path, errors);
        FieldRules.Immutable(spec, before, "selector", path, errors);
        var (now, then) = (spec["template"]?.DeepClone() as JsonObject ?? [], before.Object("template") ?? []);
        var waits = Waits(before, old.Object("status"));
        if (waits)
        {
            KeepScheduling(now, then);
            KeepResources(now.Object("spec"), then.Object("spec"));
        }
        if (waits && ObjectParts.SameBut(["spec"], now, then) && !ObjectParts.SamePart(now, then, "spec"))
            errors.Invalid(path.Child("template", "spec"), spec.Object("template")?["spec"], FieldRules.IsImmutable);
        else if (!JsonEquality.Same(now, then))
            errors.Invalid(path.Child("template"), spec["template"], FieldRules.IsImmutable);
        foreach (var field in (ReadOnlySpan<string>)["completionMode", "podFailurePolicy", "backoffLimitPerIndex", "managedBy", "successPolicy"])
            FieldRules.Immutable(spec, before, field, path, errors);
    }

    private static void CheckCompletions(JsonObject spec, JsonObject old, FieldPath path, FieldErrors errors)
    {
        if (JsonEquality.Same(spec["completions"], old["completions"]))
            return;
        if (spec.Text("completionMode") != "Indexed")
            errors.Invalid(path.Child("completions"), spec["completions"], FieldRules.IsImmutable);
        else if (spec["completions"] is not null && spec.Int64("completions") != spec.Int64("parallelism"))
            errors.Invalid(path.Child("completions"), spec["completions"], "can only be modified in tandem with spec.parallelism");
    }

    // Suspended, with none of its pods left.
    private static bool Waits(JsonObject spec, JsonObject? status) =>
        spec.Bool("suspend") == true && status.Int64("active") is null or 0
        && (status.Text("startTime") is null || status.Objects("conditions").Any(static c => c.Text("type") == "Suspended" && c.Text("status") == "True"));

    // A job that waits may be told what its containers get (by queueing controllers)...
    private static void KeepResources(JsonObject? pod, JsonObject? before)
    {
        foreach (var list in (ReadOnlySpan<string>)["containers", "initContainers"])
            foreach (var (container, old) in pod.Objects(list).Zip(before.Objects(list)))
                if (container.Text("name") == old.Text("name"))
                    ObjectParts.Keep("resources", container, old);
    }

    // ... and where to run.
    private static void KeepScheduling(JsonObject template, JsonObject old)
    {
        ObjectParts.Keep("metadata", template, old);
        if (template.Object("spec") is not { } pod || old.Object("spec") is not { } before)
            return;
        foreach (var part in Scheduling)
            ObjectParts.Keep(part, pod, before);
        KeepNodeAffinity(pod, before);
    }

    // Affinity to other pods stays what it was.
    private static void KeepNodeAffinity(JsonObject pod, JsonObject before)
    {
        if (before.Object("affinity")?["nodeAffinity"] is { } kept)
            pod.ObjectOrNew("affinity")["nodeAffinity"] = kept.DeepClone();
        else
            pod.Object("affinity")?.Remove("nodeAffinity");
        if (before["affinity"] is null && pod.Object("affinity") is { Count: 0 })
            pod.Remove("affinity");
    }
}
