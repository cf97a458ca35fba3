using ActorKube.Api.Patching;
using ActorKube.Api.Schema;

namespace ActorKube.SchemaBuilder.Facts;

/// <summary>Reads the facts tables. The grammar is in this project's README; anything it does not know is an error with its line.</summary>
internal static class FactsFile
{
    public static IReadOnlyList<DefinitionFacts> Read(string file, TextReader reader)
    {
        var definitions = new List<DefinitionFacts>();
        string? package = null;
        var version = "";
        var number = 0;
        while (reader.ReadLine() is { } line)
        {
            number++;
            try
            {
                var words = Words(line);
                if (words.Length == 0)
                    continue;
                if (line[0] == ' ')
                    AddProperty(definitions, words);
                else if (words[0] == "package")
                    (package, version) = (words[1], words.Length > 2 ? words[2] : "");
                else
                    definitions.Add(Definition(package ?? throw new FormatException("a definition before any package"), version, words));
            }
            catch (FormatException e)
            {
                throw new FormatException($"{file}({number}): {e.Message}", e);
            }
        }
        return definitions;
    }

    private static DefinitionFacts Definition(string package, string version, string[] words)
    {
        var facts = new DefinitionFacts(package, words[0]) { TypeName = Capitalised(version) + words[0] };
        foreach (var word in words.AsSpan(1))
        {
            var (fact, value) = Split(word);
            switch (fact)
            {
                case "type": facts.TypeName = value; break;
                case "as": facts.Scalar = Scalar(value); break;
                case "format": facts.Format = value; break;
                case "kind": facts.KindOf = value; break;
                case "map" when value == "atomic": facts.Atomic = true; break;
                default: throw new FormatException($"unknown fact '{word}' about {words[0]}");
            }
        }
        return facts;
    }

    private static void AddProperty(List<DefinitionFacts> definitions, string[] words)
    {
        if (definitions.Count == 0)
            throw new FormatException("a property before any definition");
        var facts = new PropertyFacts(words[0]);
        foreach (var word in words.AsSpan(1))
            Apply(facts, word);
        if (!definitions[^1].Properties.TryAdd(facts.Name, facts))
            throw new FormatException($"'{facts.Name}' is listed twice");
    }

    private static void Apply(PropertyFacts facts, string word)
    {
        var (fact, value) = Split(word);
        switch (fact)
        {
            case "required": facts.Required = true; break;
            case "required!": facts.Required = facts.Enforced = true; break;
            case "immutable": facts.Immutable = true; break;
            case "immutable!": facts.DeclaredImmutable = true; break;
            case "nullable": facts.Nullable = true; break;
            case "zero": facts.ZeroIsUnset = true; break;
            case "default": facts.Default = value; break;
            case "enum": facts.Enum = [.. value.Split(',').Select(v => v.Trim('"'))]; break;
            case "list": facts.List = List(value); break;
            case "keys": facts.Keys = value.Split(','); break;
            case "map" when value == "atomic": facts.Atomic = true; break;
            case "merge": facts.MergeKey = value; break;
            case "strategy": facts.Strategy = value.Split(',').Aggregate(PatchStrategy.None, (all, one) => all | Strategy(one)); break;
            case "ref": facts.Reference = value; break;
            case "format": facts.Format = value; break;
            default: throw new FormatException($"unknown fact '{word}' about {facts.Name}");
        }
    }

    /// <summary>Splits at blanks outside double quotes, up to a comment.</summary>
    private static string[] Words(string line)
    {
        var words = new List<string>();
        var quoted = false;
        var start = 0;
        for (var i = 0; i <= line.Length && line.AsSpan(start) is not ['#', ..]; i++)
        {
            if (i < line.Length && line[i] == '"')
                quoted = !quoted;
            if (i < line.Length && (quoted || line[i] != ' '))
                continue;
            if (i > start)
                words.Add(line[start..i]);
            start = Math.Min(i + 1, line.Length);
        }
        return quoted ? throw new FormatException("a quote is not closed") : [.. words];
    }

    private static (string Fact, string Value) Split(string word)
    {
        var equals = word.IndexOf('=', StringComparison.Ordinal);
        return equals < 0 ? (word, "") : (word[..equals], word[(equals + 1)..]);
    }

    private static SchemaType Scalar(string value) => value switch
    {
        "string" => SchemaType.String,
        "quantity" => SchemaType.Quantity,
        "int-or-string" => SchemaType.IntOrString,
        "any" => SchemaType.Any,
        "object" => SchemaType.AnyObject,
        _ => throw new FormatException($"unknown type '{value}'"),
    };

    private static ListType List(string value) => value switch
    {
        "atomic" => ListType.Atomic,
        "set" => ListType.Set,
        "map" => ListType.Map,
        _ => throw new FormatException($"unknown list type '{value}'"),
    };

    private static PatchStrategy Strategy(string value) => value switch
    {
        "merge" => PatchStrategy.Merge,
        "replace" => PatchStrategy.Replace,
        "retainKeys" => PatchStrategy.RetainKeys,
        _ => throw new FormatException($"unknown patch strategy '{value}'"),
    };

    private static string Capitalised(string version) => version.Length == 0 ? "" : char.ToUpperInvariant(version[0]) + version[1..];
}
