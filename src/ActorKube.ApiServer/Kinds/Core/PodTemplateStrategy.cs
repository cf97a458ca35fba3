using System.Text.Json.Nodes;
using ActorKube.Api.Json;
using ActorKube.Api.Users;
using ActorKube.Api.Validation;
using ActorKube.ApiServer.Kinds.Core.Pods;
using ActorKube.ApiServer.Tables;
using static ActorKube.ApiServer.Kinds.KindTable;

namespace ActorKube.ApiServer.Kinds.Core;

/// <summary>PodTemplate: a template without a controller.</summary>
internal sealed class PodTemplateStrategy() : KindStrategy(Namespaced("v1", "PodTemplate", "podtemplates").Counted())
{
    /// <inheritdoc/>
    public override bool ReturnsDeletedObject => true;

    /// <inheritdoc/>
    public override IReadOnlyList<TableColumn> Columns { get; } =
    [
        TableColumn.ObjectName,
        TableColumn.Text("Containers", "Names of the containers in the template.", static o => CellText.Each(o.At("template", "spec", "containers"), "name")),
        TableColumn.Text("Images", "Images of the containers in the template.", static o => CellText.Each(o.At("template", "spec", "containers"), "image")),
        TableColumn.Text("Pod Labels", "Labels that pods get.", static o => CellText.Labels(o.At("template", "metadata", "labels"))),
    ];

    /// <inheritdoc/>
    public override void Default(JsonObject obj) => PodDefaults.ApplyToWorkload(obj);

    /// <inheritdoc/>
    public override void PrepareForCreate(JsonObject obj, UserInfo user) => DisabledPodFields.DropInTemplate(obj, null);

    /// <inheritdoc/>
    public override void PrepareForUpdate(JsonObject obj, JsonObject old) => DisabledPodFields.DropInTemplate(obj, old);

    /// <inheritdoc/>
    public override void Validate(JsonObject obj, FieldErrors errors) => PodSpecRules.CheckTemplate(obj.Object("template"), FieldPath.Of("template"), errors);
}
