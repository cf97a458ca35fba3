using System.CommandLine;
using System.Net;
using ActorKube.ApiServer.Security.Join;
using ActorKube.ApiServer.Security.Pki;
using ActorKube.Configuration;
using ActorKube.Data;
using ActorKube.Hosting;
using Akka.Configuration;

namespace ActorKube.CommandLine;

/// <summary><c>actorkube server</c>: one control-plane process. The first makes the cluster's keys; further ones join it and receive them.</summary>
internal static class ServerCommand
{
    public static Command Build()
    {
        var data = new Option<string>("--data") { Description = "Directory of keys, and of the journal unless it is elsewhere.", DefaultValueFactory = _ => DataDirectory.Default };
        var port = new Option<int>("--port") { Description = "Port of the Kubernetes API (HTTPS); 0 takes a free one.", DefaultValueFactory = _ => Defaults.ApiPort };
        var address = new Option<string?>("--address") { Description = "IP address under which other processes reach this one; the machine's first one when absent." };
        var clusterPort = new Option<int>("--cluster-port") { Description = "Port for other processes of the cluster; 0 takes a free one.", DefaultValueFactory = _ => Defaults.ClusterPort };
        var journal = JournalOption.Make("Where the journal is: sqlite (in the data directory), or postgresql:CONNECTION-STRING. Several servers need the same PostgreSQL.");
        var join = new JoinOptions();
        var settings = new SettingsOptions();
        var command = new Command("server", "Run one control-plane process. Without --join it is the first of a cluster.") { data, port, address, clusterPort, journal };
        join.AddTo(command);
        settings.AddTo(command);
        port.Between(0, ushort.MaxValue);
        clusterPort.Between(0, ushort.MaxValue);
        command.SetAction((parsed, cancel) => RunAsync(
            new Plan(
                parsed.GetValue(data)!, parsed.GetValue(port), Address(parsed.GetValue(address)), parsed.GetValue(clusterPort), parsed.GetValue(journal)!, join.Read(parsed)),
            settings.Load(parsed, "server"),
            cancel));
        return command;
    }

    private static async Task<int> RunAsync(Plan plan, Config settings, CancellationToken cancel)
    {
        if (plan.Join is not null && !JournalOption.IsShared(plan.Journal))
            throw new UserError("Several servers need a journal that all of them can reach: start every server with the same --journal postgresql:CONNECTION-STRING.");
        plan.Join?.RequireToken();
        var journal = JournalOption.Read(plan.Journal, DataDirectory.JournalOf(plan.Directory));
        using var data = DataDirectory.Open(plan.Directory);
        using var loggers = ProcessLogging.Create();
        var seeds = plan.Join is { } join ? await JoinAsync(data, join, cancel) : [];
        await using var plane = await ControlPlane.StartAsync(
            new ControlPlaneOptions
            {
                PkiDirectory = data.Pki,
                Journal = journal,
                ApiPort = plan.Port,
                AdvertisedAddress = plan.Address,
                ClusterPort = plan.ClusterPort,
                SeedNodes = seeds,
                Settings = settings,
                Loggers = loggers,
            },
            cancel);
        var server = $"https://{plan.Address}:{plane.ApiPort}";
        KubeconfigFile.Write(data.Kubeconfig, new Kubeconfig(server, plane.Pki.Authority.CertificatePem) { Client = plane.Pki.Administrator() });
        Console.WriteLine($"""
            Kubernetes API: {server}
            Cluster address: {plane.Cluster.Address}
            Administrator's kubeconfig: {data.Kubeconfig}

            To let nodes join:
              actorkube token create --kubeconfig {data.Kubeconfig}
              actorkube agent --join {plan.Address}:{plane.ApiPort} --token TOKEN
            """);
        await ProcessEnd.WaitAsync(cancel);
        Console.WriteLine("Stopping.");
        return 0;
    }

    private static async Task<IReadOnlyList<string>> JoinAsync(DataDirectory data, JoinPlan join, CancellationToken cancel)
    {
        Console.WriteLine($"Joining the cluster at {join.Server}");
        var grant = await new JoinClient(join.Server, TimeProvider.System).JoinAsync(join.RequireToken(), new JoinRequest(JoinRole.Server, Dns.GetHostName().ToLowerInvariant()), cancel);
        if (grant.Keys is null)
            throw new UserError("The server granted no keys; make a token for servers with: actorkube token create --role server");
        if (!Directory.Exists(data.Pki))
            ClusterPki.Receive(data.Pki, grant.Keys);
        return grant.SeedNodes;
    }

    private static IPAddress Address(string? text) => text is null
        ? LocalAddresses.Primary()
        : IPAddress.TryParse(text, out var address) ? address : throw new UserError($"--address has to be an IP address, not '{text}'.");

    private sealed record Plan(string Directory, int Port, IPAddress Address, int ClusterPort, string Journal, JoinPlan? Join);
}
