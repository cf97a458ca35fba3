using System.Text.Json.Nodes;
using ActorKube.Api.Json;
using ActorKube.Api.Objects;
using ActorKube.Api.Users;
using ActorKube.Api.Validation;
using ActorKube.ApiServer.Kinds.Workloads;
using ActorKube.ApiServer.Pipeline;
using ActorKube.ApiServer.Tables;
using static ActorKube.ApiServer.Kinds.KindTable;

namespace ActorKube.ApiServer.Kinds.Batch;

/// <summary>Job: selects its pods by its own uid unless the client insists on a selector; for its old clients, deleting one leaves the pods.</summary>
internal sealed class JobStrategy() : KindStrategy(Namespaced("batch/v1", "Job", "jobs").WithStatus().In(All).Counted())
{
    private const string ControllerUid = "batch.kubernetes.io/controller-uid";

    /// <inheritdoc/>
    public override bool DefaultsToOrphan => true;

    /// <inheritdoc/>
    public override IReadOnlyList<string> SelectableFields { get; } = ["status.successful"];

    /// <inheritdoc/>
    public override string SelectableValue(StoredObject item, string field) => item.Field("status.succeeded") is { Length: > 0 } value ? value : "0";

    /// <inheritdoc/>
    public override IReadOnlyList<TableColumn> Columns => JobColumns.All;

    /// <inheritdoc/>
    public override void Default(JsonObject obj) => JobRules.Default(obj);

    /// <inheritdoc/>
    public override void Validate(JsonObject obj, FieldErrors errors)
    {
        if (obj.Object("spec") is not { } spec)
            return;
        JobRules.CheckSelector(spec, errors);
        JobRules.Check(spec, FieldPath.Spec, errors);
    }

    /// <inheritdoc/>
    public override void ValidateUpdate(JsonObject obj, JsonObject old, FieldErrors errors)
    {
        Validate(obj, errors);
        JobRules.CheckUpdate(obj, old, errors);
    }

    /// <inheritdoc/>
    public override void ValidateStatusUpdate(JsonObject obj, JsonObject old, FieldErrors errors) =>
        WorkloadRules.CheckStatus(obj, errors, "active", "succeeded", "failed", "ready", "terminating");

    /// <inheritdoc/>
    public override void Warnings(JsonObject obj, JsonObject? old, WarningList warnings) => WorkloadWarnings.Add(obj, old, warnings);

    /// <inheritdoc/>
    public override void PrepareForCreate(JsonObject obj, UserInfo user)
    {
        base.PrepareForCreate(obj, user);
        if (obj.Object("spec") is not { } spec || spec.Bool("manualSelector") == true || spec.Object("template") is not { } template)
            return;
        var metadata = obj.Object("metadata");
        var uid = metadata.Text("uid") ?? "";
        var name = metadata.Text("name") ?? "";
        var labels = template.ObjectOrNew("metadata").ObjectOrNew("labels");
        foreach (var (key, value) in (ReadOnlySpan<(string, string)>)
            [(ControllerUid, uid), ("batch.kubernetes.io/job-name", name), ("controller-uid", uid), ("job-name", name)])
            labels[key] = value;
        spec.ObjectOrNew("selector").ObjectOrNew("matchLabels")[ControllerUid] = uid;
    }
}
