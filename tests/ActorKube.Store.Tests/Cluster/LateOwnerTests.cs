using ActorKube.Store.Actors;
using ActorKube.Store.Hosting;
using ActorKube.Store.Tests.Support;
using ActorKube.Testing.Faults;
using Akka.Actor;
using Akka.Persistence;
using static ActorKube.Store.Tests.Support.TestObjects;

namespace ActorKube.Store.Tests.Cluster;

public sealed class LateOwnerTests
{
    [Fact]
    public async Task A_consistent_read_waits_for_a_write_whose_number_another_owner_may_have_used()
    {
        var faults = new JournalFaults { Patience = StoreCalls.Patience };
        var choice = new FaultyJournalChoice(faults) { IsShared = true };
        await using var process = InProcessStore.Start(choice);
        // A second owner of the same resource, with the same journal.
        var services = StoreServices.For(choice, new StoreOptions(), time: null, process.System);
        var late = new ResourceStore(services, process.System.ActorOf(LocalRegion.Props(services)));
        await process.Store.Write(Create("before"));
        Assert.Equal(1, (await late.Read()).Count);

        var held = faults.Hold(3);
        var lost = late.Write(Create("lost")).AsTask();
        await held.Reached.WaitAsync(StoreCalls.Patience, TestContext.Current.CancellationToken);
        // The journal answers in order: this one is in it before it is answered.
        var taken = process.Store.Write(Create("taken")).AsTask();
        await InJournalAsync(process.System, 3);
        var read = late.Read().AsTask();
        // The highest number in the journal is one that the late owner has given out itself.
        await Assert.ThrowsAsync<TimeoutException>(() => read.WaitAsync(TimeSpan.FromMilliseconds(300), TestContext.Current.CancellationToken));

        held.Forestall();
        Assert.Equal(3, (await taken).Revision);
        await Assert.ThrowsAnyAsync<Exception>(() => lost);
        var cut = await read;
        Assert.NotNull(cut.Find(Key("taken")));
        Assert.Null(cut.Find(Key("lost")));
    }

    private static async Task InJournalAsync(ActorSystem system, long number)
    {
        using var answers = Inbox.Create(system);
        for (var highest = 0L; highest < number;)
        {
            Persistence.Instance.Apply(system).JournalFor(null).Tell(new ReplayMessages(number + 1, 0, 0, ConfigMaps.ToString(), answers.Receiver));
            highest = Assert.IsType<RecoverySuccess>(await answers.ReceiveAsync(StoreCalls.Patience)).HighestSequenceNr;
        }
    }
}
