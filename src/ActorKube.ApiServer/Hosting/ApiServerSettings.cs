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
        try
        {
            options.Validate();
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
