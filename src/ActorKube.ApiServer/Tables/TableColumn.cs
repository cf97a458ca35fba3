using System.Globalization;
using System.Text.Json;

namespace ActorKube.ApiServer.Tables;

/// <summary>One column of a kind's table and how its cells come out of an object.</summary>
/// <param name="Name">Heading.</param>
/// <param name="Type">OpenAPI type of the cells: <c>string</c>, <c>integer</c>, <c>number</c>, <c>boolean</c> or <c>date</c>.</param>
/// <param name="Cell">The value; called with the object as JSON and the time of the request.</param>
internal sealed record TableColumn(string Name, string Type, Func<JsonElement, DateTimeOffset, TableCell> Cell)
{
    /// <summary><c>metadata.name</c>; clients may render it as a link.</summary>
    public static readonly TableColumn ObjectName = new("Name", "string", static (o, _) => o.At("metadata", "name").AsText())
    {
        Format = "name",
        Description = "Name of the object, unique within its namespace and kind.",
    };

    /// <summary>Time since the object was created.</summary>
    public static readonly TableColumn Age = new("Age", "string", static (o, now) => HumanDuration.Since(o.At("metadata", "creationTimestamp"), now))
    {
        Description = "Time since the object was created.",
    };

    /// <summary>Name and time of creation: upstream's table for kinds that define none.</summary>
    public static readonly IReadOnlyList<TableColumn> Default =
    [
        ObjectName,
        new("Created At", "date", static (o, _) => o.At("metadata", "creationTimestamp").AsText()) { Description = "When the object was created." },
    ];

    /// <summary>OpenAPI format; empty for none.</summary>
    public string Format { get; init; } = "";

    /// <summary>For people.</summary>
    public string Description { get; init; } = "";

    /// <summary>0 for columns that are always shown, 1 for those of <c>-o wide</c>.</summary>
    public int Priority { get; init; }

    /// <summary>A column that upstream declares as text; its cells may be numbers all the same.</summary>
    public static TableColumn Text(string name, string description, Func<JsonElement, TableCell> cell, int priority = 0) =>
        new(name, "string", (o, _) => cell(o)) { Description = description, Priority = priority };

    /// <summary>A number column.</summary>
    public static TableColumn Number(string name, string description, Func<JsonElement, TableCell> cell, int priority = 0) =>
        new(name, "integer", (o, _) => cell(o)) { Description = description, Priority = priority };
}

/// <summary>The value of one cell: a text, an integer, a truth value or nothing.</summary>
internal readonly struct TableCell
{
    private readonly string? _text;
    private readonly long _number;
    private readonly CellKind _kind;

    private TableCell(string? text, long number, CellKind kind)
    {
        _text = text;
        _number = number;
        _kind = kind;
    }

    /// <summary>A text.</summary>
    public static implicit operator TableCell(string? text) => text is null ? default : new(text, 0, CellKind.Text);

    /// <summary>An integer.</summary>
    public static implicit operator TableCell(long number) => new(null, number, CellKind.Number);

    /// <summary>A truth value.</summary>
    public static implicit operator TableCell(bool flag) => new(null, flag ? 1 : 0, CellKind.Flag);

    /// <summary>Writes the value as JSON.</summary>
    public void Write(Utf8JsonWriter writer)
    {
        switch (_kind)
        {
            case CellKind.Text: writer.WriteStringValue(_text); break;
            case CellKind.Number: writer.WriteNumberValue(_number); break;
            case CellKind.Flag: writer.WriteBooleanValue(_number != 0); break;
            case CellKind.Null: writer.WriteNullValue(); break;
            default: throw new InvalidOperationException($"Unknown cell kind {_kind}.");
        }
    }

    /// <inheritdoc/>
    public override string ToString() => _kind switch
    {
        CellKind.Text => _text!,
        CellKind.Number => _number.ToString(CultureInfo.InvariantCulture),
        CellKind.Flag => _number != 0 ? "true" : "false",
        _ => "",
    };

    private enum CellKind
    {
        Null,
        Text,
        Number,
        Flag,
    }
}
