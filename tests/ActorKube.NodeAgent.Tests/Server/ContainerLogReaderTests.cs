using System.Text;
using ActorKube.NodeAgent.Runtimes;
using ActorKube.NodeAgent.Server;

namespace ActorKube.NodeAgent.Tests.Server;

public sealed class ContainerLogReaderTests
{
    private const string Path = "/logs/web/0.log";

    private const string Sample =
        "2026-01-01T00:00:01.000000001Z stdout F one\n"
        + "2026-01-01T00:00:02.000000001Z stderr F two\n"
        + "2026-01-01T00:00:03.000000001Z stdout P thr\n"
        + "2026-01-01T00:00:03.000000002Z stdout F ee\n"
        + "2026-01-01T00:00:04.000000001Z stdout F \n"
        + "2026-01-01T00:00:05.000000001Z stdout F five\n";

    private readonly MemoryLogFiles _files = new();

    public ContainerLogReaderTests() => _files.CreateDirectory("/logs/web");

    public static TheoryData<string, string> Options => new()
    {
        { "", "one\ntwo\nthree\n\nfive\n" },
        { "tail=0", "" },
        { "tail=1", "five\n" },
        { "tail=2", "\nfive\n" },
        { "tail=4", "three\n\nfive\n" },
        { "tail=99", "one\ntwo\nthree\n\nfive\n" },
        { "since=2026-01-01T00:00:03Z", "three\n\nfive\n" },
        { "since=2027-01-01T00:00:00Z", "" },
        { "limit=5", "one\nt" },
        { "stream=stderr", "two\n" },
        { "stream=stdout", "one\nthree\n\nfive\n" },
        { "timestamps", "2026-01-01T00:00:01.000000001Z one\n2026-01-01T00:00:02.000000001Z two\n2026-01-01T00:00:03.000000001Z three\n2026-01-01T00:00:04.000000001Z \n2026-01-01T00:00:05.000000001Z five\n" },
    };

    [Theory]
    [MemberData(nameof(Options))]
    public async Task Options_choose_what_is_shown(string options, string expected)
    {
        Append(Sample);
        Assert.Equal(expected, await Read(Parse(options)));
    }

    [Fact]
    public async Task A_missing_log_is_empty() => Assert.Equal("", await Read(new LogOptions()));

    [Fact]
    public async Task What_is_not_a_log_line_is_left_out()
    {
        Append("nonsense\n2026-01-01T00:00:01Z stdout X odd\n2026-01-01T00:00:01Z nowhere F odd\n2026-01-01T00:00:01Z stdout F good\n");
        Assert.Equal("good\n", await Read(new LogOptions()));
    }

    [Fact]
    public async Task A_last_line_without_line_feed_is_shown()
    {
        Append("2026-01-01T00:00:01Z stdout F cut");
        Assert.Equal("cut\n", await Read(new LogOptions()));
    }

    [Fact]
    public async Task Lines_longer_than_any_buffer_come_whole()
    {
        var text = new string('x', 200_000);
        Append($"2026-01-01T00:00:01Z stdout F {text}\n2026-01-01T00:00:01Z stdout F end\n");
        Assert.Equal($"{text}\nend\n", await Read(new LogOptions()));
        Assert.Equal("end\n", await Read(new LogOptions { TailLines = 1 }));
    }

    [Fact]
    public async Task A_follower_sees_what_comes_later_also_after_a_rotation_and_ends_with_the_container()
    {
        Append("2026-01-01T00:00:01Z stdout F first\n");
        var output = new ObservedStream();
        var writer = new Writer();
        var reading = new ContainerLogReader(_files, TimeProvider.System).CopyAsync(Path, output, new LogOptions { Follow = true }, TestContext.Current.CancellationToken, writer);
        await output.Until("first\n");
        Append("2026-01-01T00:00:02Z stdout F second\n");
        await output.Until("first\nsecond\n");
        _files.Move(Path, Path + ".20260101-000003");
        Append("2026-01-01T00:00:03Z stdout F third\n");
        await output.Until("first\nsecond\nthird\n");
        Append("2026-01-01T00:00:04Z stdout F last\n");
        writer.End();
        await reading.WaitAsync(TimeSpan.FromSeconds(20), TestContext.Current.CancellationToken);
        Assert.Equal("first\nsecond\nthird\nlast\n", output.Text);
    }

    private void Append(string text)
    {
        using var stream = _files.OpenAppend(Path);
        stream.Write(Encoding.UTF8.GetBytes(text));
    }

    private async Task<string> Read(LogOptions options)
    {
        using var output = new MemoryStream();
        await new ContainerLogReader(_files, TimeProvider.System).CopyAsync(Path, output, options, TestContext.Current.CancellationToken);
        return Encoding.UTF8.GetString(output.ToArray());
    }

    private static LogOptions Parse(string text) => text.Split('=') switch
    {
        ["tail", var n] => new LogOptions { TailLines = long.Parse(n) },
        ["since", var t] => new LogOptions { Since = DateTimeOffset.Parse(t) },
        ["limit", var n] => new LogOptions { LimitBytes = long.Parse(n) },
        ["stream", var s] => new LogOptions { Stream = s },
        ["timestamps"] => new LogOptions { Timestamps = true },
        _ => new LogOptions(),
    };

    private sealed class Writer : ILogWriter
    {
        private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public void End() => _ended.SetResult();

        public Task WhenChanged() => _ended.Task;

        public ValueTask<bool> IsWritingAsync(CancellationToken cancel) => new(!_ended.Task.IsCompleted);
    }

    private sealed class ObservedStream : MemoryStream
    {
        private readonly Lock _gate = new();
        private readonly List<(string Text, TaskCompletionSource Reached)> _waits = [];
        private string _text = "";

        public string Text
        {
            get
            {
                lock (_gate)
                    return _text;
            }
        }

        public Task Until(string text)
        {
            lock (_gate)
            {
                if (_text == text)
                    return Task.CompletedTask;
                var reached = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
                _waits.Add((text, reached));
                return reached.Task.WaitAsync(TimeSpan.FromSeconds(20));
            }
        }

        public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
        {
            lock (_gate)
            {
                _text += Encoding.UTF8.GetString(buffer.Span);
                foreach (var wait in _waits.Where(w => w.Text == _text))
                    wait.Reached.TrySetResult();
            }
            return ValueTask.CompletedTask;
        }
    }
}
