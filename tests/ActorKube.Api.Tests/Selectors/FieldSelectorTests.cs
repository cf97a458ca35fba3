using ActorKube.Api.Errors;
using ActorKube.Api.Objects;
using ActorKube.Api.Selectors;
using CsCheck;

namespace ActorKube.Api.Tests.Selectors;

public class FieldSelectorTests
{
    private static readonly StoredObject Pod = StoredObject.Parse(
        """{"metadata":{"name":"web","namespace":"default"},"spec":{"nodeName":"n1","hostNetwork":true},"status":{"phase":"Running"}}"""u8.ToArray());

    [Theory]
    [InlineData("", true)]
    [InlineData("metadata.name=web", true)]
    [InlineData("metadata.namespace==default,spec.nodeName=n1", true)]
    [InlineData("spec.nodeName!=n1", false)]
    [InlineData("spec.nodeName=n2", false)]
    [InlineData("spec.hostNetwork=true", true)]
    [InlineData("status.nominated=", true)]
    [InlineData("status.nominated!=x", true)]
    [InlineData("status.phase!=Failed,,", true)]
    public void Selectors_match_as_upstream(string selector, bool matches) => Assert.Equal(matches, FieldSelector.Parse(selector).Matches(Pod));

    [Theory]
    [InlineData("a", "invalid selector: 'a'; can't understand 'a'")]
    [InlineData("a=b,c", "invalid selector: 'a=b,c'; can't understand 'c'")]
    [InlineData("a=b\\x", "invalid field selector: invalid escape sequence: \\x")]
    [InlineData("a=b\\", "invalid field selector: invalid escape sequence: \\")]
    [InlineData("a=b=c", "invalid field selector: unescaped character in value: 61")]
    public void Bad_selectors_are_described_in_upstreams_words(string selector, string message)
    {
        var error = Assert.Throws<ApiException>(() => FieldSelector.Parse(selector));
        Assert.Equal((400, message), (error.Status.Code, error.Message));
    }

    [Fact]
    public void Required_values_are_known()
    {
        var selector = FieldSelector.Parse("spec.nodeName=n1,status.phase!=Failed");
        Assert.True(selector.TryGetRequiredValue("spec.nodeName", out var node));
        Assert.Equal("n1", node);
        Assert.False(selector.TryGetRequiredValue("status.phase", out _));
        Assert.Equal(["spec.nodeName", "status.phase"], selector.Requirements.Select(r => r.Field));
        Assert.True(FieldSelector.Everything.IsEverything);
    }

    [Fact]
    public void Absurd_selectors_are_refused()
    {
        Assert.Throws<ApiException>(() => FieldSelector.Parse(new string('a', 100_000) + "=b"));
        Assert.Throws<ApiException>(() => FieldSelector.Parse(string.Join(',', Enumerable.Repeat("a=b", 2000))));
    }

    [Fact]
    public void Any_value_survives_escaping() => Gen.String[Gen.Char["ab\\,=! é"], 0, 10].Sample(value =>
        FieldSelector.Parse($"f={FieldSelector.Escape(value)}") is { IsEverything: false } s && s.TryGetRequiredValue("f", out var back) && back == value
        && FieldSelector.Parse(s.ToString()).ToString() == s.ToString(), iter: 5000);

    [Fact]
    public void Any_text_is_a_selector_or_refused_and_nothing_else() => Gen.String[Gen.Char["ab\\,=!."], 0, 14].Sample(text =>
    {
        try
        {
            FieldSelector.Parse(text).Matches(Pod);
        }
        catch (ApiException e)
        {
            Assert.Equal(400, e.Status.Code);
        }
    }, iter: 10_000);
}
