using System.CommandLine;
using ActorKube.Data;

namespace ActorKube.CommandLine;

/// <summary><c>actorkube kubeconfig</c>: prints the administrator's kubeconfig.</summary>
internal static class KubeconfigCommand
{
    public static Command Build()
    {
        var data = new Option<string>("--data") { Description = "Data directory of the cluster.", DefaultValueFactory = _ => DataDirectory.Default };
        var command = new Command("kubeconfig", "Print the administrator's kubeconfig of a cluster on this machine.") { data };
        command.SetAction(async (parsed, cancel) =>
        {
            var file = Path.Combine(DataDirectory.Reach(parsed.GetValue(data)!), "kubeconfig");
            if (!File.Exists(file))
                throw new UserError($"There is no {file}; start the cluster once with 'actorkube up' or 'actorkube server'.");
            Console.Write(await File.ReadAllTextAsync(file, cancel));
        });
        return command;
    }
}
