using ActorKube.CommandLine;
using ActorKube.Machinery.Queues;
using ActorKube.Machinery.Running;
using ActorKube.Protocol.Hosting;
using ActorKube.Store.Hosting;
using Microsoft.Extensions.Logging;

namespace ActorKube.Hosting;

/// <summary>
/// How a server becomes a member. Servers that share a journal find each other there: one that is alone forms the cluster, which happens when the first is started for the first time
/// and when any is started after all have died; the others join it. As long as it is a member a server is present there.
/// </summary>
internal sealed partial class Formation : IAsyncDisposable
{
    // Members that have just lost their presence, because the database was restarted, are given the time to answer.
    private const int LooksAlone = 5;

    private static readonly TimeSpan LookInterval = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan EnterInterval = TimeSpan.FromSeconds(10);

    private readonly ClusterSystem _cluster;
    private readonly IMeetingPoint _meeting;
    private readonly MetServer _self;
    private readonly TimeProvider _time;
    private readonly ILogger _log;
    private readonly CancellationTokenSource _stop = new();
    private Task _presence = Task.CompletedTask;

    private Formation(ClusterSystem cluster, IMeetingPoint meeting, string authorityHash, TimeProvider time, ILogger log)
    {
        _cluster = cluster;
        _meeting = meeting;
        _self = new MetServer(cluster.Address.ToString(), authorityHash);
        _time = time;
        _log = log;
    }

    /// <summary>Completes when the server is a member; is cancelled when its actor system ends before.</summary>
    /// <param name="cluster">The server's actor system, which has joined nobody.</param>
    /// <param name="meeting">Where servers with the same journal meet.</param>
    /// <param name="authorityHash">Hash of the cluster's certificate authority.</param>
    /// <param name="seeds">Members known from elsewhere.</param>
    /// <param name="time">The clock.</param>
    /// <param name="log">Told when the server's presence cannot be kept.</param>
    /// <param name="cancel">Ends waiting.</param>
    /// <exception cref="UserError">The journal is another cluster's.</exception>
    public static async Task<Formation> JoinAsync(
        ClusterSystem cluster, IMeetingPoint meeting, string authorityHash, IReadOnlyList<string> seeds, TimeProvider time, ILogger log, CancellationToken cancel)
    {
        var formation = new Formation(cluster, meeting, authorityHash, time, log);
        try
        {
            await formation.JoinAsync(seeds, cancel);
            await meeting.EnterAsync(formation._self, cancel);
            formation._presence = formation.StayAsync();
            return formation;
        }
        catch
        {
            await formation.DisposeAsync();
            throw;
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _presence.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _stop.Dispose();
    }

    private async Task JoinAsync(IReadOnlyList<string> seeds, CancellationToken cancel)
    {
        IReadOnlyList<string> tried = [];
        for (var aloneFor = 0; !_cluster.Joined.IsCompleted;)
        {
            var isAlone = await _meeting.TryBeAloneAsync(cancel);
            var present = await _meeting.LookAsync(cancel);
            if (!isAlone && present.FirstOrDefault(s => s.Cluster != _self.Cluster) is { } foreign)
                throw new UserError($"The journal is in use by another cluster, of which {foreign.Address} is a member; start this server with the keys of that cluster (--join, and an empty --data) or with another --journal.");
            // A row with the server's own address is what a former process has left.
            var found = present.Where(s => s.Cluster == _self.Cluster).Select(s => s.Address).Union(seeds).Where(a => a != _self.Address).Order(StringComparer.Ordinal).ToArray();
            if (isAlone && (found.Length == 0 || aloneFor++ == LooksAlone))
            {
                _cluster.Join([]);
                break;
            }
            if (found.Length > 0 && !found.SequenceEqual(tried))
                _cluster.Join(tried = found);
            await Task.WhenAny(_cluster.Joined, Task.Delay(LookInterval, _time, cancel));
        }
        await _cluster.Joined.WaitAsync(cancel);
    }

    // A connection that was lost is restored, and with it the presence.
    private async Task StayAsync()
    {
        await PauseAsync(_stop.Token);
        var work = new RepeatedWork(new BackoffPolicy(EnterInterval, EnterInterval), _time, (failure, _) => LogAbsent(_log, failure.Message));
        await work.RunAsync(cancel => _meeting.EnterAsync(_self, cancel), PauseAsync, _stop.Token);
    }

    private Task PauseAsync(CancellationToken cancel) => Task.Delay(EnterInterval, _time, cancel);

    [LoggerMessage(Level = LogLevel.Warning, Message = "This server cannot be found by servers that start now; trying on: {Why}")]
    private static partial void LogAbsent(ILogger log, string why);
}
