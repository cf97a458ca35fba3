using System.Text;

namespace ActorKube.NodeAgent.Network;

/// <summary>A chain of ours in the kernel's table of translated addresses, one per IP family, that is written as a whole; rules in the kernel's own chains lead to it.</summary>
/// <param name="run">Runs <c>iptables</c>.</param>
/// <param name="name">Name of the chain.</param>
internal sealed class NatChain(HostTool run, string name)
{
    private readonly HashSet<string> _written = [];

    /// <summary>The program for the family of an address or range.</summary>
    public static string ProgramOf(string address) => address.Contains(':') ? "ip6tables" : "iptables";

    /// <summary>Makes the chain hold these rules and no others.</summary>
    /// <param name="program">The family's program.</param>
    /// <param name="rules">The rules, as the program takes them after the chain's name.</param>
    /// <param name="cancel">Gives up.</param>
    /// <exception cref="IOException">The program fails.</exception>
    public async Task WriteAsync(string program, IEnumerable<string> rules, CancellationToken cancel)
    {
        // Naming the chain empties it.
        var text = new StringBuilder().Append("*nat\n:").Append(name).Append(" - [0:0]\n");
        foreach (var rule in rules)
            text.Append("-A ").Append(name).Append(' ').Append(rule).Append('\n');
        await run($"{program}-restore", ["--noflush", "--wait", "5"], text.Append("COMMIT\n").ToString(), cancel);
        _written.Add(program);
    }

    /// <summary>Sees to it that a rule leads to the chain.</summary>
    /// <param name="program">The family's program.</param>
    /// <param name="from">The kernel's chain, and what it is about.</param>
    /// <param name="cancel">Gives up.</param>
    /// <exception cref="IOException">The program fails.</exception>
    public async Task LeadToAsync(string program, string[] from, CancellationToken cancel)
    {
        string[] rule = [.. from, "-j", name];
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

    /// <summary>Takes the rules back that this object has made. The chain stays, empty: what leads to it may be another's.</summary>
    /// <param name="cancel">Gives up.</param>
    /// <exception cref="IOException">The program fails; to be tried again.</exception>
    public async Task EndAsync(CancellationToken cancel)
    {
        foreach (var program in _written.ToArray())
        {
            await WriteAsync(program, [], cancel);
            _written.Remove(program);
        }
    }
}
