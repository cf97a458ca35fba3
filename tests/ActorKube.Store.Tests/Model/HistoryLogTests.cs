using System.Text;
using ActorKube.Api.Objects;
using ActorKube.Store.Watching;

namespace ActorKube.Store.Tests.Model;

public sealed class HistoryLogTests
{
    private static readonly DateTimeOffset At = new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);

    [Theory]
    [InlineData(100_000, 10)]
    [InlineData(2_000_000, 1)]
    public void The_window_keeps_to_its_bytes_however_large_the_objects_are(int size, int events)
    {
        var log = new HistoryLog(new HistoryLimits(Events: 10_000, Bytes: 1 << 20, Age: TimeSpan.FromHours(1)));
        var large = StoredObject.Parse(Encoding.UTF8.GetBytes($$$"""{"metadata":{"name":"a"},"data":{"a":"{{{new string('x', size)}}}"}}"""));
        for (var revision = 1; revision <= 100; revision++)
            log.Append(new HistoryEvent(revision, large, large, At));
        Assert.Equal(100 - events, log.Floor);
        Assert.Null(log.After(log.Floor - 1));
        var cursor = log.After(log.Floor)!;
        var read = new List<long>();
        while (cursor.Peek() is { } item)
        {
            read.Add(item.Revision);
            cursor.Advance();
        }
        Assert.Equal(Enumerable.Range(101 - events, events).Select(r => (long)r), read);
    }
}
