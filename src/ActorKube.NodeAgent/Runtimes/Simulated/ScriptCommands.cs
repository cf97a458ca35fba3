using System.Globalization;

namespace ActorKube.NodeAgent.Runtimes.Simulated;

/// <summary>
/// The few commands whose end everybody expects, so that a job ends on simulated nodes as it does on others: <c>true</c>, <c>false</c>, <c>sleep 5</c>, and <c>sh -c "exit 3"</c>. All other
/// commands run until they are stopped, or for a moment when others wait for their end.
/// </summary>
internal static class ScriptCommands
{
    private static readonly TimeSpan Moment = TimeSpan.FromSeconds(1);

    /// <summary>The script with what the container's command changes in it.</summary>
    public static SimulationScript Apply(SimulationScript script, ContainerConfig config)
    {
        if (config.EndsByItself && script.RunFor is null)
            script = script with { RunFor = Moment };
        string[] words = [.. config.Command, .. config.Args];
        if (words is ["sh" or "/bin/sh", "-c", var line])
            words = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return words switch
        {
            ["true" or "/bin/true"] => script with { RunFor = TimeSpan.Zero, ExitCode = 0 },
            ["false" or "/bin/false"] => script with { RunFor = TimeSpan.Zero, ExitCode = 1 },
            ["exit", var code] when byte.TryParse(code, NumberStyles.None, CultureInfo.InvariantCulture, out var number) => script with { RunFor = TimeSpan.Zero, ExitCode = number },
            ["sleep" or "/bin/sleep", "infinity"] => script with { RunFor = null },
            ["sleep" or "/bin/sleep", var time] when int.TryParse(time, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds) =>
                script with { RunFor = TimeSpan.FromSeconds(seconds), ExitCode = 0 },
            _ => script,
        };
    }
}
