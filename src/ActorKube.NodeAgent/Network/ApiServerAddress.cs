using System.Globalization;
using System.Net;
using ActorKube.Api.Objects;
using ActorKube.Machinery.Client;
using ActorKube.Machinery.Objects;
using ActorKube.Machinery.Queues;
using ActorKube.Machinery.Running;
using ActorKube.NodeAgent.Hosting;
using ActorKube.NodeAgent.Setup;
using Microsoft.Extensions.Logging;

namespace ActorKube.NodeAgent.Network;

/// <summary>
/// Lets pods and the machine reach the API server at the address of its service, which containers are told as <c>KUBERNETES_SERVICE_HOST</c>: connections to it go to one of the servers, each as
/// often as the others. A proxy for all services that runs here as well does the same for this one. What leads there stays when the agent stops, as its pods do.
/// </summary>
/// <param name="client">Reads the service and its endpoints.</param>
/// <param name="settings">How often it looks.</param>
/// <param name="run">Runs <c>iptables</c>.</param>
/// <param name="time">The clock.</param>
/// <param name="log">Told why the address cannot be carried.</param>
internal sealed class ApiServerAddress(IResourceClient client, NodeAgentSettings settings, HostTool run, TimeProvider time, ILogger log)
{
    /// <summary>Name of the chain.</summary>
    public const string Chain = "ACTORKUBE-API";

    private static readonly string[] Beginnings = ["PREROUTING", "OUTPUT"];

    private static readonly TimeSpan FirstRetry = TimeSpan.FromSeconds(1);

    private readonly NatChain _chain = new(run, Chain);
    private string _told = "";

    /// <summary>Runs until cancelled.</summary>
    public Task RunAsync(CancellationToken cancel) =>
        new RepeatedWork(new BackoffPolicy(FirstRetry, settings.ApiServerAddressInterval), time, Tell).RunAsync(ApplyAsync, stop => Task.Delay(settings.ApiServerAddressInterval, time, stop), cancel);

    private async Task ApplyAsync(CancellationToken cancel)
    {
        var service = await client.FindAsync(ObjectAddress.Of(WellKnownResources.Services, ServiceEnvironment.ApiServer), cancel);
        var endpoints = await client.FindAsync(ObjectAddress.Of(WellKnownResources.Endpoints, ServiceEnvironment.ApiServer), cancel);
        if (service is null || endpoints is null || !IPAddress.TryParse(service.Field("spec.clusterIP"), out var address))
            return;
        var program = NatChain.ProgramOf(address.ToString());
        await _chain.WriteAsync(program, Rules(address, service, endpoints), cancel);
        foreach (var beginning in Beginnings)
            await _chain.LeadToAsync(program, [beginning, "-d", address.ToString(), "-m", "comment", "--comment", "the API server"], cancel);
    }

    /// <summary>The rules for each port of the service: of several servers the first takes its share of all connections, the next its share of the rest, the last what is left.</summary>
    internal static IEnumerable<string> Rules(IPAddress address, StoredObject service, StoredObject endpoints)
    {
        foreach (var port in service.Tree().Items("spec", "ports"))
        {
            var servers = Servers(endpoints, port.Text("name")).Where(s => s.AddressFamily == address.AddressFamily).ToArray();
            for (var i = 0; i < servers.Length; i++)
            {
                var share = (1.0 / (servers.Length - i)).ToString("0.#####", CultureInfo.InvariantCulture);
                var chance = i == servers.Length - 1 ? "" : $"-m statistic --mode random --probability {share} ";
                yield return $"-d {address} -p tcp -m tcp --dport {port.Int("port")} {chance}-j DNAT --to-destination {servers[i]}";
            }
        }
    }

    private static IEnumerable<IPEndPoint> Servers(StoredObject endpoints, string port)
    {
        foreach (var subset in endpoints.Tree().Items("subsets"))
            foreach (var served in subset.Items("ports"))
                if (served.Text("name") == port && served.Int("port") is { } number)
                    foreach (var server in subset.Items("addresses"))
                        if (IPAddress.TryParse(server.Text("ip"), out var ip))
                            yield return new IPEndPoint(ip, (int)number);
    }

    // The same trouble comes back at every try; it is news once. Without the control plane the rules stay, and pods go on reaching the servers that there were.
    private void Tell(Exception failure, TimeSpan pause)
    {
        if (failure.Message == _told)
            return;
        _told = failure.Message;
        Log.ApiServerAddressMissing(log, settings.NodeName, failure.Message);
    }
}
