using ActorKube.Protocol.Store;
using ActorKube.Store.Hosting;
using ActorKube.Store.Tests.Support;
using ActorKube.Testing.PostgreSql;

namespace ActorKube.Store.Tests.Conformance;

public sealed class InMemoryStoreConformance : StoreConformance, IAsyncDisposable
{
    private readonly InProcessStore _process = InProcessStore.Start();

    protected override IResourceStore Store => _process.Store;

    public ValueTask DisposeAsync() => _process.DisposeAsync();
}

public sealed class SqliteStoreConformance : StoreConformance, IAsyncDisposable
{
    private readonly TemporaryDirectory _directory = new();
    private readonly InProcessStore _process;

    public SqliteStoreConformance() => _process = InProcessStore.Start(JournalChoice.Sqlite(_directory.Path));

    protected override IResourceStore Store => _process.Store;

    public async ValueTask DisposeAsync()
    {
        await _process.DisposeAsync();
        _directory.Dispose();
    }
}

[Trait("Category", "PostgreSql")]
public sealed class PostgreSqlStoreConformance(PostgreSqlServer server) : StoreConformance, IClassFixture<PostgreSqlServer>, IAsyncLifetime
{
    private InProcessStore? _process;

    protected override IResourceStore Store => _process!.Store;

    public async ValueTask InitializeAsync()
    {
        Assert.SkipWhen(PostgreSqlServer.Home is null, "PostgreSQL is not installed.");
        _process = InProcessStore.Start(JournalChoice.PostgreSql(await server.NewDatabase()));
    }

    public async ValueTask DisposeAsync()
    {
        if (_process is not null)
            await _process.DisposeAsync();
    }
}
