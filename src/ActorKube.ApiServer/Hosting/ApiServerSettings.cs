using System.Net;
using ActorKube.ApiServer.Pipeline;
using ActorKube.Protocol.Hosting;
using Akka.Configuration;

namespace ActorKube.ApiServer.Hosting;

/// <summary>The settings in <c>actorkube.api-server</c>; every key is explained in <c>api-server.conf</c>.</summary>
public static class ApiServerSettings
{
    private const string Root = "actorkube.api-server";

    /// <summary>The shipped defaults.</summary>
    public static Config Reference { get; } = EmbeddedSettings.Read(typeof(ApiServerSettings).Assembly, "api-server.conf");

    /// <summary>Settings of the request pipeline.</summary>
    /// <param name="config">The configuration; what it does not say is taken from <see cref="Reference"/>.</param>
    /// <exception cref="ConfigurationException">A key is unknown, or a value is not allowed; the message names the key.</exception>
    public static ApiServerOptions Options(Config config)
    {
        var known = new SettingsReader(Root, config, Reference);
        var options = new ApiServerOptions
        {
            EventTtl = known.Time("event-ttl"),
            MinimumWatch = known.Time("minimum-watch"),
            PatchAttempts = known.Number("patch-attempts", 1),
            DeleteBatch = known.Number("delete-batch", 1),
            ChangesKept = known.Number("changes-kept", 0),
            ServiceRange = IPNetwork.TryParse(known.Text("services.range"), out var network) ? network : throw known.Bad("services.range", "a network such as 10.96.0.0/12"),
            FirstNodePort = known.Number("services.first-node-port", 1, 65535),
            LastNodePort = known.Number("services.last-node-port", 1, 65535),
            ServiceRepairInterval = known.Time("services.repair-interval"),
            UpkeepInterval = known.Time("upkeep.interval"),
            NotReadyTolerationSeconds = known.Number("tolerations.not-ready-seconds", 0),
            LimitedResources = known.Objects("quotas.limited-resources", none: true).Select(LimitedResourceReader.Read).ToArray(),
            UsageRetention = known.Time("usage-retention"),
            UnreachableTolerationSeconds = known.Number("tolerations.unreachable-seconds", 0),
        };
        return Checked(options, static o => o.Validate());
    }

    /// <summary>What the HTTP edge bounds.</summary>
    /// <param name="config">The configuration; what it does not say is taken from <see cref="Reference"/>.</param>
    /// <exception cref="ConfigurationException">A key is unknown, or a value is not allowed; the message names the key.</exception>
    public static GatewayLimits Limits(Config config)
    {
        var known = new SettingsReader(Root, config, Reference);
        return Checked(
            new GatewayLimits
            {
                MaxReads = known.Number("gateway.max-reads", 1),
                MaxWrites = known.Number("gateway.max-writes", 1),
                MaxWatchesPerUser = known.Number("gateway.max-watches-per-user", 1),
                MaxConnections = known.Number("gateway.max-connections", 1),
                RequestTimeout = known.Time("gateway.request-timeout"),
                StalledReader = known.Time("gateway.stalled-reader"),
                HeadTimeout = known.Time("gateway.head-timeout"),
            },
            static l => l.Validate());
    }

    private static T Checked<T>(T options, Action<T> validate)
    {
        try
        {
            validate(options);
        }
        catch (ArgumentException e)
        {
            throw new ConfigurationException(e.Message, e);
        }
        return options;
    }
}
