using System.Collections.Concurrent;
using ActorKube.Protocol.Hosting;
using Akka.Actor;
using Akka.Configuration;
using Akka.Event;
using Akka.Hosting.Logging;
using Microsoft.Extensions.Logging;

namespace ActorKube.Protocol.Tests.Hosting;

public sealed class AkkaLoggerTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    [Fact]
    public async Task What_the_logger_has_not_come_to_when_its_system_ends_goes_where_all_goes()
    {
        using var busy = new BusyLog();
        using var system = ActorSystem.Create("logging", BootstrapSetup.Create()
            .WithConfig(ActorSystems.Logging.WithFallback(ConfigurationFactory.ParseString("akka.loglevel = INFO")))
            .And(new LoggerFactorySetup(busy)));
        var logger = await system.ActorSelection("/system/log*").ResolveOne(Patience, TestContext.Current.CancellationToken);
        var ended = logger.WatchAsync();
        var log = Logging.GetLogger(system, typeof(AkkaLoggerTests));
        log.Info("first");
        await busy.Reached.WaitAsync(Patience, TestContext.Current.CancellationToken);
        log.Info("last");

        // As the system does at its end: the logger is still at the first entry, and comes to no other.
        ((IInternalActorRef)logger).Stop();
        busy.GoOn();
        await ended.WaitAsync(Patience, TestContext.Current.CancellationToken);

        Assert.Equal(["first", "last"], busy.Entries.Where(static e => e.Contains("st (", StringComparison.Ordinal)).Select(static e => e.Split(' ')[0]));
    }

    /// <summary>A log that does not get on with its first entry until it is told to.</summary>
    private sealed class BusyLog : ILoggerFactory, ILogger
    {
        private readonly TaskCompletionSource _reached = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly ManualResetEventSlim _goOn = new();

        public ConcurrentQueue<string> Entries { get; } = new();

        public Task Reached => _reached.Task;

        public void GoOn() => _goOn.Set();

        public ILogger CreateLogger(string categoryName) => this;

        public void AddProvider(ILoggerProvider provider) => throw new NotSupportedException();

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(Microsoft.Extensions.Logging.LogLevel logLevel) => true;

        public void Log<TState>(Microsoft.Extensions.Logging.LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            Entries.Enqueue(formatter(state, exception));
            _reached.TrySetResult();
            _goOn.Wait(Patience);
        }

        public void Dispose() => _goOn.Dispose();
    }
}
