using System.Net;
using ActorKube.ApiServer.Pipeline;
using Akka.Configuration;

namespace ActorKube.ApiServer.Hosting;

/// <summary>The settings in <c>actorkube.api-server</c>; every key is explained in <c>api-server.conf</c>.</summary>
public static class ApiServerSettings
{
    private const string Root = "actorkube.api-server";

    /// <summary>The shipped defaults.</summary>
    public static Config Reference { get; } = ReadReference();

    /// <summary>Settings of the request pipeline.</summary>
    /// <param name="config">The configuration; what it does not say is taken from <see cref="Reference"/>.</param>
    /// <exception cref="ConfigurationException">A value is not allowed; the message names the key.</exception>
    public static ApiServerOptions Options(Config config)
    {
        var settings = config.WithFallback(Reference).GetConfig(Root);
        var services = settings.GetConfig("services");
        var tolerations = settings.GetConfig("tolerations");
        var range = services.GetString("range");
        var options = new ApiServerOptions
        {
            EventTtl = settings.GetTimeSpan("event-ttl", allowInfinite: false),
            MinimumWatch = settings.GetTimeSpan("minimum-watch", allowInfinite: false),
            PatchAttempts = settings.GetInt("patch-attempts"),
            DeleteBatch = settings.GetInt("delete-batch"),
            ServiceRange = IPNetwork.TryParse(range, out var network) ? network : throw new ConfigurationException($"{Root}.services.range: \"{range}\" is not a network such as 10.96.0.0/12."),
            FirstNodePort = services.GetInt("first-node-port"),
            LastNodePort = services.GetInt("last-node-port"),
            NotReadyTolerationSeconds = tolerations.GetLong("not-ready-seconds"),
            UnreachableTolerationSeconds = tolerations.GetLong("unreachable-seconds"),
        };
        return Checked(options, static o => o.Validate());
    }

    /// <summary>What the HTTP edge bounds.</summary>
    /// <param name="config">The configuration; what it does not say is taken from <see cref="Reference"/>.</param>
    /// <exception cref="ConfigurationException">A value is not allowed; the message names the key.</exception>
    public static GatewayLimits Limits(Config config)
    {
        var gateway = config.WithFallback(Reference).GetConfig($"{Root}.gateway");
        return Checked(
            new GatewayLimits
            {
                MaxReads = gateway.GetInt("max-reads"),
                MaxWrites = gateway.GetInt("max-writes"),
                MaxWatchesPerUser = gateway.GetInt("max-watches-per-user"),
                MaxConnections = gateway.GetInt("max-connections"),
                RequestTimeout = gateway.GetTimeSpan("request-timeout", allowInfinite: false),
                StalledReader = gateway.GetTimeSpan("stalled-reader", allowInfinite: false),
                HeadTimeout = gateway.GetTimeSpan("head-timeout", allowInfinite: false),
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

    private static Config ReadReference()
    {
        using var stream = typeof(ApiServerSettings).Assembly.GetManifestResourceStream("api-server.conf")!;
        using var reader = new StreamReader(stream);
        return ConfigurationFactory.ParseString(reader.ReadToEnd());
    }
}
