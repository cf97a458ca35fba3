using System.Text.Json.Nodes;
using ActorKube.Api.Json;
using ActorKube.Api.Validation;
using ActorKube.ApiServer.Kinds.Core.Pods;
using ActorKube.ApiServer.Tables;
using static ActorKube.ApiServer.Kinds.KindTable;

namespace ActorKube.ApiServer.Kinds.Nodes;

/// <summary>RuntimeClass: a way to run containers, what it costs, and which nodes know it (upstream: <c>ValidateRuntimeClass</c>). That its handler never changes is in the schema.</summary>
internal sealed class RuntimeClassStrategy() : KindStrategy(ClusterScoped("node.k8s.io/v1", "RuntimeClass", "runtimeclasses"))
{
    /// <inheritdoc/>
    public override bool AllowsUnconditionalUpdate => false;

    /// <inheritdoc/>
    public override IReadOnlyList<TableColumn> Columns { get; } =
        [TableColumn.ObjectName, TableColumn.Text("Handler", "Configuration of the runtime.", static o => o.At("handler").AsText()), TableColumn.Age];

    /// <inheritdoc/>
    public override void Validate(JsonObject obj, FieldErrors errors)
    {
        if (FieldRules.Required(obj, "handler", FieldPath.Root, errors) is { } handler)
            errors.Invalid(FieldPath.Of("handler"), handler, DnsNames.Label(handler));
        ResourceRules.CheckOverhead(obj.Object("overhead").Object("podFixed"), new PodContext([]), FieldPath.Of("overhead"), errors);
        if (obj.Object("scheduling") is not { } scheduling)
            return;
        var path = FieldPath.Of("scheduling");
        ObjectMetaRules.ValidateLabels(scheduling.Object("nodeSelector"), path.Child("nodeSelector"), errors);
        TolerationRules.Check(scheduling, path.Child("tolerations"), errors, compares: false);
    }

    /// <summary>The rest is for pods that are yet to come.</summary>
    public override void ValidateUpdate(JsonObject obj, JsonObject old, FieldErrors errors)
    {
    }
}
