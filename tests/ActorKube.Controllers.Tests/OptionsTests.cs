using ActorKube.Controllers.Hosting;
using ActorKube.Controllers.Tests.Harness;
using Akka.Configuration;

namespace ActorKube.Controllers.Tests;

public class OptionsTests
{
    private static readonly ControllerServices Services = new()
    {
        ClientFor = _ => new Testing.Fakes.MemoryCluster(TimeProvider.System),
        Catalog = new Testing.Fakes.FixedCatalog(),
        RootCa = "PEM",
        Keys = Signing.Keys,
        Time = TimeProvider.System,
        Random = () => 0,
    };

    private static ControllersOptions Read(string hocon) => ControllersOptions.From(ConfigurationFactory.ParseString(hocon));

    [Fact]
    public void The_shipped_defaults_are_valid_and_upstreams()
    {
        var options = ControllersOptions.From(Config.Empty);
        Assert.Equal(500, options.ReplicaSetBurst);
        Assert.Equal(12500, options.PodGarbage.TerminatedPodThreshold);
        Assert.Equal(TimeSpan.FromSeconds(50), options.NodeLifecycle.GracePeriod);
        Assert.Equal(0.1, options.NodeLifecycle.EvictionRate);
        Assert.Equal(TimeSpan.FromMilliseconds(5), options.Shell.Backoff.First);
        Assert.Equal(ControllerRegistry.Names, ControllerRegistry.Enabled(options).Select(c => c.Name));
        Assert.Equal(CloudProviders.None, options.Cloud.Provider);
    }

    [Theory]
    [InlineData("actorkube.controllers.shell.worker = 3", "shell.worker is not a setting")]
    [InlineData("actorkube.controllers.shell.workers = 0", "shell.workers has to be a whole number from 1")]
    [InlineData("actorkube.controllers.shell.workers = many", "shell.workers has to be a whole number")]
    [InlineData("actorkube.controllers.keep-alive-interval = soon", "keep-alive-interval has to be a time")]
    [InlineData("actorkube.controllers.cloud.provider = aws", "cloud.provider has to be none or bare-metal or simulated; it is 'aws'")]
    [InlineData("actorkube.controllers.cloud.simulated.zones = []", "cloud.simulated.zones has to be a list that is not empty")]
    [InlineData("actorkube.controllers.node-lifecycle.unhealthy-zone-threshold = 2", "unhealthy-zone-threshold has to be a number from 0 to 1")]
    public void A_bad_setting_is_refused_by_name(string hocon, string message) =>
        Assert.Contains(message, Assert.Throws<ConfigurationException>(() => Read(hocon)).Message, StringComparison.Ordinal);

    [Fact]
    public void Controllers_are_chosen_by_name_and_unknown_names_refused()
    {
        var options = Read("actorkube.controllers.enabled = [\"*\", \"-node-ipam-controller\"]");
        Assert.DoesNotContain(ControllerRegistry.Enabled(options), c => c.Name == "node-ipam-controller");
        Assert.Equal(["namespace-controller"], ControllerRegistry.Enabled(Read("actorkube.controllers.enabled = [\"namespace-controller\"]")).Select(c => c.Name));
        Assert.Throws<ConfigurationException>(() => ControllerRegistry.Enabled(Read("actorkube.controllers.enabled = [\"typo-controller\"]")));
    }

    [Theory]
    [InlineData("none", "")]
    [InlineData("bare-metal", "cloud-node-controller cloud-node-lifecycle-controller service-lb-controller")]
    [InlineData("simulated", "cloud-node-controller cloud-node-lifecycle-controller service-lb-controller node-route-controller")]
    [InlineData("simulated, routes.enabled = off", "cloud-node-controller cloud-node-lifecycle-controller service-lb-controller")]
    public void Of_the_cloud_controllers_those_run_for_which_the_provider_has_something(string provider, string expected)
    {
        var options = Read($"actorkube.controllers.cloud {{ provider = {provider} }}");
        var enabled = CloudControllers.Running(options, CloudProviders.Make(options.Cloud, Services)).Select(c => c.Name);
        Assert.Equal(expected, string.Join(' ', enabled.Except(ControllerRegistry.Enabled(options).Where(c => c.Cloud is null).Select(c => c.Name))));
    }

    [Fact]
    public void Every_controller_goes_by_its_registered_name()
    {
        var options = ControllersOptions.From(Config.Empty);
        Assert.All(ControllerRegistry.Enabled(options), c => Assert.Equal(c.Name, c.Create(Services, options).Name));
        Assert.All(ControllerRegistry.Roles, r => Assert.StartsWith("system:controller:", r.Name, StringComparison.Ordinal));
    }
}
