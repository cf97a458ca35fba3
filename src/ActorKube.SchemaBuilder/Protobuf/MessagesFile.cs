using System.Globalization;
using ActorKube.Api.Protobuf.Image;

namespace ActorKube.SchemaBuilder.Protobuf;

/// <summary>Reads the tables of protobuf messages. The grammar is in this project's README; anything it does not know is an error with its line.</summary>
internal static class MessagesFile
{
    public static IReadOnlyList<MessageFacts> Read(string file, TextReader reader)
    {
        var messages = new List<MessageFacts>();
        var aliases = new Dictionary<string, string>();
        string package = "", apiVersion = "";
        var number = 0;
        while (reader.ReadLine() is { } line)
        {
            var origin = $"{file}({++number})";
            try
            {
                switch (line.Split('#')[0].Split(' ', StringSplitOptions.RemoveEmptyEntries))
                {
                    case []: break;
                    case ["package", var name, var version]: (package, apiVersion) = (name, version); break;
                    case ["use", var alias, var name]: aliases.Add(alias, name); break;
                    case [var field, var name, var type, .. var words] when line[0] == ' ':
                        if (messages.Count == 0)
                            throw new FormatException("a field before any message");
                        messages[^1].Fields.Add(Field(field, name, type, words, reference => Resolve(reference, package, aliases)));
                        break;
                    case [var name, .. var words] when line[0] != ' ' && package.Length > 0: messages.Add(Message(name, words, package, apiVersion, origin)); break;
                    default: throw new FormatException($"'{line}' is neither a message nor a field");
                }
            }
            catch (FormatException e)
            {
                throw new FormatException($"{origin}: {e.Message}", e);
            }
        }
        return messages;
    }

    private static MessageFacts Message(string name, string[] words, string package, string apiVersion, string origin)
    {
        var message = new MessageFacts($"{package}.{name}", origin);
        foreach (var word in words)
        {
            message = word switch
            {
                "kind" => message with { ApiVersion = apiVersion },
                "list" => message with { Form = MessageForm.List },
                "union" => message with { Form = MessageForm.Union },
                _ => throw new FormatException($"unknown word '{word}' about {name}"),
            };
        }
        return message;
    }

    private static FieldFacts Field(string number, string name, string type, string[] words, Func<string, string> resolve)
    {
        var flags = FieldFlags.None;
        foreach (var word in words)
        {
            flags |= word switch
            {
                "zero" => FieldFlags.ZeroIsUnset,
                "inline" => FieldFlags.Inline,
                _ => throw new FormatException($"unknown word '{word}' about {name}"),
            };
        }
        if (type.EndsWith("[]", StringComparison.Ordinal))
            (type, flags) = (type[..^2], flags | FieldFlags.List);
        else if (type.StartsWith("map<", StringComparison.Ordinal) && type.EndsWith('>'))
            (type, flags) = (type[4..^1], flags | FieldFlags.Map);
        var kind = Type(type);
        return new FieldFacts(int.Parse(number, NumberStyles.None, CultureInfo.InvariantCulture), name, kind, kind == FieldType.Message ? resolve(type) : null, flags);
    }

    private static FieldType Type(string name) => name switch
    {
        "string" => FieldType.String,
        "bytes" => FieldType.Bytes,
        "bool" => FieldType.Bool,
        "int32" => FieldType.Int32,
        "int64" => FieldType.Int64,
        "double" => FieldType.Double,
        "quantity" => FieldType.Quantity,
        "int-or-string" => FieldType.IntOrString,
        "time" => FieldType.Time,
        "micro-time" => FieldType.MicroTime,
        "duration" => FieldType.Duration,
        "json" => FieldType.Json,
        _ => FieldType.Message,
    };

    private static string Resolve(string reference, string package, Dictionary<string, string> aliases)
    {
        var dot = reference.LastIndexOf('.');
        if (dot < 0)
            return $"{package}.{reference}";
        return aliases.TryGetValue(reference[..dot], out var used) ? $"{used}{reference[dot..]}" : throw new FormatException($"no 'use {reference[..dot]}'");
    }
}
