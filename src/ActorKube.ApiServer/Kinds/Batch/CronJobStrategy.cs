using System.Text.Json;
using System.Text.Json.Nodes;
using ActorKube.Api.Json;
using ActorKube.Api.Validation;
using ActorKube.ApiServer.Kinds.Core.Pods;
using ActorKube.ApiServer.Pipeline;
using ActorKube.ApiServer.Tables;
using static ActorKube.ApiServer.Kinds.KindTable;

namespace ActorKube.ApiServer.Kinds.Batch;

/// <summary>CronJob: jobs by the clock (upstream: <c>ValidateCronJobCreate</c>).</summary>
internal sealed class CronJobStrategy() : KindStrategy(Namespaced("batch/v1", "CronJob", "cronjobs", "cj").WithStatus().In(All).Counted())
{
    // The job's name is this and the time of eleven characters.
    private const int MaxName = 63 - 11;

    /// <inheritdoc/>
    public override IReadOnlyList<TableColumn> Columns { get; } =
    [
        TableColumn.ObjectName,
        TableColumn.Text("Schedule", "When jobs start, in cron's notation.", static o => o.At("spec", "schedule").AsText()),
        TableColumn.Text("Timezone", "Whose clock that means.", static o => CellText.OrNone(o.At("spec", "timeZone").AsText())),
        new("Suspend", "boolean", static (o, _) => o.At("spec", "suspend") is { ValueKind: JsonValueKind.True or JsonValueKind.False } flag ? flag.AsFlag() ? "True" : "False" : CellText.Unset)
        {
            Description = "Whether no further jobs are started.",
        },
        TableColumn.Number("Active", "Jobs that are running.", static o => o.At("status", "active").Size()),
        new("Last Schedule", "string", static (o, now) => o.At("status", "lastScheduleTime").ValueKind == JsonValueKind.String ? HumanDuration.Since(o.At("status", "lastScheduleTime"), now) : CellText.None)
        {
            Description = "Time since a job was last started.",
        },
        TableColumn.Age,
        .. CellText.Template("spec", "jobTemplate", "spec", "template"),
        TableColumn.Text("Selector", "Which pods belong to its jobs.", static o => CellText.Selector(o.At("spec", "jobTemplate", "spec", "selector")), 1),
    ];

    /// <summary>Jobs get their own defaults when they are made; only the pod template is completed here.</summary>
    public override void Default(JsonObject obj) => PodDefaults.ApplyToWorkload(obj.Object("spec").Object("jobTemplate").Object("spec"));

    /// <inheritdoc/>
    public override void Validate(JsonObject obj, FieldErrors errors)
    {
        if (obj.Object("metadata").Text("name") is { Length: > MaxName } name)
            errors.Invalid(FieldPath.Metadata.Child("name"), name, $"must be no more than {MaxName} characters");
        ValidateSpec(obj, errors);
    }

    /// <inheritdoc/>
    public override void ValidateUpdate(JsonObject obj, JsonObject old, FieldErrors errors) => ValidateSpec(obj, errors);

    /// <inheritdoc/>
    public override void Warnings(JsonObject obj, JsonObject? old, WarningList warnings)
    {
        if (old is null || !ObjectParts.SamePart(obj, old, "spec", "jobTemplate"))
            PodWarnings.Add(obj.Object("spec").Object("jobTemplate").Object("spec").Object("template"), "spec.jobTemplate.spec.template.", warnings);
    }

    private static void ValidateSpec(JsonObject obj, FieldErrors errors)
    {
        if (obj.Object("spec") is not { } spec)
            return;
        var path = FieldPath.Spec;
        if (FieldRules.Required(spec, "schedule", path, errors) is { } schedule && CronRules.Fault(schedule) is { } fault)
            errors.Invalid(path.Child("schedule"), schedule, fault);
        if (spec.Text("timeZone") is { } zone && CronRules.ZoneFault(zone) is { } zoneFault)
            errors.Invalid(path.Child("timeZone"), zone, zoneFault);
        foreach (var field in (ReadOnlySpan<string>)["startingDeadlineSeconds", "successfulJobsHistoryLimit", "failedJobsHistoryLimit"])
            FieldRules.NotNegative(spec, field, path, errors);
        if (spec.Object("jobTemplate").Object("spec") is not { } job)
            return;
        var template = path.Child("jobTemplate", "spec");
        JobRules.Check(job, template, errors);
        if (job.Bool("manualSelector") == true)
            errors.NotSupported(template.Child("manualSelector"), "true", "nil", "false");
        if (job.Object("selector") is { } selector)
            errors.Invalid(template.Child("selector"), selector, "`selector` will be auto-generated");
    }
}
