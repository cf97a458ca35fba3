using System.Text;

namespace ActorKube.NodeAgent.Network;

/// <summary>
/// Hides the addresses of the node's pods from whoever cannot answer them, that is from everybody but pods: the same as the bridge plugin does, except that pods on other
/// nodes see who calls. One chain of ours per IP family holds the rules and is written as a whole; one rule in <c>POSTROUTING</c> leads to it.
/// </summary>
/// <param name="run">Runs <c>iptables</c>.</param>
internal sealed class Masquerade(HostTool run)
{
    /// <summary>Name of the chain.</summary>
    public const string Chain = "ACTORKUBE-MASQ";

    private readonly HashSet<string> _programs = [];

    /// <summary>Makes the rules.</summary>
    /// <param name="own">Ranges of the node's pods.</param>
    /// <param name="pods">Ranges of all pods that are reached without.</param>
    /// <param name="cancel">Gives up.</param>
    /// <exception cref="IOException">The program fails.</exception>
    public async Task ApplyAsync(IReadOnlyList<string> own, IEnumerable<string> pods, CancellationToken cancel)
    {
        var all = own.Concat(pods).Distinct().Order(StringComparer.Ordinal).ToArray();
        foreach (var range in own)
        {
            var program = Program(range);
            await WriteAsync(program, Rules(all.Where(other => Program(other) == program), program), cancel);
            _programs.Add(program);
            await LeadToAsync(program, range, cancel);
        }
    }

    /// <summary>Takes the rules back that this object has made. The chain stays, empty: pods that are still there may be led to it.</summary>
    /// <param name="cancel">Gives up.</param>
    /// <exception cref="IOException">The program fails; to be tried again.</exception>
    public async Task EndAsync(CancellationToken cancel)
    {
        foreach (var program in _programs.ToArray())
        {
            await WriteAsync(program, $"*nat\n:{Chain} - [0:0]\nCOMMIT\n", cancel);
            _programs.Remove(program);
        }
    }

    /// <summary>The chain, in the format of <c>iptables-restore</c>; naming the chain empties it.</summary>
    internal static string Rules(IEnumerable<string> pods, string program)
    {
        var text = new StringBuilder().Append("*nat\n:").Append(Chain).Append(" - [0:0]\n");
        foreach (var range in pods.Append(program == "iptables" ? "224.0.0.0/4" : "ff00::/8"))
            text.Append("-A ").Append(Chain).Append(" -d ").Append(range).Append(" -j RETURN\n");
        return text.Append("-A ").Append(Chain).Append(" -j MASQUERADE\nCOMMIT\n").ToString();
    }

    private Task<string> WriteAsync(string program, string rules, CancellationToken cancel) => run($"{program}-restore", ["--noflush", "--wait", "5"], rules, cancel);

    private async Task LeadToAsync(string program, string range, CancellationToken cancel)
    {
        string[] rule = ["POSTROUTING", "-s", range, "-m", "comment", "--comment", "pods to the outside", "-j", Chain];
        try
        {
            await run(program, ["--wait", "5", "-t", "nat", "-C", .. rule], null, cancel);
        }
        catch (IOException)
        {
            // It is not there yet; what else may be wrong the next call says.
            await run(program, ["--wait", "5", "-t", "nat", "-A", .. rule], null, cancel);
        }
    }

    private static string Program(string range) => range.Contains(':') ? "ip6tables" : "iptables";
}
