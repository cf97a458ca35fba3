using System.CommandLine;
using System.Diagnostics;
using System.Net;
using ActorKube.ApiServer.Security.Pki;
using ActorKube.Data;
using ActorKube.Hosting;
using Microsoft.Extensions.Logging;

namespace ActorKube.CommandLine;

/// <summary><c>actorkube up</c>: a whole cluster in this process.</summary>
internal static class UpCommand
{
    public static Command Build()
    {
        var nodes = new Option<int>("--nodes") { Description = "Number of nodes.", DefaultValueFactory = _ => 1 };
        var runtime = new Option<string>("--runtime") { Description = "What runs the containers: containerd, simulated, or auto: containerd when it can be used.", DefaultValueFactory = _ => "auto" };
        runtime.AcceptOnlyFromAmong("auto", "containerd", "simulated");
        var data = new Option<string>("--data") { Description = "Directory that keeps the cluster between runs.", DefaultValueFactory = _ => DataDirectory.Default };
        var port = new Option<int>("--port") { Description = "Port of the Kubernetes API (HTTPS); 0 takes a free one.", DefaultValueFactory = _ => 6443 };
        var command = new Command("up", "Start a cluster in this process: control plane and nodes. Ctrl-C stops it; the next start continues where it was.") { nodes, runtime, data, port };
        nodes.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<int>() is < 0 or > 5000)
                result.AddError("--nodes has to be between 0 and 5000.");
        });
        port.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<int>() is < 0 or > 65535)
                result.AddError("--port has to be between 0 and 65535.");
        });
        command.SetAction((parsed, cancel) => RunAsync(parsed.GetValue(data)!, parsed.GetValue(port), parsed.GetValue(nodes), parsed.GetValue(runtime)!, cancel));
        return command;
    }

    private static async Task<int> RunAsync(string directory, int port, int nodes, string runtime, CancellationToken cancel)
    {
        var watch = Stopwatch.StartNew();
        using var data = DataDirectory.Open(directory);
        using var loggers = LoggerFactory.Create(logging => logging.SetMinimumLevel(LogLevel.Warning).AddSimpleConsole(console => console.SingleLine = true));
        Console.WriteLine($"Data directory {data.Path}");
        await using var plane = await ControlPlane.StartAsync(data, IPAddress.Any, port, loggers, cancel);
        var kubeconfig = new Kubeconfig($"https://127.0.0.1:{plane.Port}", plane.Pki.Authority.CertificatePem) { Client = plane.Pki.Administrator() };
        await File.WriteAllTextAsync(data.Kubeconfig, kubeconfig.ToYaml(), cancel);
        File.SetUnixFileMode(data.Kubeconfig, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        Console.WriteLine($"Kubernetes API at https://127.0.0.1:{plane.Port}, ready after {watch.Elapsed.TotalSeconds:0.00} s");
        Console.WriteLine($"kubeconfig: {data.Kubeconfig}");
        _ = (nodes, runtime);
        try
        {
            await Task.Delay(Timeout.Infinite, cancel);
        }
        catch (OperationCanceledException)
        {
            Console.WriteLine("Stopping.");
        }
        return 0;
    }
}
