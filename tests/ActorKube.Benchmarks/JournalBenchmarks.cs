using System.Diagnostics.CodeAnalysis;
using ActorKube.Store.Journal;
using BenchmarkDotNet.Attributes;

namespace ActorKube.Benchmarks;

/// <summary>Entries of a kilobyte into the SQLite journal, without actors: from one writer, and from many that share a transaction.</summary>
[SuppressMessage("Design", "CA1001", Justification = "The runner releases what a benchmark owns in its clean-up.")]
public class JournalBenchmarks
{
    private const int Entries = 64;
    private readonly string _directory = Directory.CreateTempSubdirectory("actorkube-benchmark-").FullName;
    private readonly byte[] _message = new byte[1100];
    private JournalWriter _writer = null!;
    private long _next = 1;

    [GlobalSetup]
    public void SetUp()
    {
        var files = new SqliteFiles(_directory);
        files.Prepare();
        _writer = new JournalWriter(files.OpenJournal());
    }

    [GlobalCleanup]
    public void CleanUp()
    {
        _writer.Dispose();
        Directory.Delete(_directory, recursive: true);
    }

    [Benchmark(OperationsPerInvoke = Entries)]
    public Task OneBatch()
    {
        var rows = new JournalRow[Entries];
        for (var i = 0; i < Entries; i++)
            rows[i] = Row("one");
        return _writer.WriteAsync(rows);
    }

    [Benchmark(OperationsPerInvoke = Entries)]
    public Task ManyActors()
    {
        var writes = new Task[Entries];
        for (var i = 0; i < Entries; i++)
            writes[i] = _writer.WriteAsync([Row($"actor-{i}")]);
        return Task.WhenAll(writes);
    }

    private JournalRow Row(string id) => new(id, _next++, _message, JournalFormat.Added, 7101, "writer", 0);
}
