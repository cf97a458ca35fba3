using System.Text.Json.Nodes;
using ActorKube.Api.Json;
using ActorKube.Api.Validation;

namespace ActorKube.ApiServer.Kinds.Core.Pods;

/// <summary>Tolerations (upstream: <c>ValidateTolerations</c>, <c>validateOnlyAddedTolerations</c>).</summary>
internal static class TolerationRules
{
    /// <summary>What taints can do to pods, in the order of upstream's message.</summary>
    public static readonly string[] TaintEffects = ["NoSchedule", "PreferNoSchedule", "NoExecute"];

    private static readonly string[] Operators = ["Equal", "Exists"];
    private static readonly string[] AllOperators = ["Equal", "Exists", "Lt", "Gt"];

    /// <summary>Checks the tolerations of a pod.</summary>
    /// <param name="spec">The pod's spec.</param>
    /// <param name="path">Where its tolerations stand.</param>
    /// <param name="errors">Where findings go.</param>
    /// <param name="compares">Whether numbers may be compared: only in pods that do so already (upstream: <c>TaintTolerationComparisonOperators</c>, off).</param>
    public static void Check(JsonObject spec, FieldPath path, FieldErrors errors, bool compares)
    {
        foreach (var (i, toleration) in spec.Items("tolerations"))
        {
            FieldRules.Form(toleration, "key", LabelNames.QualifiedName, path.Index(i), errors);
            var operation = toleration.Text("operator") ?? "";
            if (string.IsNullOrEmpty(toleration.Text("key")) && operation != "Exists")
                errors.Invalid(path.Index(i).Child("operator"), operation,
                    "operator must be Exists when `key` is empty, which means \"match all values and all keys\"");
            if (toleration["tolerationSeconds"] is not null && toleration.Text("effect") != "NoExecute")
                errors.Invalid(path.Index(i).Child("effect"), toleration.Text("effect") ?? "", "effect must be 'NoExecute' when `tolerationSeconds` is set");
            CheckValue(operation, toleration.Text("value") ?? "", path.Index(i), errors, compares);
            FieldRules.OneOf(toleration, "effect", TaintEffects, path.Index(i), errors);
        }
    }

    private static void CheckValue(string operation, string value, FieldPath path, FieldErrors errors, bool compares)
    {
        switch (operation)
        {
            case "" or "Equal":
                if (LabelNames.Value(value) is { Count: > 0 } faults)
                    errors.Invalid(path.Child("operator"), value, string.Join(";", faults));
                break;
            case "Exists":
                if (value.Length > 0)
                    errors.Invalid(path.Child("operator"), value, "value must be empty when `operator` is 'Exists'");
                break;
            case "Lt" or "Gt" when compares:
                if (DecimalNumbers.Integer(value) is { } fault)
                    errors.Invalid(path.Child("value"), value, fault);
                break;
            default:
                errors.NotSupported(path.Child("operator"), operation, operation is "Lt" or "Gt" ? AllOperators : Operators);
                break;
        }
    }

    /// <summary>Whether some toleration compares numbers.</summary>
    public static bool Compares(JsonObject? spec) => spec.Objects("tolerations").Any(static t => t.Text("operator") is "Lt" or "Gt");

    /// <summary>An update may add tolerations, and change how long one that is there holds.</summary>
    public static void CheckOnlyAdded(JsonObject spec, JsonObject old, FieldPath path, FieldErrors errors)
    {
        var present = spec.Items("tolerations").Select(static t => WithoutTime(t.Item)).ToList();
        foreach (var (_, before) in old.Items("tolerations"))
        {
            var wanted = WithoutTime(before);
            if (present.Exists(t => JsonEquality.Same(t, wanted)))
                continue;
            errors.Forbidden(path, "existing toleration can not be modified except its tolerationSeconds");
            return;
        }
    }

    private static JsonObject WithoutTime(JsonObject toleration)
    {
        var copy = (JsonObject)toleration.DeepClone();
        copy.Remove("tolerationSeconds");
        return copy;
    }
}
