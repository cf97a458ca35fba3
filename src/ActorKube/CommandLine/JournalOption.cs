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
    /// <exception cref="UserError">There is no such kind of journal, or the connection string is none.</exception>
    public static JournalChoice Read(string text, string directory)
    {
        if (text == Sqlite)
            return JournalChoice.Sqlite(directory);
        if (!IsShared(text))
            throw new UserError($"--journal has to be sqlite or postgresql:CONNECTION-STRING, not '{KindOf(text)}'.");
        try
        {
            return JournalChoice.PostgreSql(text[PostgreSql.Length..]);
        }
        catch (ArgumentException malformed)
        {
            throw new UserError($"--journal: the connection string cannot be understood: {malformed.Message.TrimEnd('.')}.");
        }
    }

    // What follows the kind is a connection string, with a password in it.
    private static string KindOf(string text) => text.Split(':', ';', '=')[0] is var kind && kind.Length < text.Length ? $"{kind}…" : text;
}
