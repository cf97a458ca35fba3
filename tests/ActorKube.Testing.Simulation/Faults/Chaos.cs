using ActorKube.Testing.Simulation.Controllers;

namespace ActorKube.Testing.Simulation.Faults;

/// <summary>Kills a random controller at regular times; its successor begins a moment later.</summary>
/// <param name="cluster">Whose controllers.</param>
/// <param name="interval">Between two kills.</param>
/// <param name="restart">Longest time until the successor begins.</param>
internal sealed class Chaos(SimulatedCluster cluster, TimeSpan interval, TimeSpan restart)
{
    private readonly HashSet<SimulatedController> _dead = [];
    private bool _over;

    /// <summary>Controllers killed so far.</summary>
    public int Kills { get; private set; }

    /// <summary>Begins.</summary>
    public Chaos Begin()
    {
        cluster.Loop.Begin(RunAsync);
        return this;
    }

    /// <summary>Ends; whoever is dead at this moment still comes back.</summary>
    public void End() => _over = true;

    private async Task RunAsync()
    {
        while (true)
        {
            await cluster.Time.Wait(interval);
            if (_over)
                return;
            var controllers = cluster.Controllers;
            var victim = controllers[(int)(cluster.NextRandom() * controllers.Count)];
            if (!_dead.Add(victim))
                continue;
            Kills++;
            victim.Kill();
            cluster.Loop.Begin(() => ReviveAsync(victim));
        }
    }

    private async Task ReviveAsync(SimulatedController victim)
    {
        await cluster.Time.Wait(restart * cluster.NextRandom());
        _dead.Remove(victim);
        victim.Start();
    }
}
