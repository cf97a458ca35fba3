using System.Collections.Immutable;
using System.Globalization;
using System.Net;
using System.Text.Json;

namespace ActorKube.NodeAgent.Network;

/// <summary>
/// The kernel's routes that carry our protocol number, through <c>ip -j</c>. Those of others are neither seen nor replaced: a route is added so that it fails where
/// somebody else has one to the same destination.
/// </summary>
/// <param name="run">Runs <c>ip</c>.</param>
/// <param name="protocol">The number that marks our routes.</param>
internal sealed class RouteTable(HostTool run, int protocol)
{
    private readonly string _protocol = protocol.ToString(CultureInfo.InvariantCulture);

    /// <summary>Our routes.</summary>
    /// <exception cref="IOException">The program fails.</exception>
    public async Task<ImmutableArray<PodRoute>> ListAsync(CancellationToken cancel)
    {
        var routes = ImmutableArray.CreateBuilder<PodRoute>();
        foreach (var family in (string[])["-4", "-6"])
            routes.AddRange(Parse(await run("ip", ["-j", family, "route", "show", "proto", _protocol], null, cancel)));
        return routes.ToImmutable();
    }

    /// <summary>Makes a route; fails where there is one to that destination.</summary>
    /// <exception cref="IOException">The kernel refuses.</exception>
    public Task AddAsync(PodRoute route, CancellationToken cancel) => ChangeAsync("add", route, cancel);

    /// <summary>Leads a route of ours to another address.</summary>
    /// <exception cref="IOException">The kernel refuses.</exception>
    public Task ReplaceAsync(PodRoute route, CancellationToken cancel) => ChangeAsync("replace", route, cancel);

    /// <summary>Removes a route of ours.</summary>
    /// <exception cref="IOException">The kernel refuses.</exception>
    public Task RemoveAsync(PodRoute route, CancellationToken cancel) => ChangeAsync("del", route, cancel);

    /// <summary>The routes in the output of <c>ip -j route show</c>.</summary>
    public static IEnumerable<PodRoute> Parse(string json)
    {
        // Older versions print nothing at all where there is nothing.
        if (string.IsNullOrWhiteSpace(json))
            yield break;
        using var document = JsonDocument.Parse(json);
        foreach (var route in document.RootElement.EnumerateArray())
            if (route.TryGetProperty("dst", out var destination) && route.TryGetProperty("gateway", out var gateway))
                yield return new PodRoute(Full(destination.GetString()!), gateway.GetString()!);
    }

    // A single address is printed without its length.
    private static string Full(string destination) => IPAddress.TryParse(destination, out var single) ? new IPNetwork(single, single.GetAddressBytes().Length * 8).ToString() : destination;

    private async Task ChangeAsync(string verb, PodRoute route, CancellationToken cancel) =>
        await run("ip", [route.Destination.Contains(':') ? "-6" : "-4", "route", verb, route.Destination, "via", route.Gateway, "proto", _protocol], null, cancel);
}
