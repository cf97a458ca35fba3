using ActorKube.ApiServer.Pipeline;
using static ActorKube.ApiServer.Tests.Fakes.PipelineBench;

namespace ActorKube.ApiServer.Tests.Pipeline;

public sealed class RequestAccessTests
{
    [Theory]
    [InlineData("metadata.name=a", "a", null)]
    [InlineData("metadata.name==a,status.phase!=Failed", "a", null)]
    [InlineData("metadata.name!=a", "", null)]
    [InlineData("spec.nodeName=n1", "", "n1")]
    [InlineData("metadata.name=a,spec.nodeName=n1", "a", "n1")]
    [InlineData("spec.nodeName!=n1", "", null)]
    [InlineData("metadata.name", "", null)]
    [InlineData(null, "", null)]
    public void A_selection_of_one_name_is_asked_about_by_that_name(string? selector, string name, string? node)
    {
        var attributes = RequestAccess.Attributes(Request(RequestVerb.Watch, Pods) with { Query = new RequestQuery { FieldSelector = selector } });
        Assert.Equal((name, node), (attributes.Name, attributes.NodeNameSelector));
    }

    [Fact]
    public void A_deletion_of_many_is_never_asked_about_by_name()
    {
        var attributes = RequestAccess.Attributes(Request(RequestVerb.DeleteCollection, Pods) with { Query = new RequestQuery { FieldSelector = "metadata.name=a" } });
        Assert.Equal("", attributes.Name);
    }
}
