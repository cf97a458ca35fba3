using System.Net;
using ActorKube.ApiServer.Hosting;
using ActorKube.Store.Hosting;
using Akka.Configuration;
using Microsoft.Extensions.Logging;

namespace ActorKube.Hosting;

/// <summary>What a control plane is started with.</summary>
internal sealed record ControlPlaneOptions
{
    /// <summary>Directory of keys and certificates.</summary>
    public required string PkiDirectory { get; init; }

    /// <summary>Where the journal is.</summary>
    public required JournalChoice Journal { get; init; }

    /// <summary>Address that the ports are opened on.</summary>
    public IPAddress BindAddress { get; init; } = IPAddress.Any;

    /// <summary>Port of the API; 0 takes a free one.</summary>
    public required int ApiPort { get; init; }

    /// <summary>Address under which other processes and pods reach this one.</summary>
    public IPAddress AdvertisedAddress { get; init; } = LocalAddresses.Primary();

    /// <summary>Port of Akka remoting; 0 takes a free one.</summary>
    public int ClusterPort { get; init; }

    /// <summary>Akka addresses of members of the cluster, beside those found where servers that share the journal meet.</summary>
    public IReadOnlyList<string> SeedNodes { get; init; } = [];

    /// <summary>Where servers that share the journal meet, when this one may be alone there already; disposed of with the control plane. Null looks anew.</summary>
    public IMeetingPoint? Meeting { get; init; }

    /// <summary>Settings of all components.</summary>
    public required Config Settings { get; init; }

    /// <summary>Makes loggers.</summary>
    public required ILoggerFactory Loggers { get; init; }

    /// <summary>All addresses at which the API is spoken to, by which its certificate has to be good: the machine's, the announced one, and that of the API's own service.</summary>
    public IEnumerable<IPAddress> ServedAddresses() => LocalAddresses.All().Append(AdvertisedAddress).Append(ApiServerSettings.Options(Settings).ApiAddress).Distinct();
}
