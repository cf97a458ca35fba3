using System.Threading.Channels;
using ActorKube.Machinery.Times;
using ActorKube.NodeAgent.Runtimes.Simulated;
using ActorKube.NodeAgent.Tests.Support;
using ActorKube.NodeAgent.Usage;
using ActorKube.Protocol.Usage;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace ActorKube.NodeAgent.Tests.Usage;

public sealed class UsageLoopTests
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(15);
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero));
    private readonly Channel<UsageReport> _reports = Channel.CreateUnbounded<UsageReport>();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Reports_come_at_the_interval_and_an_unreachable_runtime_only_costs_samples()
    {
        await using var runtime = new SimulatedRuntime(new SimulatedRuntimeOptions { Time = _time, IdSeed = 1, PodCidrs = ["10.244.1.0/24"] });
        var settings = TestPods.Settings() with { UsageInterval = Interval };
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        var loop = new UsageLoop(runtime, null, settings, r => _reports.Writer.TryWrite(r), _time, new ClockHistory(_time), NullLogger.Instance).RunAsync(stop.Token);

        _time.Advance(Interval);
        var first = await _reports.Reader.ReadAsync(Cancel);
        Assert.Equal((Interval, _time.GetUtcNow()), (first.Window, first.At));

        runtime.IsAvailable = false;
        _time.Advance(Interval);
        runtime.IsAvailable = true;
        _time.Advance(Interval);
        Assert.True((await _reports.Reader.ReadAsync(Cancel)).Window >= Interval);

        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => loop);
    }

    [Fact]
    public async Task Whatever_fails_costs_samples_only()
    {
        await using var runtime = new SimulatedRuntime(new SimulatedRuntimeOptions { Time = _time, IdSeed = 1, PodCidrs = ["10.244.1.0/24"] });
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        var failures = 0;
        var loop = new UsageLoop(runtime, null, TestPods.Settings() with { UsageInterval = Interval }, Report, _time, new ClockHistory(_time), NullLogger.Instance).RunAsync(stop.Token);
        while (!_reports.Reader.TryRead(out _))
        {
            Assert.False(loop.IsCompleted);
            _time.Advance(Interval);
            await Task.Yield();
        }
        Assert.Equal(1, failures);
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => loop);

        void Report(UsageReport report)
        {
            if (Interlocked.Exchange(ref failures, 1) == 0)
                throw new IOException("no way out");
            _reports.Writer.TryWrite(report);
        }
    }
}
