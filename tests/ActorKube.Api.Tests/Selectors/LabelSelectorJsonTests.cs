using System.Text.Json.Nodes;
using ActorKube.Api.Errors;
using ActorKube.Api.Selectors;
using ActorKube.Api.Validation;

namespace ActorKube.Api.Tests.Selectors;

public sealed class LabelSelectorJsonTests
{
    [Theory]
    [InlineData(1000, 0, 0, true)]
    [InlineData(1001, 0, 0, false)]
    [InlineData(0, 1000, 1, true)]
    [InlineData(500, 501, 1, false)]
    [InlineData(0, 10, 1000, true)]
    [InlineData(1, 10, 1000, false)]
    public void A_selector_that_is_too_large_to_be_read_is_not_written(int labels, int expressions, int values, bool isGood)
    {
        var selector = new JsonObject
        {
            ["matchLabels"] = new JsonObject(Enumerable.Range(0, labels).Select(static i => KeyValuePair.Create($"l{i}", (JsonNode?)"x"))),
            ["matchExpressions"] = new JsonArray([.. Enumerable.Range(0, expressions).Select(i => Expression(i, values))]),
        };
        var errors = new FieldErrors();
        LabelSelectorJson.Validate(selector, FieldPath.Spec.Child("selector"), errors);
        Assert.Equal(isGood, errors.Count == 0);
        Assert.Equal(isGood, Record.Exception(() => LabelSelectorJson.Read(selector)) is not ApiException);
    }

    private static JsonObject Expression(int key, int values) => new JsonObject
    {
        ["key"] = $"e{key}",
        ["operator"] = "In",
        ["values"] = new JsonArray([.. Enumerable.Range(0, values).Select(static i => (JsonNode)$"v{i}")]),
    };
}
