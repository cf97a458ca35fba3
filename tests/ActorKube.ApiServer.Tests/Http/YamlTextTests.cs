using System.Text;
using ActorKube.Api.Yaml;
using ActorKube.ApiServer.Http.Responses;

namespace ActorKube.ApiServer.Tests.Http;

public sealed class YamlTextTests
{
    [Theory]
    [InlineData("""{"a":"yes","b":"0644","c":1,"d":true,"e":null,"f":"","g":" x ","h":"a: b","i":"# no","j":"2026-01-02","k":[],"l":{},"m":["x",{"n":"line\nbreak\n"}],"on":"y"}""")]
    [InlineData("""{"metadata":{"name":"web","labels":{"app.kubernetes.io/name":"web"}},"spec":{"replicas":3}}""")]
    public void What_is_written_reads_back_as_the_same(string json) =>
        Assert.Equal(json, YamlDecoder.Decode(YamlText.From(Encoding.UTF8.GetBytes(json))).Root!.ToJsonString(JsonText.Compact));
}
