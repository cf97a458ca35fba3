using ActorKube.Machinery.Queues;

namespace ActorKube.Controllers.Shell;

/// <summary>What a controller has done in this process. Its own thread counts, any thread reads.</summary>
internal sealed class ControllerMeter
{
    private long _idle;
    private long _done;
    private long _failed;
    private long _ticks;

    /// <summary>Of its queue.</summary>
    public QueueMeter Queue { get; } = new();

    /// <summary>Turns that found nothing to do, however they came about.</summary>
    public long Idle => Volatile.Read(ref _idle);

    /// <summary>Turns that wrote, asked or said something, and went well.</summary>
    public long Done => Volatile.Read(ref _done);

    /// <summary>Turns that failed, or could not decide, and are tried again.</summary>
    public long Failed => Volatile.Read(ref _failed);

    /// <summary>Time spent on the controller's own thread: on changes, decisions and their ends, but not on the writes, which are others' work.</summary>
    public TimeSpan Busy => TimeSpan.FromTicks(Volatile.Read(ref _ticks));

    /// <summary>True for a turn that might as well not have been.</summary>
    public static bool IsIdle(Work work, PlanOutcome outcome) =>
        outcome.Failure is null && work is { Plan: { Writes: false, Events.IsEmpty: true, Retry: null }, Rounds: <= 1 };

    /// <summary>A turn has ended.</summary>
    public void Finished(Work work, PlanOutcome outcome)
    {
        ref var count = ref IsIdle(work, outcome) ? ref _idle : ref outcome.Failure is not null || work.Plan.Retry is not null ? ref _failed : ref _done;
        Volatile.Write(ref count, count + 1);
    }

    /// <summary>A message has been handled.</summary>
    public void Worked(TimeSpan time) => Volatile.Write(ref _ticks, _ticks + time.Ticks);
}
