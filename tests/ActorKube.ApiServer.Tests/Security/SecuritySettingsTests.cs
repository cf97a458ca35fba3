using System.Net;
using ActorKube.ApiServer.Hosting;
using Akka.Configuration;

namespace ActorKube.ApiServer.Tests.Security;

public sealed class SecuritySettingsTests
{
    [Fact]
    public void The_defaults_are_those_of_the_file()
    {
        var pki = SecuritySettings.Pki(Config.Empty, "Machine", [IPAddress.Parse("10.96.0.1")]);
        Assert.Equal((TimeSpan.FromDays(3650), TimeSpan.FromDays(365), "machine"), (pki.AuthorityLifetime, pki.CertificateLifetime, pki.HostName));
        var tokens = SecuritySettings.Options(Config.Empty).Tokens;
        Assert.Equal([tokens.Issuer], tokens.ApiAudiences.AsEnumerable());
        Assert.Equal((4096, TimeSpan.Zero), (tokens.CacheSlots, tokens.MaxExpiration));
    }

    [Theory]
    [InlineData("actorkube.security.pki.extra-addresses = [\"x\"]", "extra-addresses")]
    [InlineData("actorkube.security.pki.certificate-lifetime = 1s", "certificate-lifetime")]
    [InlineData("actorkube.security.service-accounts.issuer = nonsense", "issuer")]
    [InlineData("actorkube.security.service-accounts.cache-slots = 0", "cache-slots")]
    [InlineData("actorkube.security.pki.certificate-lifetimes = 1d", "certificate-lifetimes")]
    [InlineData("actorkube.security.service-accounts.max-expiration = soon", "max-expiration")]
    public void A_bad_value_is_named_by_its_key(string setting, string key)
    {
        var config = ConfigurationFactory.ParseString(setting);
        var error = Assert.Throws<ConfigurationException>(() =>
        {
            SecuritySettings.Pki(config, "m", []);
            SecuritySettings.Options(config);
        });
        Assert.Contains(key, error.Message);
    }
}
