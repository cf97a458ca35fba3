using ActorKube.Protocol.Store;
using ActorKube.Store.Tests.Support;
using ActorKube.Testing.Faults;
using static ActorKube.Store.Tests.Support.TestObjects;

namespace ActorKube.Store.Tests.Cluster;

[Trait("Category", "Cluster")]
public sealed class HandOffTests
{
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(50);

    [Fact]
    public async Task A_server_that_leaves_answers_what_its_resources_have_decided()
    {
        var faults = new JournalFaults { Patience = StoreCalls.Patience };
        await using var leaving = await ClusterNode.Start(new FaultyJournalChoice(faults));
        await leaving.Store.Write(Create("before"));
        await using var staying = await ClusterNode.Start(new FaultyJournalChoice(new JournalFaults()), leaving);
        var held = faults.Hold(3);
        var decided = leaving.Store.Write(Create("decided")).AsTask();
        await held.Reached.WaitAsync(StoreCalls.Patience, TestContext.Current.CancellationToken);

        var left = leaving.Leave();
        // Behind the one that is held everything waits, until the resource has been asked to go and takes nothing any more.
        var late = leaving.Store.Write(Create("late-0")).AsTask();
        for (var i = 1; !await IsOverAsync(late); i++)
            late = leaving.Store.Write(Create($"late-{i}")).AsTask();
        held.LetGo();

        Assert.Equal((WriteOutcome.Committed, 3L), (await decided is var result ? (result.Outcome, result.Revision) : default));
        await left;
    }

    private static async Task<bool> IsOverAsync(Task write)
    {
        try
        {
            await write.WaitAsync(Look, TestContext.Current.CancellationToken);
            return true;
        }
        catch (TimeoutException)
        {
            return false;
        }
    }
}
