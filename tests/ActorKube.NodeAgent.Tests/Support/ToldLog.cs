using System.Threading.Channels;
using Microsoft.Extensions.Logging;

namespace ActorKube.NodeAgent.Tests.Support;

/// <summary>What was logged, by event.</summary>
internal sealed class ToldLog : ILogger
{
    private readonly Channel<(int Event, string Message)> _lines = Channel.CreateUnbounded<(int, string)>();
    private readonly List<int> _events = [];

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        lock (_events)
            _events.Add(eventId.Id);
        _lines.Writer.TryWrite((eventId.Id, formatter(state, exception)));
    }

    public int Count(int e)
    {
        lock (_events)
            return _events.Count(known => known == e);
    }

    public async Task<string> NextAsync(int e, TimeSpan patience)
    {
        while (true)
            if (await _lines.Reader.ReadAsync().AsTask().WaitAsync(patience) is var line && line.Event == e)
                return line.Message;
    }
}
