using ActorKube.NodeAgent.Runtimes;
using ActorKube.NodeAgent.Runtimes.Cri;
using CsCheck;

namespace ActorKube.NodeAgent.Tests.Runtimes.Cri;

public sealed class LifecycleDifferTests
{
    private readonly LifecycleDiffer _differ = new();

    [Fact]
    public void The_first_list_tells_of_everything()
    {
        var events = _differ.Observe([Container("c", "s", ContainerState.Running)], [Sandbox("s", SandboxState.Ready)]);

        Assert.Equal([new(RuntimeEventKind.SandboxReady, "uid-s", "s", ""), new(RuntimeEventKind.ContainerStarted, "uid-s", "s", "c")], events);
    }

    [Fact]
    public void The_same_list_tells_of_nothing()
    {
        _differ.Observe([Container("c", "s", ContainerState.Running)], [Sandbox("s", SandboxState.Ready)]);

        Assert.Empty(_differ.Observe([Container("c", "s", ContainerState.Running)], [Sandbox("s", SandboxState.Ready)]));
    }

    [Fact]
    public void A_container_whose_sandbox_went_between_the_lists_is_gone_with_it()
    {
        _differ.Observe([Container("c", "s", ContainerState.Running)], [Sandbox("s", SandboxState.Ready)]);

        var events = _differ.Observe([Container("c", "s", ContainerState.Exited)], []);

        Assert.Equal([new(RuntimeEventKind.ContainerRemoved, "uid-s", "s", "c"), new(RuntimeEventKind.SandboxRemoved, "uid-s", "s", "")], events);
    }

    [Fact]
    public void A_container_never_seen_with_its_sandbox_is_never_told_of() =>
        Assert.Empty(_differ.Observe([Container("c", "s", ContainerState.Running)], []));

    [Fact]
    public void Whoever_applies_the_events_knows_what_the_last_list_says()
    {
        // Four places for sandboxes and three in each for containers; the value after the last state is "not there".
        const int noSandbox = 2;
        const int noContainer = 4;
        var world = Gen.Select(Gen.Int[0, noSandbox], Gen.Int[0, noContainer].Array[3]).Array[4];
        world.List[1, 8].Sample(worlds =>
        {
            var differ = new LifecycleDiffer();
            var known = new Dictionary<string, RuntimeEventKind>();
            foreach (var now in worlds)
            {
                var there = now.Index().Where(s => s.Item.Item1 != noSandbox).ToList();
                var sandboxes = there.Select(s => Sandbox($"s{s.Index}", (SandboxState)s.Item.Item1)).ToList();
                var containers = there
                    .SelectMany(s => s.Item.Item2.Index().Where(c => c.Item != noContainer)
                        .Select(c => Container($"s{s.Index}c{c.Index}", $"s{s.Index}", (ContainerState)c.Item)))
                    .ToList();
                foreach (var e in differ.Observe(containers, sandboxes))
                {
                    var id = e.ContainerId.Length > 0 ? e.ContainerId : e.SandboxId;
                    if (e.Kind is RuntimeEventKind.ContainerRemoved or RuntimeEventKind.SandboxRemoved)
                        Assert.True(known.Remove(id));
                    else
                        known[id] = e.Kind;
                }
                var expected = sandboxes.Select(s => (s.Id, LifecycleEvents.For(s.State))).Concat(containers.Select(c => (c.Id, LifecycleEvents.For(c.State))));
                Assert.Equal(expected.Order(), known.Select(k => (k.Key, k.Value)).Order());
            }
        });
    }

    private static SandboxInfo Sandbox(string id, SandboxState state) => new()
    {
        Id = id,
        Metadata = new SandboxMetadata("pod", "default", "uid-" + id, 0),
        State = state,
        CreatedAt = DateTimeOffset.UnixEpoch,
    };

    private static ContainerInfo Container(string id, string sandbox, ContainerState state) => new()
    {
        Id = id,
        SandboxId = sandbox,
        Metadata = new ContainerMetadata("main", 0),
        State = state,
        CreatedAt = DateTimeOffset.UnixEpoch,
    };
}
