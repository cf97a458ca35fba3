using ActorKube.ApiServer.Http;

namespace ActorKube.ApiServer.Tests.Http;

public sealed class MediaTypeTests
{
    [Theory]
    [InlineData(null, "")]
    [InlineData("application/json", "application/json")]
    [InlineData("APPLICATION/Json", "application/json")]
    [InlineData("Application/JSON ; charset=UTF-8", "application/json")]
    public void Types_are_known_however_they_are_written(string? header, string type) => Assert.Equal(type, ResourceHandler.MediaType(header));
}
