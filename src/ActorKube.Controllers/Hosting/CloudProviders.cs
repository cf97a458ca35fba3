using ActorKube.Controllers.Cloud;
using ActorKube.Controllers.Cloud.Providers;
using ActorKube.Controllers.Cloud.Providers.Addresses;
using ActorKube.Controllers.Cloud.Providers.Simulated;

namespace ActorKube.Controllers.Hosting;

/// <summary>All cloud providers there are. Their names stand in configurations and are never renamed or used for something else.</summary>
public static class CloudProviders
{
    /// <summary>There is no cloud: its controllers do not run.</summary>
    public const string None = "none";

    /// <summary>Machines without a cloud.</summary>
    public const string BareMetal = "bare-metal";

    /// <summary>A cloud that is not there.</summary>
    public const string Simulated = "simulated";

    private static readonly Dictionary<string, Func<CloudOptions, ControllerServices, ILoadBalancers, ICloudProvider>> All = new()
    {
        [BareMetal] = static (_, _, balancers) => new BareMetalCloud(balancers),
        [Simulated] = static (options, services, balancers) => new SimulatedCloud(options.Simulated, balancers, services.Time, services.Random),
    };

    /// <summary>What may be chosen.</summary>
    public static IReadOnlyList<string> Names { get; } = [None, .. All.Keys];

    /// <summary>The provider that is chosen; null for none.</summary>
    internal static ICloudProvider? Make(CloudOptions options, ControllerServices services) => options.Provider == None
        ? null
        : All[options.Provider](options, services, new PooledBalancers(AddressPools.Parse(options.BalancerPools), services.ClientFor(CloudControllers.BalancerRole.User)));
}
