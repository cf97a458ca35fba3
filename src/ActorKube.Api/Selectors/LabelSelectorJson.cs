using System.Text.Json.Nodes;
using ActorKube.Api.Errors;
using ActorKube.Api.Json;
using ActorKube.Api.Validation;

namespace ActorKube.Api.Selectors;

/// <summary>The <c>metav1.LabelSelector</c> of objects: <c>matchLabels</c> and <c>matchExpressions</c>.</summary>
public static class LabelSelectorJson
{
    /// <summary>The selector that a field stands for: absent matches nothing, empty matches everything, as upstream.</summary>
    /// <exception cref="ApiException">400: an operator, key or value is not valid.</exception>
    public static LabelSelector Read(JsonObject? selector)
    {
        if (selector is null)
            return LabelSelector.Nothing;
        var requirements = new List<LabelRequirement>();
        foreach (var (key, value) in selector.Object("matchLabels") ?? [])
            requirements.Add(LabelRequirement.Create(key, LabelOperator.Equals, [value.Text() ?? ""]));
        foreach (var node in selector.Array("matchExpressions") ?? [])
            if (node is JsonObject expression)
                requirements.Add(LabelRequirement.Create(expression.Text("key") ?? "", Operator(expression), Values(expression)));
        SelectorLimits.CheckRequirements(requirements.Count, "label");
        SelectorLimits.CheckValues(requirements.Sum(r => r.Values.Length));
        return LabelSelector.From(requirements);
    }

    /// <summary>The same of an object that has been stored, by whatever rules: what is not valid matches nothing.</summary>
    public static LabelSelector ReadStored(JsonObject? selector) => OrNothing(Read, selector);

    /// <summary>The selector of the old form: a plain map of labels. Absent or empty matches nothing.</summary>
    public static LabelSelector ReadMap(JsonObject? labels) =>
        labels is null || labels.Count == 0
            ? LabelSelector.Nothing
            : LabelSelector.From(labels.Select(l => LabelRequirement.Create(l.Key, LabelOperator.Equals, [l.Value.Text() ?? ""])));

    /// <summary>The same of an object that has been stored: what is not valid matches nothing.</summary>
    public static LabelSelector ReadStoredMap(JsonObject? labels) => OrNothing(ReadMap, labels);

    /// <summary>What is wrong with a selector in an object (upstream: <c>ValidateLabelSelector</c>).</summary>
    public static void Validate(JsonObject? selector, FieldPath path, FieldErrors errors)
    {
        if (selector is null)
            return;
        ObjectMetaRules.ValidateLabels(selector.Object("matchLabels"), path.Child("matchLabels"), errors);
        var expressions = selector.Array("matchExpressions") ?? [];
        for (var i = 0; i < expressions.Count; i++)
            if (expressions[i] is JsonObject expression)
                RequirementRules.Validate(expression, compares: false, anyValue: false, path.Child("matchExpressions").Index(i), errors);
        SelectorLimits.Check(selector, path, errors);
    }

    private static LabelSelector OrNothing(Func<JsonObject?, LabelSelector> read, JsonObject? selector)
    {
        try
        {
            return read(selector);
        }
        catch (ApiException)
        {
            return LabelSelector.Nothing;
        }
    }

    private static LabelOperator Operator(JsonObject expression) => expression.Text("operator") switch
    {
        "In" => LabelOperator.In,
        "NotIn" => LabelOperator.NotIn,
        "Exists" => LabelOperator.Exists,
        "DoesNotExist" => LabelOperator.DoesNotExist,
        var other => throw ApiErrors.BadRequest($"{GoText.Quote(other ?? "")} is not a valid label selector operator"),
    };

    private static List<string> Values(JsonObject expression) => [.. (expression.Array("values") ?? []).Select(v => v.Text() ?? "")];
}
