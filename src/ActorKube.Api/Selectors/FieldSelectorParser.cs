using System.Text;
using ActorKube.Api.Errors;

namespace ActorKube.Api.Selectors;

/// <summary>Parses field selectors by upstream's grammar, with its messages.</summary>
internal static class FieldSelectorParser
{
    public static List<FieldRequirement> Parse(string selector)
    {
        SelectorLimits.CheckLength(selector, "field");
        var requirements = new List<FieldRequirement>();
        foreach (var term in Terms(selector).Order(StringComparer.Ordinal))
        {
            if (term.Length == 0)
                continue;
            requirements.Add(Term(selector, term));
            SelectorLimits.CheckRequirements(requirements.Count, "field");
        }
        return requirements;
    }

    private static List<string> Terms(string selector)
    {
        var terms = new List<string>();
        var start = 0;
        for (var i = 0; i < selector.Length; i++)
            if (selector[i] == '\\')
                i++;
            else if (selector[i] == ',')
            {
                terms.Add(selector[start..i]);
                start = i + 1;
            }
        terms.Add(selector[start..]);
        return terms;
    }

    private static FieldRequirement Term(string selector, string term)
    {
        for (var i = 0; i < term.Length; i++)
        {
            var rest = term.AsSpan(i);
            var negated = rest.StartsWith("!=");
            if (!negated && rest[0] != '=')
                continue;
            var operatorLength = negated || rest.StartsWith("==") ? 2 : 1;
            return new FieldRequirement(term[..i], Unescape(term[(i + operatorLength)..]), negated);
        }
        throw ApiErrors.BadRequest($"invalid selector: '{selector}'; can't understand '{term}'");
    }

    private static string Unescape(string value)
    {
        if (value.AsSpan().IndexOfAny('\\', ',', '=') < 0)
            return value;
        var text = new StringBuilder(value.Length);
        for (var i = 0; i < value.Length; i++)
            switch (value[i])
            {
                case '\\' when i + 1 == value.Length:
                    throw Escape("\\");
                case '\\' when value[i + 1] is '\\' or ',' or '=':
                    text.Append(value[++i]);
                    break;
                case '\\':
                    throw Escape(value.Substring(i, 2));
                case ',' or '=':
                    // Upstream prints the character as its number.
                    throw ApiErrors.BadRequest($"invalid field selector: unescaped character in value: {(int)value[i]}");
                default:
                    text.Append(value[i]);
                    break;
            }
        return text.ToString();
    }

    private static ApiException Escape(string sequence) => ApiErrors.BadRequest($"invalid field selector: invalid escape sequence: {sequence}");
}
