using System.Text.Json.Nodes;
using ActorKube.Api.Validation;
using ActorKube.ApiServer.Tables;
using static ActorKube.ApiServer.Kinds.KindTable;

namespace ActorKube.ApiServer.Kinds.FlowControl;

/// <summary>flowcontrol.apiserver.k8s.io/v1.</summary>
internal static class FlowControlKinds
{
    private const string V1 = "flowcontrol.apiserver.k8s.io/v1";
    private const string Wait = "flow control is stored but not enforced yet";

    /// <summary>Which requests belong together.</summary>
    public static KindStrategy FlowSchema => Of(ClusterScoped(V1, "FlowSchema", "flowschemas"), FlowColumns.Schemas, FlowSchemaRules.Check);

    /// <summary>How many of them run at once.</summary>
    public static KindStrategy PriorityLevelConfiguration => Of(ClusterScoped(V1, "PriorityLevelConfiguration", "prioritylevelconfigurations"), FlowColumns.Levels, PriorityLevelRules.Check);

    private static GenericStrategy Of(KindFacts facts, IReadOnlyList<TableColumn> columns, Action<JsonObject, JsonObject?, FieldErrors> rules) =>
        new(facts.WithStatus().Counted()) { ShownAs = columns, StatusAlone = true, NotEnforced = Wait, Rules = rules };
}
