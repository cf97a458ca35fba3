using ActorKube.ApiServer.Hosting;
using ActorKube.ApiServer.Pipeline;
using Akka.Configuration;

namespace ActorKube.ApiServer.Tests.Hosting;

public sealed class ApiServerSettingsTests
{
    [Fact]
    public void The_shipped_settings_are_the_defaults() => Assert.Equal(new ApiServerOptions(), ApiServerSettings.Options(Config.Empty));

    [Fact]
    public void The_shipped_limits_of_the_gateway_are_the_defaults() => Assert.Equal(new GatewayLimits(), ApiServerSettings.Limits(Config.Empty));

    [Theory]
    [InlineData("max-reads = 0")]
    [InlineData("max-watches-per-user = -1")]
    [InlineData("request-timeout = 0s")]
    [InlineData("stalled-reader = 1s")]
    [InlineData("max-reeds = 1")]
    public void A_limit_that_makes_no_sense_is_an_error_that_names_the_key(string setting)
    {
        var error = Assert.Throws<ConfigurationException>(() => ApiServerSettings.Limits(ConfigurationFactory.ParseString($"actorkube.api-server.gateway {{ {setting} }}")));
        Assert.Contains(setting.Split(' ')[0], error.Message);
    }

    [Theory]
    [InlineData("services.range = \"fd00::/108\"")]
    [InlineData("services.range = \"10.0.0.0\"")]
    [InlineData("services.first-node-port = 0")]
    [InlineData("services.last-node-port = 20000")]
    [InlineData("patch-attempts = 0")]
    [InlineData("patch-attempt = 3")]
    [InlineData("minimum-watch = long")]
    [InlineData("delete-batch = 0")]
    [InlineData("event-ttl = 0s")]
    [InlineData("tolerations.not-ready-seconds = -1")]
    public void A_value_that_makes_no_sense_is_an_error_that_names_the_key(string setting)
    {
        var error = Assert.Throws<ConfigurationException>(() => ApiServerSettings.Options(ConfigurationFactory.ParseString($"actorkube.api-server {{ {setting} }}")));
        Assert.StartsWith("actorkube.api-server", error.Message, StringComparison.Ordinal);
    }
}
