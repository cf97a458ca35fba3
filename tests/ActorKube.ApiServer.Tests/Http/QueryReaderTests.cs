using ActorKube.Api.Errors;
using ActorKube.ApiServer.Http.Routing;

namespace ActorKube.ApiServer.Tests.Http;

public sealed class QueryReaderTests
{
    [Fact]
    public void Parameters_are_decoded_and_sorted_out()
    {
        var read = QueryReader.Read("?watch=1&labelSelector=app%3Dweb%2Ctier+in+%28a%29&metricLabelSelector=verb%3DGET&dryRun=All&dryRun=x&unknown=1&includeObject=None&limit=500");
        Assert.True(read.Watch);
        Assert.Equal(("app=web,tier in (a)", "verb=GET"), (read.Query.LabelSelector, read.Query.MetricLabelSelector));
        Assert.Equal(["All", "x"], read.Query.DryRun);
        Assert.Equal("None", read.IncludeObject);
        Assert.Equal("500", read.Query.Limit);
    }

    [Theory]
    [InlineData("?watch=true", true)]
    [InlineData("?watch=1", true)]
    [InlineData("?watch", true)]
    [InlineData("?watch=false", false)]
    [InlineData("?watch=False", false)]
    [InlineData("?watch=0", false)]
    [InlineData("?watch=0&watch=1", false)]
    [InlineData("?", false)]
    [InlineData("", false)]
    public void A_boolean_is_true_unless_it_says_false(string query, bool expected) => Assert.Equal(expected, QueryReader.Read(query).Watch);

    [Theory]
    [InlineData("?pretty=true", true)]
    [InlineData("?pretty=1", true)]
    [InlineData("?a=b&pretty=t", true)]
    [InlineData("?pretty=yes", false)]
    [InlineData("?pretty=false", false)]
    [InlineData("?pretty=", null)]
    [InlineData("?pretty", null)]
    [InlineData("?prettyplease=1", null)]
    [InlineData("", null)]
    public void Indentation_is_asked_for_in_so_many_words(string query, bool? expected)
    {
        Assert.Equal(expected, QueryReader.Read(query).Pretty);
        Assert.Equal(expected, QueryReader.Pretty(query));
    }

    [Fact]
    public void Of_a_parameter_that_repeats_the_first_counts() => Assert.Equal("a", QueryReader.Read("?labelSelector=a&labelSelector=b").Query.LabelSelector);

    [Fact]
    public void An_absurd_query_is_refused() =>
        Assert.Equal(400, Assert.Throws<ApiException>(() => QueryReader.Read("?labelSelector=" + new string('a', 100_000))).Status.Code);
}
