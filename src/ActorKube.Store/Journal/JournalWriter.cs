using System.Collections.Concurrent;
using Microsoft.Data.Sqlite;

namespace ActorKube.Store.Journal;

/// <summary>
/// The only writer of an SQLite journal: a thread with a connection of its own. What has come in while it was writing goes into the next transaction together, whoever
/// it is from, so that all actors share the wait for the disk. When a transaction fails each of its parts is tried alone, so that nobody fails for another's sake.
/// </summary>
internal sealed class JournalWriter : IDisposable
{
    private readonly BlockingCollection<Work> _queue = [];
    private readonly SqliteConnection _connection;
    private readonly JournalStatements _statements;
    private readonly Thread _thread;
    private long _transactions;

    /// <summary>Takes over an open connection.</summary>
    public JournalWriter(SqliteConnection connection)
    {
        _connection = connection;
        _statements = new JournalStatements(connection);
        _thread = new Thread(Run) { IsBackground = true, Name = "journal" };
        _thread.Start();
    }

    /// <summary>Transactions committed so far.</summary>
    public long Transactions => Volatile.Read(ref _transactions);

    /// <summary>Writes entries, all or none; completes when they are on the disk. When it fails they may be there or not.</summary>
    public Task WriteAsync(IReadOnlyList<JournalRow> rows) => Add(new Work(statements =>
    {
        for (var i = 0; i < rows.Count; i++)
            statements.Insert(rows[i]);
        return 0;
    }));

    /// <summary>The highest number given to an actor's entries, those on their way included.</summary>
    public Task<long> HighestAsync(string persistenceId) => Add(new Work(statements => statements.Highest(persistenceId)));

    /// <summary>Deletes an actor's entries up to a number.</summary>
    public Task DeleteAsync(string persistenceId, long to) => Add(new Work(statements =>
    {
        statements.Delete(persistenceId, to);
        return 0;
    }));

    /// <summary>Ends when everything that has come in is written.</summary>
    public void Dispose()
    {
        _queue.CompleteAdding();
        _thread.Join();
        _queue.Dispose();
    }

    private Task<long> Add(Work work)
    {
        _queue.Add(work);
        return work.Done.Task;
    }

    private void Run()
    {
        var group = new List<Work>();
        foreach (var first in _queue.GetConsumingEnumerable())
        {
            group.Clear();
            group.Add(first);
            while (_queue.TryTake(out var next))
                group.Add(next);
            Settle(group);
        }
        _statements.Dispose();
        _connection.Dispose();
    }

    private void Settle(List<Work> group)
    {
        if (Transact(group) is not { } failure)
            group.ForEach(static work => work.Done.TrySetResult(work.Result));
        else if (group.Count == 1)
            group[0].Done.TrySetException(failure);
        else
            group.ForEach(work => Settle([work]));
    }

    private Exception? Transact(List<Work> group)
    {
        try
        {
            _statements.Begin();
            foreach (var work in group)
                work.Result = work.Run(_statements);
            _statements.Commit();
            Volatile.Write(ref _transactions, _transactions + 1);
            return null;
        }
        catch (Exception failure)
        {
            _statements.Rollback();
            return failure;
        }
    }

    /// <summary>Something to be done in a transaction, possibly again after one that was rolled back.</summary>
    private sealed class Work(Func<JournalStatements, long> run)
    {
        public Func<JournalStatements, long> Run => run;

        public long Result { get; set; }

        /// <summary>Continues on the thread pool: this thread has the next group to write.</summary>
        public TaskCompletionSource<long> Done { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
