using ActorKube.Api.Errors;
using ActorKube.ApiServer.Http.Negotiation;
using ActorKube.ApiServer.Tables;

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
    [InlineData("application/*", "Json", "Object")]
    [InlineData("*/*, application/yaml", "Yaml", "Object")]
    [InlineData("application/*;q=0.8, application/yaml;q=0.9", "Yaml", "Object")]
    [InlineData("text/plain, */*;q=0.1", "Json", "Object")]
    [InlineData("application/json;stream=watch", "Json", "Object")]
    [InlineData("application/yaml;stream=watch, application/json;q=0.1", "Json", "Object")]
    [InlineData("application/json;stream=other, application/yaml;q=0.1", "Yaml", "Object")]
    [InlineData("application/json;charset=utf-8", "Json", "Object")]
    [InlineData("application/json;g=meta.k8s.io;v=v1, application/yaml;q=0.1", "Yaml", "Object")]
    [InlineData("application/json;as=Unheard;v=v1;g=meta.k8s.io,application/json", "Json", "Object")]
    [InlineData("application/json;as=Table;v=v9;g=meta.k8s.io,application/json", "Json", "Object")]
    [InlineData("application/json;as=Table;v=v1;g=example.com,application/json", "Json", "Object")]
    [InlineData("*", "Json", "Object")]
    [InlineData("application/json;q=0", "Json", "Object")]
    [InlineData("application/json;q=0, application/yaml;q=0.1", "Yaml", "Object")]
    [InlineData("application/json;sv=v1", "Json", "Object")]
    [InlineData("application/json;sv=v2, application/yaml", "Yaml", "Object")]
    [InlineData("application/json;as=, application/yaml", "Json", "Object")]
    [InlineData("application/json;as", "Json", "Object")]
    [InlineData("application/json;as=Table=x", "Json", "Object")]
    public void The_first_acceptable_form_is_chosen(string? accept, string encoding, string shape)
    {
        var chosen = AcceptHeader.Choose(accept, pretty: false);
        Assert.Equal((encoding, shape), (chosen.Encoding.ToString(), chosen.Shape.ToString()));
    }

    [Theory]
    [InlineData("application/json;as=Table;v=v1;g=meta.k8s.io,application/json;as=Table;v=v1beta1;g=meta.k8s.io,application/json", "meta.k8s.io/v1")]
    [InlineData("application/json;as=Table;v=v1beta1;g=meta.k8s.io,application/json", "meta.k8s.io/v1beta1")]
    [InlineData("application/json;as=PartialObjectMetadata;v=v1beta1;g=meta.k8s.io", "meta.k8s.io/v1beta1")]
    public void Tables_and_metadata_have_the_version_that_was_asked_for(string accept, string version) => Assert.Equal(version, AcceptHeader.Choose(accept, pretty: false).Version.ApiVersion());

    [Theory]
    [InlineData("curl/7.88.1", true)]
    [InlineData("Wget/1.21", true)]
    [InlineData("Mozilla/5.0 (X11)", true)]
    [InlineData("kubectl/v1.37.0 (linux/amd64)", false)]
    [InlineData("libcurl", false)]
    [InlineData(null, false)]
    public void Programs_that_people_sit_before_get_indented_answers(string? agent, bool pretty) => Assert.Equal(pretty, HumanClients.Reads(agent));

    [Fact]
    public void A_clause_may_ask_for_an_answer_that_people_can_read() => Assert.True(AcceptHeader.Choose("application/json;pretty=1", pretty: false).Pretty);

    [Theory]
    [InlineData("text/html")]
    [InlineData("application/json;as=Table;v=v1beta1;g=example.com")]
    [InlineData("application/vnd.kubernetes.protobuf")]
    [InlineData("application/json;as=Table")]
    [InlineData("application/json;v=v1;g=meta.k8s.io")]
    [InlineData("application/json;sv=v2")]
    [InlineData("application/json;stream=other")]
    [InlineData("application/json/x")]
    [InlineData("json")]
    [InlineData(",")]
    public void What_nobody_can_give_is_refused_with_what_could_be_given(string accept)
    {
        var failure = Assert.Throws<ApiException>(() => AcceptHeader.Choose(accept, pretty: false));
        Assert.Equal(406, failure.Status.Code);
        Assert.Contains("application/json", failure.Message);
    }
}
