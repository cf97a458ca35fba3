using System.CommandLine;
using ActorKube.Data;

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
        command.SetAction((_, _) => Task.FromResult(0));
        return command;
    }
}
