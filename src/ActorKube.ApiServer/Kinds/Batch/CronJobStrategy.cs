using System.Text.Json;
using System.Text.Json.Nodes;
using ActorKube.Api.Json;
using ActorKube.Api.Users;
using ActorKube.Api.Validation;
using ActorKube.ApiServer.Kinds.Core.Pods;
using ActorKube.ApiServer.Kinds.Workloads;
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
    public override void Default(JsonObject obj) => PodDefaults.ApplyToWorkload(JobSpec(obj));

    /// <inheritdoc/>
    public override void PrepareForCreate(JsonObject obj, UserInfo user)
    {
        base.PrepareForCreate(obj, user);
        DisabledPodFields.DropInTemplate(JobSpec(obj), null);
    }

    /// <inheritdoc/>
    public override void PrepareForUpdate(JsonObject obj, JsonObject old)
    {
        base.PrepareForUpdate(obj, old);
        DisabledPodFields.DropInTemplate(JobSpec(obj), JobSpec(old));
    }

    private static JsonObject? JobSpec(JsonObject cron) => cron.Object("spec").Object("jobTemplate").Object("spec");

    /// <inheritdoc/>
    public override void Validate(JsonObject obj, FieldErrors errors)
    {
        ValidateSpec(obj, null, errors);
        if (obj.Object("metadata").Text("name") is { Length: > MaxName } name)
            errors.Invalid(FieldPath.Metadata.Child("name"), name, $"must be no more than {MaxName} characters");
    }

    /// <inheritdoc/>
    public override void ValidateUpdate(JsonObject obj, JsonObject old, FieldErrors errors) => ValidateSpec(obj, old, errors);

    /// <inheritdoc/>
    public override void Warnings(JsonObject obj, JsonObject? old, WarningList warnings)
    {
        if (old is null)
            WorkloadWarnings.AddName(obj, warnings);
        if (old is null || !ObjectParts.SamePart(obj, old, "spec", "jobTemplate"))
            JobWarnings.Add(JobSpec(obj), "spec.jobTemplate.spec.", warnings);
    }

    private static void ValidateSpec(JsonObject obj, JsonObject? old, FieldErrors errors)
    {
        if (obj.Object("spec") is not { } spec)
            return;
        var path = FieldPath.Spec;
        if (FieldRules.Required(spec, "schedule", path, errors) is { } schedule)
            errors.Invalid(path.Child("schedule"), schedule, CronRules.Faults(schedule, old.Object("spec").Text("schedule"), spec["timeZone"] is not null));
        FieldRules.NotNegative(spec, "startingDeadlineSeconds", path, errors);
        // A zone that was known once may be known no more.
        if (spec.Text("timeZone") is { } zone && zone != old.Object("spec").Text("timeZone") && CronRules.ZoneFault(zone) is { } zoneFault)
            errors.Invalid(path.Child("timeZone"), zone, zoneFault);
        if (spec.Object("jobTemplate").Object("spec") is { } job)
            CheckJob(job, path.Child("jobTemplate", "spec"), errors);
        FieldRules.NotNegative(spec, "successfulJobsHistoryLimit", path, errors);
        FieldRules.NotNegative(spec, "failedJobsHistoryLimit", path, errors);
    }

    private static void CheckJob(JsonObject job, FieldPath path, FieldErrors errors)
    {
        JobRules.Check(job, path, errors);
        if (job.Object("selector") is { } selector)
            errors.Invalid(path.Child("selector"), selector, "`selector` will be auto-generated");
        if (job.Bool("manualSelector") == true)
            errors.NotSupported(path.Child("manualSelector"), JsonValue.Create(true), "nil", "false");
    }
}
