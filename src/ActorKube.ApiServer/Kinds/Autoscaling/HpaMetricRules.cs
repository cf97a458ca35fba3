using System.Text.Json.Nodes;
using ActorKube.Api.Json;
using ActorKube.Api.Quantities;
using ActorKube.Api.Validation;

namespace ActorKube.ApiServer.Kinds.Autoscaling;

/// <summary>The rules of one entry of <c>spec.metrics</c>.</summary>
internal static class HpaMetricRules
{
    private const string AverageUtilization = "averageUtilization";
    private const string AverageValue = "averageValue";
    private const string Value = "value";
    private static readonly string[] Types = ["ContainerResource", "External", "Object", "Pods", "Resource"];
    private static readonly string[] Sources = ["object", "external", "pods", "resource", "containerResource"];
    private static readonly string[] TargetTypes = ["Utilization", Capital(Value), Capital(AverageValue)];

    /// <summary>Checks an entry.</summary>
    /// <param name="metric">The entry.</param>
    /// <param name="path">Where it stands.</param>
    /// <param name="checksVersions">Whether the API versions of described objects are checked: not when they were bad before.</param>
    /// <param name="errors">Receives what is wrong.</param>
    public static void Check(JsonObject metric, FieldPath path, bool checksVersions, FieldErrors errors)
    {
        var type = metric.Text("type") ?? "";
        if (type.Length == 0)
            errors.Required(path.Child("type"), "must specify a metric source type");
        if (Array.IndexOf(Types, type) < 0)
            errors.NotSupported(path.Child("type"), type, Types);
        string[] present = [.. Sources.Where(s => metric.Object(s) is not null)];
        if (present.Length > 0)
            Source(present[0], metric.Object(present[0])!, path.Child(present[0]), checksVersions, errors);
        var expected = type.Length == 0 ? "" : char.ToLowerInvariant(type[0]) + type[1..];
        if (Array.IndexOf(Sources, expected) >= 0 && Array.IndexOf(present, expected) < 0)
            errors.Required(path.Child(expected), "must populate information for the given metric source");
        if (present.Length != 1)
            foreach (var other in present.Where(s => s != expected))
                errors.Forbidden(path.Child(other), "must populate the given metric source only");
    }

    private static void Source(string name, JsonObject source, FieldPath path, bool checksVersions, FieldErrors errors)
    {
        if (name == "object" && source.Object("describedObject") is { } described)
            HpaRules.Reference(described, path.Child("describedObject"), errors, checksVersions, needsGroup: false);
        if (name is "resource" or "containerResource")
        {
            if (string.IsNullOrEmpty(source.Text("name")))
                errors.Required(path.Child("name"), "must specify a resource name");
            else if (name == "containerResource")
                FieldRules.Form(source, "name", ResourceNames.OfContainer, path, errors);
            if (name == "containerResource" && string.IsNullOrEmpty(source.Text("container")))
                errors.Required(path.Child("container"), "must specify a container");
            else if (name == "containerResource")
                FieldRules.Form(source, "container", DnsNames.Label, path, errors);
        }
        else
        {
            Identifier(source.Object("metric"), path.Child("metric"), errors);
        }
        if (source.Object("target") is not { } target)
            return;
        Target(target, path.Child("target"), errors);
        Choice(name, target, path.Child("target"), errors);
    }

    private static void Identifier(JsonObject? metric, FieldPath path, FieldErrors errors)
    {
        if (metric.Text("name") is not { Length: > 0 } name)
            errors.Required(path.Child("name"), "must specify a metric name");
        else if (KeyNames.PathSegment(name) is { Count: > 0 } faults)
            errors.Invalid(path.Child("name"), name, faults);
    }

    private static void Target(JsonObject target, FieldPath path, FieldErrors errors)
    {
        var type = target.Text("type") ?? "";
        if (type.Length == 0)
            errors.Required(path.Child("type"), "must specify a metric target type");
        if (Array.IndexOf(TargetTypes, type) < 0)
            errors.Invalid(path.Child("type"), type, "must be either Utilization, Value, or AverageValue");
        foreach (var field in (ReadOnlySpan<string>)[Value, AverageValue])
            if (target[field] is { } amount && !IsPositive(amount))
                errors.Invalid(path.Child(field), amount, "must be positive");
        if (target.Int64(AverageUtilization) is < 1 and var share)
            errors.Invalid(path.Child(AverageUtilization), share, "must be greater than 0");
    }

    private static void Choice(string source, JsonObject target, FieldPath path, FieldErrors errors)
    {
        var (value, average, share) = (target[Value] is not null, target[AverageValue] is not null, target[AverageUtilization] is not null);
        switch (source)
        {
            case "pods":
                if (!average)
                    errors.Required(path.Child(AverageValue), "must specify a positive target averageValue");
                break;
            case "resource" or "containerResource":
                if (!share && !average)
                    errors.Required(path.Child(AverageUtilization), "must set either a target raw value or a target utilization");
                if (share && average)
                    errors.Forbidden(path.Child(AverageValue), "may not set both a target raw value and a target utilization");
                break;
            default:
                if (!value && !average)
                    errors.Required(path.Child(AverageValue), source == "object" ? "must set either a target value or averageValue" : "must set either a target value for metric or a per-pod target");
                if (source == "external" && value && average)
                    errors.Forbidden(path.Child(Value), "may not set both a target value for metric and a per-pod target");
                break;
        }
    }

    private static bool IsPositive(JsonNode? amount) => Quantity.TryParse(amount.Text() ?? amount?.ToJsonString() ?? "", out var quantity) && quantity.Sign > 0;

    private static string Capital(string field) => char.ToUpperInvariant(field[0]) + field[1..];
}
