using System.CommandLine;
using System.Net;
using System.Net.Sockets;
using ActorKube.ApiServer.Security.Pki;
using ActorKube.Configuration;
using ActorKube.Controllers.Hosting;
using ActorKube.Data;
using ActorKube.Hosting;
using Akka.Configuration;

namespace ActorKube.CommandLine;

/// <summary><c>actorkube server</c>: one control-plane process. The first makes the cluster's keys; further ones join it and receive them.</summary>
internal static class ServerCommand
{
    public static Command Build()
    {
        var data = new Option<string>("--data") { Description = "Directory of this server's keys, its kubeconfig and, with --journal sqlite, the cluster's state.", DefaultValueFactory = _ => DataDirectory.Default };
        var port = new Option<int>("--port") { Description = "Port of the Kubernetes API (HTTPS); 0 takes a free one.", DefaultValueFactory = _ => Defaults.ApiPort };
        var address = new Option<string?>("--address") { Description = "IP address at which nodes and other servers reach this one; the machine's first one when absent." };
        var bind = new Option<string?>("--bind-address") { Description = "IP address that ports are opened on; all of the machine's when absent." };
        var clusterPort = new Option<int>("--cluster-port") { Description = "Port on which nodes and other servers reach this one; 0 takes a free one.", DefaultValueFactory = _ => Defaults.ClusterPort };
        var journal = JournalOption.Make("Where the journal, the cluster's state, is kept: sqlite (in the data directory), or postgresql:CONNECTION-STRING. Several servers need the same PostgreSQL.");
        var cloud = CloudProviderOption.OfServers(CloudProviders.None);
        var join = new JoinOptions();
        var settings = new SettingsOptions();
        var command = new Command(
            "server",
            """
            Run a server: one process of the control plane. The very first one makes the cluster; another one joins it with --join and --token at its first start. Later starts need neither.
              actorkube server --address 10.0.0.1 --journal "postgresql:Host=10.0.0.9;Username=actorkube;Password=secret;Database=actorkube"
              actorkube server --address 10.0.0.1 --cloud-provider bare-metal --set 'actorkube.controllers.cloud.load-balancer-pools=["lan=10.0.0.200-10.0.0.250"]'
            """) { data, port, address, bind, clusterPort, journal, cloud };
        join.AddTo(command);
        settings.AddTo(command);
        port.Between(0, ushort.MaxValue);
        clusterPort.Between(0, ushort.MaxValue);
        command.SetAction((parsed, cancel) => RunAsync(
            new Plan(
                parsed.GetValue(data)!, parsed.GetValue(port), Announced(Address("--address", parsed.GetValue(address)) ?? LocalAddresses.Primary()), Address("--bind-address", parsed.GetValue(bind)) ?? IPAddress.Any,
                parsed.GetValue(clusterPort), parsed.GetValue(journal)!, join.Read(parsed)),
            CloudProviderOption.ServerSettings(parsed.GetValue(cloud)).WithFallback(settings.Load(parsed, "server")),
            cancel));
        return command;
    }

    private static async Task<int> RunAsync(Plan plan, Config settings, CancellationToken cancel)
    {
        if (plan.Join is not null && !JournalOption.IsShared(plan.Journal))
            throw new UserError("Several servers need a journal that all of them can reach: start every server with the same --journal postgresql:CONNECTION-STRING.");
        if (!ClusterPki.HasKeys(Path.Combine(plan.Directory, DataDirectory.PkiName)))
            plan.Join?.RequireToken();
        var journal = JournalOption.Read(plan.Journal, DataDirectory.JournalOf(plan.Directory));
        using var data = DataDirectory.Open(plan.Directory);
        using var loggers = ProcessLogging.Create(LogSettings.From(settings));
        // Before a token is used up.
        FreePorts.Require(plan.BindAddress, plan.Port, plan.ClusterPort);
        var first = ClusterPki.HasKeys(data.Pki) ? null : await FirstStart.BeginAsync(data.Pki, journal.Meeting(), plan.Join, cancel);
        await using var meeting = first?.Meeting;
        var process = new ServerProcess(new ControlPlaneOptions
        {
            PkiDirectory = data.Pki,
            Journal = journal,
            ApiPort = plan.Port,
            AdvertisedAddress = plan.Address,
            BindAddress = plan.BindAddress,
            ClusterPort = plan.ClusterPort,
            SeedNodes = first?.Seeds ?? [],
            Meeting = meeting,
            Settings = settings,
            Loggers = loggers,
        });
        await process.RunAsync(plane => Announce(plane, plan, data), cancel);
        Console.WriteLine("Stopping.");
        return 0;
    }

    private static void Announce(ControlPlane plane, Plan plan, DataDirectory data)
    {
        var server = $"https://{plan.Address}:{plane.ApiPort}";
        plane.KeepKubeconfig(data.Kubeconfig, server);
        Console.WriteLine($"""
            Kubernetes API: {server}
            Cluster address: {plane.Cluster.Address}
            Administrator's kubeconfig: {data.Kubeconfig}

            To let nodes join:
              actorkube token create --kubeconfig {data.Kubeconfig}
              actorkube agent --join {plan.Address}:{plane.ApiPort} --token TOKEN
            """);
    }

    private static IPAddress? Address(string option, string? text) => text is null
        ? null
        : IPAddress.TryParse(text, out var address) ? address : throw new UserError($"{option} has to be an IP address, not '{text}'.");

    // It is published behind the API's own service, and services have addresses of IPv4.
    private static IPAddress Announced(IPAddress address) =>
        address.AddressFamily == AddressFamily.InterNetwork ? address : throw new UserError($"--address has to be of IPv4, as the addresses of the cluster's services are, not '{address}'.");

    private sealed record Plan(string Directory, int Port, IPAddress Address, IPAddress BindAddress, int ClusterPort, string Journal, JoinPlan? Join);
}
