using ActorKube.ApiServer.Http.Negotiation;
using ActorKube.ApiServer.Pipeline;

namespace ActorKube.ApiServer.Tests.Http;

public sealed class MediaTypeTests
{
    [Theory]
    [InlineData(null, "")]
    [InlineData("application/json", "application/json")]
    [InlineData("APPLICATION/Json", "application/json")]
    [InlineData("Application/JSON ; charset=UTF-8", "application/json")]
    [InlineData("application/json;", "application/json")]
    [InlineData("application/json; charset=\"utf-8\"", "application/json")]
    [InlineData("application/json; charset=utf-8; charset=utf-8", "application/json")]
    [InlineData("application/json; x=\"a;b\"", "application/json")]
    public void Types_are_known_however_they_are_written(string? header, string type) => Assert.Equal(type, ContentTypeHeader.Read(header, RequestVerb.Create));

    [Theory]
    [InlineData("application/json; charset")]
    [InlineData("application/json; charset=")]
    [InlineData("application/json; =utf-8")]
    [InlineData("application/json; charset=utf-8; charset=ascii")]
    [InlineData("application/json; charset=\"utf-8")]
    [InlineData("application/json charset=utf-8")]
    [InlineData("application/json, application/yaml")]
    [InlineData("application/")]
    [InlineData("/json")]
    [InlineData(";")]
    public void A_type_that_cannot_be_read_is_none(string header) => Assert.Equal(ContentTypeHeader.Malformed, ContentTypeHeader.Read(header, RequestVerb.Create));

    [Theory]
    [InlineData("application/merge-patch+json; charset", "application/merge-patch+json")]
    [InlineData("application/json-patch+json;charset=utf-8", "application/json-patch+json")]
    [InlineData("Application/Merge-Patch+JSON", "Application/Merge-Patch+JSON")]
    [InlineData("application/merge-patch+json ;charset=utf-8", "application/merge-patch+json ")]
    public void Patches_are_told_apart_by_what_stands_before_the_parameters(string header, string type) => Assert.Equal(type, ContentTypeHeader.Read(header, RequestVerb.Patch));
}
