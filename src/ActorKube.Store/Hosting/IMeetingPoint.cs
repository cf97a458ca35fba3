namespace ActorKube.Store.Hosting;

/// <summary>
/// Where servers that share a journal find each other before they are a cluster. Each is present as long as it runs: its presence ends with its connection to the journal's
/// database, however the process ends. A server that is alone may form the cluster; all others have somebody to join.
/// </summary>
public interface IMeetingPoint : IAsyncDisposable
{
    /// <summary>Claims to be the only server. True: no other server is present, and none can be until <see cref="EnterAsync"/> or the end of this object.</summary>
    /// <exception cref="JournalUnavailableException">The database does not answer.</exception>
    Task<bool> TryBeAloneAsync(CancellationToken cancel);

    /// <summary>
    /// Is present from now on, under an address at which others can join. When the connection is lost it is restored; calling again is harmless, and keeps the entry fresh.
    /// </summary>
    /// <param name="server">This server.</param>
    /// <param name="cancel">Ends waiting.</param>
    /// <returns>The other servers that are present.</returns>
    /// <exception cref="JournalUnavailableException">The database does not answer.</exception>
    Task<IReadOnlyList<MetServer>> EnterAsync(MetServer server, CancellationToken cancel);

    /// <summary>
    /// The servers that are present, this one included. Asked by one who is alone: those that were of late, for they may be running all the same, as after the database was
    /// away for longer than entries count.
    /// </summary>
    /// <exception cref="JournalUnavailableException">The database does not answer.</exception>
    Task<IReadOnlyList<MetServer>> LookAsync(CancellationToken cancel);
}

/// <summary>A server that runs with the journal.</summary>
/// <param name="Address">Akka address to join it at.</param>
/// <param name="Cluster">What the servers of one cluster have in common: the hash of their certificate authority.</param>
public sealed record MetServer(string Address, string Cluster);
