using System.Data.Common;

namespace ActorKube.Store.Journal;

/// <summary>Single statements on a connection.</summary>
internal static class DatabaseCommands
{
    /// <summary>Carries out a statement that is a constant of this program.</summary>
    /// <returns>The first column of the first row; null when there is none.</returns>
    public static object? Execute(this DbConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
#pragma warning disable CA2100 // Statements are constants of this program.
        command.CommandText = sql;
#pragma warning restore CA2100
        return command.ExecuteScalar();
    }
}
