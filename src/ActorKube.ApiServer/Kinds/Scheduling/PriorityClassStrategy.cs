using System.Text.Json.Nodes;
using ActorKube.Api.Json;
using ActorKube.Api.Validation;
using ActorKube.ApiServer.Tables;
using static ActorKube.ApiServer.Kinds.KindTable;

namespace ActorKube.ApiServer.Kinds.Scheduling;

/// <summary>PriorityClass: how important a pod is. Pods have the number, so it never changes (upstream: <c>ValidatePriorityClass</c>).</summary>
internal sealed class PriorityClassStrategy() : KindStrategy(ClusterScoped("scheduling.k8s.io/v1", "PriorityClass", "priorityclasses", "pc").Counted())
{
    private static readonly string[] Policies = ["PreemptLowerPriority", "Never"];

    /// <summary>What can change is words only.</summary>
    public override bool IsNewGeneration(JsonObject obj, JsonObject old) => false;

    /// <inheritdoc/>
    public override IReadOnlyList<TableColumn> Columns { get; } =
    [
        TableColumn.ObjectName,
        TableColumn.Number("Value", "The greater, the more important.", static o => o.At("value").AsNumber()),
        new("Global-Default", "boolean", static (o, _) => o.At("globalDefault").AsFlag()) { Description = "Whether pods get it that name none." },
        TableColumn.Age,
        TableColumn.Text("PreemptionPolicy", "Whether others may be driven out.", static o => o.At("preemptionPolicy").AsText() is { Length: > 0 } policy ? policy : "PreemptLowerPriority"),
    ];

    /// <inheritdoc/>
    public override void Validate(JsonObject obj, FieldErrors errors)
    {
        var (name, value) = (obj.Object("metadata").Text("name") ?? "", obj.Int64("value") ?? 0);
        if (name.StartsWith(SystemPriorities.Prefix, StringComparison.Ordinal))
        {
            if (FaultOfSystem(name, value, obj.Bool("globalDefault") == true) is { } fault)
                errors.Forbidden(FieldPath.Metadata.Child("name"), $"priority class names with '{SystemPriorities.Prefix}' prefix are reserved for system use only. error: {fault}");
        }
        else if (value > SystemPriorities.HighestOfOthers)
            errors.Forbidden(FieldPath.Of("value"), $"maximum allowed value of a user defined priority is {SystemPriorities.HighestOfOthers}");
        if (obj.Text("preemptionPolicy") is "")
            errors.Required(FieldPath.Of("preemptionPolicy"));
        FieldRules.OneOf(obj, "preemptionPolicy", Policies, FieldPath.Root, errors);
    }

    /// <inheritdoc/>
    public override void ValidateUpdate(JsonObject obj, JsonObject old, FieldErrors errors)
    {
        if ((obj.Int64("value") ?? 0) != (old.Int64("value") ?? 0))
            errors.Forbidden(FieldPath.Of("value"), "may not be changed in an update.");
        FieldRules.Immutable(obj, old, "preemptionPolicy", FieldPath.Root, errors);
    }

    private static string? FaultOfSystem(string name, long value, bool isDefault)
    {
        var known = SystemPriorities.All.FirstOrDefault(c => c.Name == name);
        if (known.Name is null)
            return $"{name} is not a known system priority class";
        if (value != known.Value)
            return $"value of {name} PriorityClass must be {known.Value}";
        return isDefault ? $"globalDefault of {name} PriorityClass must be false" : null;
    }
}
