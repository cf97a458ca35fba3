using System.Net;
using ActorKube.Hosting;
using ActorKube.Store.Hosting;
using Akka.Configuration;
using Microsoft.Extensions.Logging.Abstractions;

namespace ActorKube.Tests.Hosting;

public sealed class ControlPlaneOptionsTests
{
    [Theory]
    [InlineData("", "10.96.0.1")]
    [InlineData("actorkube.api-server.services.range = 10.50.0.0/16", "10.50.0.1")]
    public void The_certificate_of_the_API_is_good_for_the_address_at_which_pods_find_it(string settings, string address)
    {
        var options = new ControlPlaneOptions
        {
            PkiDirectory = "", Journal = JournalChoice.InMemory, ApiPort = 0, AdvertisedAddress = IPAddress.Loopback, Settings = ConfigurationFactory.ParseString(settings), Loggers = NullLoggerFactory.Instance,
        };
        Assert.Equal([address], options.ServedAddresses().Select(a => a.ToString()).Where(a => a is "10.96.0.1" or "10.50.0.1"));
    }
}
