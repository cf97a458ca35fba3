using System.Text.Json.Nodes;
using ActorKube.Api.Errors;
using ActorKube.Api.Objects;
using ActorKube.Api.Selectors;
using ActorKube.Api.Validation;
using CsCheck;

namespace ActorKube.Api.Tests.Selectors;

public class LabelSelectorTests
{
    private static Labels Labels(string text) => new([.. text.Split(',', StringSplitOptions.RemoveEmptyEntries).SelectMany(p => p.Split('='))]);

    [Theory]
    [InlineData("", "", true)]
    [InlineData("a=b", "a=b", true)]
    [InlineData("a==b", "a=c", false)]
    [InlineData("a=b", "", false)]
    [InlineData("a!=b", "", true)]
    [InlineData("a!=b", "a=b", false)]
    [InlineData("a!=b", "a=c", true)]
    [InlineData("a in (x,y)", "a=y", true)]
    [InlineData("a in (x,y)", "a=z", false)]
    [InlineData("a in (x,y)", "", false)]
    [InlineData("a notin (x,y)", "", true)]
    [InlineData("a notin (x,y)", "a=x", false)]
    [InlineData("a", "a=", true)]
    [InlineData("a", "b=1", false)]
    [InlineData("!a", "b=1", true)]
    [InlineData("!a", "a=1", false)]
    [InlineData("a=", "a=", true)]
    [InlineData("a in ()", "a=", true)]
    [InlineData("a in (,x)", "a=", true)]
    [InlineData("a>5", "a=6", true)]
    [InlineData("a>5", "a=5", false)]
    [InlineData("a<5", "a=-1", true)]
    [InlineData("a<5", "a=x", false)]
    [InlineData("a<5", "", false)]
    [InlineData("a=b,c!=d, e", "a=b,e=1", true)]
    [InlineData("a=b,c!=d, e", "a=b,e=1,c=d", false)]
    [InlineData("in=x,notin", "in=x,notin=1", true)]
    [InlineData("a in (in,notin)", "a=in", true)]
    [InlineData(" example.com/a  =  b ", "example.com/a=b", true)]
    [InlineData("a in (1,2,3,4,5,6,7,8,9,10,11)", "a=11", true)]
    [InlineData("a in (1,2,3,4,5,6,7,8,9,10,11)", "a=12", false)]
    public void Selectors_match_as_upstream(string selector, string labels, bool matches) => Assert.Equal(matches, LabelSelector.Parse(selector).Matches(Labels(labels)));

    [Theory]
    [InlineData("b=1,a in (y,x,x),!c,d", "a in (x,y),b=1,!c,d")]
    [InlineData("a notin (x), z==1, y!=, x>3, w<4", "a notin (x),w<4,x>3,y!=,z==1")]
    public void Selectors_print_sorted(string selector, string printed) => Assert.Equal(printed, LabelSelector.Parse(selector).ToString());

    [Theory]
    [InlineData("a=b=c", "found '=', expected: ',' or 'end of string'")]
    [InlineData("a b", "unable to parse requirement: found 'b', expected: in, notin, =, ==, !=, gt, lt")]
    [InlineData(",a", "found ',', expected: !, identifier, or 'end of string'")]
    [InlineData("a,", "found '', expected: identifier after ','")]
    [InlineData("!", "unable to parse requirement: found '', expected: identifier")]
    [InlineData("!a=b", "found '=', expected: ',' or 'end of string'")]
    [InlineData("a in x", "unable to parse requirement: found 'x' expected: '('")]
    [InlineData("a in (x y)", "unable to parse requirement: found 'y', expected: ',' or ')'")]
    [InlineData("a in (x", "unable to parse requirement: found '', expected: ',' or ')'")]
    [InlineData("a=(b)", "unable to parse requirement: found '(', expected: identifier")]
    [InlineData("a>x", "unable to parse requirement: values[0]: Invalid value: \"x\": for 'Gt', 'Lt' operators, the value must be an integer")]
    [InlineData("a/b/c=d", "unable to parse requirement: <nil>: Invalid value: \"a/b/c\": a valid label key must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]') with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')")]
    [InlineData("a=-b", "unable to parse requirement: values[0][a]: Invalid value: \"-b\": a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')")]
    public void Bad_selectors_are_described_in_upstreams_words(string selector, string message)
    {
        var error = Assert.Throws<ApiException>(() => LabelSelector.Parse(selector));
        Assert.Equal((400, message), (error.Status.Code, error.Message));
    }

    [Fact]
    public void Absurd_selectors_are_refused()
    {
        Assert.Contains("longer than", Assert.Throws<ApiException>(() => LabelSelector.Parse(new string('a', 100_000))).Message, StringComparison.Ordinal);
        Assert.Contains("requirements", Assert.Throws<ApiException>(() => LabelSelector.Parse(string.Join(',', Enumerable.Repeat("a", 2000)))).Message, StringComparison.Ordinal);
        Assert.Contains("values", Assert.Throws<ApiException>(() => LabelSelector.Parse($"a in ({string.Join(',', Enumerable.Repeat("a", 20_000))})")).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{}""", "a=1", true)]
    [InlineData("""{"matchLabels":{"a":"1"},"matchExpressions":[{"key":"b","operator":"In","values":["x","y"]},{"key":"c","operator":"DoesNotExist"}]}""", "a=1,b=y", true)]
    [InlineData("""{"matchExpressions":[{"key":"b","operator":"NotIn","values":["x"]},{"key":"c","operator":"Exists"}]}""", "b=x,c=1", false)]
    public void Selectors_in_objects_match_as_upstream(string json, string labels, bool matches) =>
        Assert.Equal(matches, LabelSelectorJson.Read((JsonObject)JsonNode.Parse(json)!).Matches(Labels(labels)));

    [Fact]
    public void An_absent_selector_matches_nothing()
    {
        Assert.False(LabelSelectorJson.Read(null).Matches(Labels("a=1")));
        Assert.False(LabelSelectorJson.Read(null).IsEverything);
        Assert.False(LabelSelectorJson.ReadMap([]).Matches(Labels("")));
        Assert.True(LabelSelectorJson.ReadMap(new JsonObject { ["a"] = "1" }).Matches(Labels("a=1,b=2")));
    }

    [Theory]
    [InlineData("""{"matchExpressions":[{"key":"a","operator":"in"}]}""", "\"in\" is not a valid label selector operator")]
    [InlineData("""{"matchExpressions":[{"key":"a","operator":"In"}]}""", "values: Invalid value: []: for 'in', 'notin' operators, values set can't be empty")]
    public void Bad_selectors_in_objects_are_refused(string json, string message) =>
        Assert.Equal(message, Assert.Throws<ApiException>(() => LabelSelectorJson.Read((JsonObject)JsonNode.Parse(json)!)).Message);

    [Fact]
    public void Validation_names_every_bad_field_of_a_selector()
    {
        var errors = new FieldErrors();
        LabelSelectorJson.Validate((JsonObject)JsonNode.Parse("""
            {"matchLabels":{"ok":"-"},"matchExpressions":[{"key":"a","operator":"In"},{"key":"a","operator":"Exists","values":["x"]},{"key":"","operator":"?","values":["é"]}]}
            """)!, FieldPath.Spec.Child("selector"), errors);
        Assert.Equal(
            ["spec.selector.matchLabels", "spec.selector.matchExpressions[0].values", "spec.selector.matchExpressions[1].values", "spec.selector.matchExpressions[2].operator", "spec.selector.matchExpressions[2].key", "spec.selector.matchExpressions[2].values[0]"],
            errors.Causes.Select(c => c.Field).Distinct());
    }

    [Fact]
    public void What_is_printed_parses_to_the_same() =>
        Gen.String[Gen.Char["ab=!,()<> in0"], 0, 16].Sample(text =>
        {
            LabelSelector selector;
            try
            {
                selector = LabelSelector.Parse(text);
            }
            catch (ApiException e)
            {
                return e.Status.Code == 400;
            }
            return LabelSelector.Parse(selector.ToString()).ToString() == selector.ToString();
        }, iter: 20_000);

    [Fact]
    public void Matching_allocates_nothing()
    {
        var selector = LabelSelector.Parse("a=b,c in (1,2,3,4,5,6,7,8,9,10),!d,e>3");
        var labels = Labels("a=b,c=10,e=4");
        Assert.True(selector.Matches(labels));
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 1000; i++)
            selector.Matches(labels);
        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
    }

    [Fact]
    public void Of_very_many_bad_values_some_are_told_and_the_rest_counted() => Assert.EndsWith(", and 44 more]",
        Assert.Throws<ApiException>(() => LabelRequirement.Create("k", LabelOperator.In, Enumerable.Range(0, 300).Select(static i => $"{i}!"))).Message);
}
