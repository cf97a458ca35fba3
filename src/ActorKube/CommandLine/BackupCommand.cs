using System.CommandLine;
using ActorKube.Backup;
using ActorKube.Data;

namespace ActorKube.CommandLine;

/// <summary><c>actorkube backup</c>: copies a cluster, running or not, into one file.</summary>
internal static class BackupCommand
{
    public static Command Build()
    {
        var file = new Argument<string>("FILE") { Description = "The file to write, for example cluster.tar.gz. It must not exist." };
        var data = new Option<string>("--data") { Description = "Data directory of the cluster, or of one of its servers.", DefaultValueFactory = _ => DataDirectory.Default };
        var journal = JournalOption.Make("Where the cluster's journal is: sqlite (in the data directory), or the postgresql:CONNECTION-STRING that its servers were started with.");
        var command = new Command(
            "backup",
            """
            Copy a cluster into one file: its state as it is at one moment, and its keys. The cluster may be running and goes on writing.
              actorkube backup /backups/monday.tar.gz --data DIR
            'actorkube restore' brings it back. The file is readable by its owner only; keep it so, for it holds the cluster's keys.
            """) { file, data, journal };
        command.SetAction(parsed =>
        {
            var directory = parsed.GetValue(data)!;
            new ClusterBackup(TimeProvider.System, Console.WriteLine).Make(
                directory, JournalOption.Read(parsed.GetValue(journal)!, DataDirectory.JournalOf(directory)), parsed.GetValue(file)!);
            return 0;
        });
        return command;
    }
}
