using ActorKube.Testing.PostgreSql;

namespace ActorKube.EndToEnd.Tests.Scenarios;

/// <summary>Scenarios with PostgreSQL, one after the other and after all that run side by side: how long a take-over takes is measured.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class SeveralServers : ICollectionFixture<PostgreSqlServer>
{
    public const string Name = "several servers";
}
