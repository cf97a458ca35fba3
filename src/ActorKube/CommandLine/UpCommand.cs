using System.CommandLine;
using System.Diagnostics;
using ActorKube.Configuration;
using ActorKube.Controllers.Hosting;
using ActorKube.Data;
using ActorKube.Hosting;
using ActorKube.NodeAgent.Hosting;
using ActorKube.Store.Hosting;
using Akka.Configuration;

namespace ActorKube.CommandLine;

/// <summary><c>actorkube up</c>: a whole cluster in this process.</summary>
internal static class UpCommand
{
    private const int MaxNodes = 5000;

    public static Command Build()
    {
        var nodes = new Option<int>("--nodes") { Description = "Number of nodes, named node-1, node-2 and so on.", DefaultValueFactory = _ => 1 };
        var runtime = RuntimeOptions.Runtime();
        var endpoint = RuntimeOptions.Endpoint();
        var cloud = CloudProviderOption.OfServers(CloudProviders.BareMetal);
        var data = new Option<string>("--data") { Description = "Directory that keeps the cluster between runs.", DefaultValueFactory = _ => DataDirectory.Default };
        var port = new Option<int>("--port") { Description = "Port of the Kubernetes API (HTTPS); 0 takes a free one.", DefaultValueFactory = _ => Defaults.ApiPort };
        nodes.Between(0, MaxNodes);
        port.Between(0, ushort.MaxValue);
        var settings = new SettingsOptions();
        var command = new Command(
            "up",
            """
            Start a whole cluster in this process: control plane and nodes. Ctrl-C stops it; the next start with the same --data continues where it was.
              actorkube up
              actorkube up --runtime simulated --nodes 100
              actorkube up --runtime simulated --nodes 3 --cloud-provider simulated
            It has a storage class, whose volumes are directories of the nodes, and addresses for services of type LoadBalancer.
            """) { nodes, runtime, endpoint, cloud, data, port };
        settings.AddTo(command);
        command.SetAction((parsed, cancel) => RunAsync(
            new Plan(parsed.GetValue(data)!, parsed.GetValue(port), parsed.GetValue(nodes), Enum.Parse<RuntimeKind>(parsed.GetValue(runtime)!, ignoreCase: true)),
            RuntimeOptions.Settings(parsed.GetValue(endpoint)).WithFallback(CloudProviderOption.ServerSettings(parsed.GetValue(cloud)).WithFallback(settings.Load(parsed, "up", ManyNodes.Settings(parsed.GetValue(nodes))))),
            cancel));
        return command;
    }

    private static async Task<int> RunAsync(Plan plan, Config settings, CancellationToken cancel)
    {
        var watch = Stopwatch.StartNew();
        var runtime = await ChooseAsync(plan, AgentSettings.Read(settings, "node-1", LocalAddresses.Primary()), cancel);
        using var data = DataDirectory.Open(plan.Directory);
        using var loggers = ProcessLogging.Create(LogSettings.From(settings));
        Console.WriteLine($"Data directory: {data.Path}");
        await using var plane = await ControlPlane.StartAsync(
            new ControlPlaneOptions { PkiDirectory = data.Pki, Journal = JournalChoice.Sqlite(data.Journal), ApiPort = plan.Port, Settings = settings, Loggers = loggers }, cancel);
        var server = $"https://127.0.0.1:{plane.ApiPort}";
        Console.WriteLine($"Kubernetes API: {server}, ready after {watch.Elapsed.TotalSeconds:0.0} s");
        Console.WriteLine($"Container runtime: {runtime.Reason}");
        await using var nodes = await LocalNodes.StartAsync(plane, plan.Nodes, runtime, settings, loggers, cancel);
        plane.KeepKubeconfig(data.Kubeconfig, server);
        Console.WriteLine($"""
            Nodes: {plan.Nodes}
            Administrator's kubeconfig: {data.Kubeconfig}

            Try:
              export KUBECONFIG={data.Kubeconfig}
              kubectl get nodes
              kubectl create deployment web --image=nginx --replicas=3
              kubectl get pods --watch

            Ctrl-C stops the cluster; its state is kept.
            """);
        await ProcessEnd.WaitAsync(cancel);
        Console.WriteLine("Stopping.");
        return 0;
    }

    private static async Task<RuntimeChoice> ChooseAsync(Plan plan, NodeAgentSettings agent, CancellationToken cancel)
    {
        try
        {
            return await RuntimeChoice.MakeAsync(plan.Runtime, agent, plan.Nodes, cancel);
        }
        catch (InvalidOperationException tooMany)
        {
            throw new UserError(tooMany.Message);
        }
    }

    private sealed record Plan(string Directory, int Port, int Nodes, RuntimeKind Runtime);
}
