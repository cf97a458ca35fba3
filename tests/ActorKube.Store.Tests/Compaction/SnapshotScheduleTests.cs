using System.Runtime.CompilerServices;
using ActorKube.Store.Resources;

namespace ActorKube.Store.Tests.Compaction;

public sealed class SnapshotScheduleTests
{
    private readonly SnapshotSchedule _schedule = new(minimumTail: 10);

    [Fact]
    public void A_state_is_ready_once_the_window_of_history_starts_after_it()
    {
        Commit(1, 10);
        _schedule.Advance(9);
        Assert.Null(_schedule.Ready);
        _schedule.Advance(10);
        Assert.Equal(10, _schedule.Ready?.Revision);
        _schedule.Taken();
        _schedule.Advance(19);
        Assert.Null(_schedule.Ready);
    }

    [Fact]
    public void However_long_nothing_is_taken_only_the_newest_ready_state_is_kept()
    {
        var states = new List<WeakReference>();
        CommitMany(states);
        GC.Collect();
        Assert.Equal(1, states.Count(s => s.IsAlive));
        Assert.Equal(10_000, _schedule.Ready?.Revision);
    }

    // In a method of its own: what it holds must be gone when it is counted.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private void CommitMany(List<WeakReference> states)
    {
        for (var revision = 10; revision <= 10_000; revision += 10)
        {
            // A state of its own for each.
            var state = ResourceState.Empty with { };
            states.Add(new WeakReference(state));
            _schedule.Committed(state, revision);
            _schedule.Advance(revision);
        }
    }

    private void Commit(long first, long last)
    {
        for (var revision = first; revision <= last; revision++)
            _schedule.Committed(ResourceState.Empty, revision);
    }
}
