using ActorKube.Api.Errors;
using ActorKube.ApiServer.Http.Negotiation;

namespace ActorKube.ApiServer.Tests.Http;

public sealed class NegotiationTests
{
    [Theory]
    [InlineData(null, "Json", "Object")]
    [InlineData("*/*", "Json", "Object")]
    [InlineData("application/json", "Json", "Object")]
    [InlineData("application/yaml", "Yaml", "Object")]
    [InlineData("application/vnd.kubernetes.protobuf,application/json", "Json", "Object")]
    [InlineData("application/yaml;q=0.5, application/json", "Json", "Object")]
    [InlineData("application/json;as=Table;v=v1;g=meta.k8s.io,application/json;as=Table;v=v1beta1;g=meta.k8s.io,application/json", "Json", "Table")]
    [InlineData("application/json;as=PartialObjectMetadataList;v=v1;g=meta.k8s.io,application/json", "Json", "Metadata")]
    [InlineData("application/json;as=Unheard;v=v1;g=meta.k8s.io,application/json", "Json", "Object")]
    [InlineData("application/json;as=Table;v=v9;g=meta.k8s.io,application/json", "Json", "Object")]
    [InlineData("application/json;as=Table;v=v1;g=example.com,application/json", "Json", "Object")]
    public void The_first_acceptable_form_is_chosen(string? accept, string encoding, string shape)
    {
        var chosen = AcceptHeader.Choose(accept, pretty: false);
        Assert.Equal((encoding, shape), (chosen.Encoding.ToString(), chosen.Shape.ToString()));
    }

    [Theory]
    [InlineData("text/html")]
    [InlineData("application/vnd.kubernetes.protobuf")]
    [InlineData("application/json;q=0")]
    public void What_nobody_can_give_is_refused_with_what_could_be_given(string accept)
    {
        var failure = Assert.Throws<ApiException>(() => AcceptHeader.Choose(accept, pretty: false));
        Assert.Equal(406, failure.Status.Code);
        Assert.Contains("application/json", failure.Message);
    }
}
