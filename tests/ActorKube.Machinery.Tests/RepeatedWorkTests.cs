using ActorKube.Machinery.Queues;
using ActorKube.Machinery.Running;
using Microsoft.Extensions.Time.Testing;

namespace ActorKube.Machinery.Tests;

public sealed class RepeatedWorkTests : IDisposable
{
    private readonly FakeTimeProvider _time = new();
    private readonly CancellationTokenSource _stop = new();
    private readonly List<string> _happened = [];
    private readonly TaskCompletionSource _pause = new();
    private readonly RepeatedWork _work;

    public RepeatedWorkTests() =>
        _work = new RepeatedWork(new BackoffPolicy(TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(3)), _time, (fault, wait) => _happened.Add($"{fault.GetType().Name} {wait.TotalSeconds}"));

    public void Dispose() => _stop.Dispose();

    [Fact]
    public async Task Rounds_go_on_after_any_failure_with_waits_that_grow_until_one_goes_well()
    {
        var rounds = new Queue<Exception?>([new InvalidOperationException(), new OperationCanceledException(), new IOException(), null, new IOException()]);
        var running = RunAsync(rounds);
        foreach (var seconds in (int[])[1, 2, 3])
            _time.Advance(TimeSpan.FromSeconds(seconds));
        _pause.SetResult();
        Assert.Equal(["InvalidOperationException 1", "OperationCanceledException 2", "IOException 3", "pause", "IOException 1"], _happened);
        Assert.False(running.IsCompleted);
        await _stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);
    }

    [Fact]
    public async Task What_a_cancelled_round_throws_is_cancellation()
    {
        await _stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => RunAsync(new([new IOException()])));
        Assert.Empty(_happened);
    }

    private Task RunAsync(Queue<Exception?> rounds) => _work.RunAsync(
        _ => rounds.Dequeue() is { } fault ? Task.FromException(fault) : Task.CompletedTask,
        cancel =>
        {
            _happened.Add("pause");
            return _pause.Task.WaitAsync(cancel);
        },
        _stop.Token);
}
