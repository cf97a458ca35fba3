using System.CommandLine;
using ActorKube.Store.Hosting;

namespace ActorKube.CommandLine;

/// <summary>The option <c>--journal</c>: where a cluster's state is.</summary>
internal static class JournalOption
{
    private const string Sqlite = "sqlite";
    private const string PostgreSql = "postgresql:";

    /// <summary>The option; an embedded journal is the default.</summary>
    public static Option<string> Make(string description) => new("--journal") { Description = description, DefaultValueFactory = _ => Sqlite };

    /// <summary>True when several processes may share it.</summary>
    public static bool IsShared(string text) => text.StartsWith(PostgreSql, StringComparison.Ordinal);

    /// <summary>The journal.</summary>
    /// <param name="text">The option's value.</param>
    /// <param name="directory">Where the embedded journal is.</param>
    /// <exception cref="UserError">There is no such kind of journal, or the connection string is malformed.</exception>
    public static JournalChoice Read(string text, string directory) =>
        text == Sqlite ? JournalChoice.Sqlite(directory)
        : IsShared(text) ? Shared(text[PostgreSql.Length..])
        : throw new UserError($"--journal has to be sqlite or postgresql:CONNECTION-STRING, not '{text}'.");

    private static JournalChoice Shared(string connectionString)
    {
        try
        {
            return JournalChoice.PostgreSql(connectionString);
        }
        catch (ArgumentException malformed)
        {
            throw new UserError($"--journal: the connection string cannot be understood: {malformed.Message.TrimEnd('.')}.");
        }
    }
}
