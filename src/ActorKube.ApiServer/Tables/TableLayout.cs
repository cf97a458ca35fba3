using System.Text.Json;

namespace ActorKube.ApiServer.Tables;

/// <summary>How objects of one kind are shown as rows.</summary>
/// <param name="Columns">The columns.</param>
/// <param name="Completion">Says of an object whether it has run its course; null for kinds that have none.</param>
internal readonly record struct TableLayout(IReadOnlyList<TableColumn> Columns, Func<JsonElement, RowCompletion?>? Completion = null);

/// <summary>That the object of a row has run its course.</summary>
/// <param name="Reason">In one word.</param>
/// <param name="Message">In a sentence.</param>
internal sealed record RowCompletion(string Reason, string Message);
