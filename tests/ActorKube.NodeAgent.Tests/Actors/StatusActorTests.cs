using ActorKube.Api.Names;
using ActorKube.NodeAgent.Actors;
using ActorKube.NodeAgent.Pods.Status;
using ActorKube.NodeAgent.Tests.Support;
using Akka.Actor;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;

namespace ActorKube.NodeAgent.Tests.Actors;

public sealed class StatusActorTests : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private readonly ActorSystem _system = ActorSystem.Create("test", "akka { loglevel = OFF, stdout-loglevel = OFF }");
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero));
    private readonly FirstLine _log = new();

    [Fact]
    public async Task Whoever_runs_the_agent_is_told_that_statuses_cannot_be_written()
    {
        var cluster = new FakeCluster(_time) { IsDown = true };
        var actor = _system.ActorOf(Props.Create(() => new StatusActor(cluster, _time, TimeSpan.Zero, 10, _log)));
        actor.Tell(new StatusProtocol.Begin("u1", new ObjectKey("default", "web"), null));
        actor.Tell(new StatusProtocol.Write("u1", new PodStatusView { Phase = "Running" }));
        var line = await _log.Written.WaitAsync(Patience, TestContext.Current.CancellationToken);
        Assert.StartsWith("Statuses of pods cannot be written; ", line, StringComparison.Ordinal);
    }

    public async ValueTask DisposeAsync() => await _system.Terminate();

    private sealed class FirstLine : ILogger
    {
        private readonly TaskCompletionSource<string> _written = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task<string> Written => _written.Task;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            _written.TrySetResult(formatter(state, exception));
    }
}
