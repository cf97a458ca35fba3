using System.CommandLine;
using System.Net;
using ActorKube.ApiServer.Security.Join;
using ActorKube.Configuration;
using ActorKube.Data;
using ActorKube.Hosting;
using ActorKube.NodeAgent.Hosting;
using Akka.Configuration;
using Microsoft.Extensions.Logging;

namespace ActorKube.CommandLine;

/// <summary><c>actorkube agent</c>: one node.</summary>
internal static class AgentCommand
{
    public static Command Build()
    {
        var data = new Option<string>("--data") { Description = "Directory of the node's keys; each agent on a machine needs one of its own.", DefaultValueFactory = _ => DataDirectory.Default };
        var name = new Option<string>("--node-name") { Description = "Name of the node.", DefaultValueFactory = _ => Dns.GetHostName().ToLowerInvariant() };
        var ip = new Option<string?>("--node-ip") { Description = "IP address at which servers and pods reach the node; the machine's first one when absent." };
        var runtime = RuntimeOptions.Runtime();
        var endpoint = RuntimeOptions.Endpoint();
        var cloud = CloudProviderOption.OfNodes();
        var join = new JoinOptions();
        var settings = new SettingsOptions();
        var command = new Command("agent", "Run one node of a cluster. The first start joins it with --join and --token; later ones need neither.") { data, name, ip, runtime, endpoint, cloud };
        join.AddTo(command);
        settings.AddTo(command);
        command.SetAction((parsed, cancel) => RunAsync(
            new Plan(
                parsed.GetValue(data)!, parsed.GetValue(name)!, Address(parsed.GetValue(ip)), Enum.Parse<RuntimeKind>(parsed.GetValue(runtime)!, ignoreCase: true), join.Read(parsed)),
            RuntimeOptions.Settings(parsed.GetValue(endpoint)).WithFallback(CloudProviderOption.NodeSettings(parsed.GetValue(cloud)).WithFallback(settings.Load(parsed, "agent"))),
            cancel));
        return command;
    }

    private static async Task<int> RunAsync(Plan plan, Config settings, CancellationToken cancel)
    {
        var agent = AgentSettings.Read(settings, plan.NodeName, plan.NodeIp);
        AgentProcess.RequireWayIn(plan.Directory, plan.Join);
        using var data = DataDirectory.Open(plan.Directory);
        using var loggers = ProcessLogging.Create(LogSettings.From(settings));
        var credentials = await AgentProcess.CredentialsAsync(data, plan.NodeName, plan.NodeIp, plan.Join, cancel);
        var runtime = await RuntimeChoice.MakeAsync(plan.Runtime, agent, 1, cancel);
        Console.WriteLine($"Container runtime: {runtime.Reason}");
        var renewal = new AgentRenewal(credentials, TimeProvider.System, ProcessRandom.Fraction, loggers.CreateLogger<AgentRenewal>());
        var process = new AgentProcess(renewal, agent, plan.NodeIp, runtime, settings, loggers);
        await process.RunAsync(port => Console.WriteLine($"Node {plan.NodeName} {(agent.IsMember ? "is a member of" : "is attached to")} the cluster; its HTTPS port is {port}"), cancel);
        Console.WriteLine("Stopping; the pods go on.");
        return 0;
    }

    private static IPAddress Address(string? text) => text is null
        ? LocalAddresses.Primary()
        : IPAddress.TryParse(text, out var address) ? address : throw new UserError($"--node-ip has to be an IP address, not '{text}'.");

    private sealed record Plan(string Directory, string NodeName, IPAddress NodeIp, RuntimeKind Runtime, JoinPlan? Join);
}
