using System.CommandLine;
using ActorKube.Backup;
using ActorKube.Data;
using ActorKube.Store.Hosting;

namespace ActorKube.CommandLine;

/// <summary><c>actorkube restore</c>: brings a backup back.</summary>
internal static class RestoreCommand
{
    public static Command Build()
    {
        var file = new Argument<string>("FILE") { Description = "What 'actorkube backup' has written." };
        var data = new Option<string>("--data") { Description = "Data directory to create; it must not exist or be empty.", DefaultValueFactory = _ => DataDirectory.Default };
        var journal = JournalOption.Make("Where the journal goes: sqlite (in the data directory), or postgresql:CONNECTION-STRING of an empty database. It need not be the kind that the backup was made of.");
        var raise = new Option<long>("--raise") { Description = "By how much resource versions continue above those of the backup; more than the cluster has written since.", DefaultValueFactory = _ => StoreBackup.DefaultRaise };
        raise.Between(1, 1L << 48);
        var command = new Command(
            "restore",
            """
            Bring a cluster back from a backup, into a new data directory. It is the same cluster: certificates, tokens and kubeconfigs go on working.
              actorkube restore /backups/monday.tar.gz --data DIR && actorkube up --data DIR
            Everything is checked first; a damaged backup changes nothing. Resource versions continue far above the old ones, so that no client takes a new
            state for one that it has seen: running watches are told to start over (410 Expired). Stop the old cluster before you start the restored one.
            """) { file, data, journal, raise };
        command.SetAction(parsed =>
        {
            var (target, where) = (parsed.GetValue(data)!, parsed.GetValue(journal)!);
            var resources = new ClusterBackup(TimeProvider.System, Console.WriteLine).Restore(
                parsed.GetValue(file)!, target, directory => JournalOption.Read(where, directory), !JournalOption.IsShared(where), parsed.GetValue(raise));
            Console.WriteLine($"""
                Restored {resources} resources into {Path.GetFullPath(target)}.

                Start it with:
                  {(JournalOption.IsShared(where) ? $"actorkube server --data {target} --journal postgresql:CONNECTION-STRING" : $"actorkube up --data {target}")}
                """);
            return 0;
        });
        return command;
    }
}
