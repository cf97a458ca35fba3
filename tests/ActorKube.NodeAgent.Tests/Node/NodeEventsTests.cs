using System.Collections.Immutable;
using ActorKube.NodeAgent.Node;

namespace ActorKube.NodeAgent.Tests.Node;

public sealed class NodeEventsTests
{
    /// <summary>Conditions are written <c>Ready+</c> when they hold and <c>Ready-</c> when they do not.</summary>
    [Theory]
    [InlineData("", "MemoryPressure- DiskPressure- PIDPressure- Ready-", "NodeHasSufficientMemory NodeHasNoDiskPressure NodeHasSufficientPID")]
    [InlineData("MemoryPressure- DiskPressure- PIDPressure- Ready-", "MemoryPressure- DiskPressure- PIDPressure- Ready+", "NodeReady")]
    [InlineData("Ready+", "Ready-", "NodeNotReady")]
    [InlineData("Ready+", "Ready+", "")]
    [InlineData("MemoryPressure- DiskPressure- PIDPressure-", "MemoryPressure+ DiskPressure+ PIDPressure+", "NodeHasInsufficientMemory NodeHasDiskPressure NodeHasInsufficientPID")]
    public void Every_change_of_a_condition_is_an_event(string before, string now, string reasons)
    {
        var events = NodeEvents.Of("n1", Words(before).ToDictionary(w => w[..^1], w => w[^1] == '+'), [.. Words(now).Select(w => new NodeConditionView(w[..^1], w[^1] == '+', "", ""))]).ToImmutableArray();
        Assert.Equal(Words(reasons), events.Select(e => e.Reason));
        Assert.All(events, e => Assert.Equal($"Node n1 status is now: {e.Reason}", e.Message));
    }

    private static string[] Words(string text) => text.Split(' ', StringSplitOptions.RemoveEmptyEntries);
}
