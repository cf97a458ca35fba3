namespace ActorKube.Api.Selectors;

internal enum LabelToken
{
    End,
    Identifier,
    Comma,
    Open,
    Close,
    Not,
    Equals,
    DoubleEquals,
    NotEquals,
    Greater,
    Less,
    In,
    NotIn,
}

/// <summary>Cuts a label selector into tokens.</summary>
internal static class LabelSelectorLexer
{
    private const string Space = " \t\r\n";
    private const string Special = "=!(),><";

    public static List<(LabelToken Token, string Text)> Scan(string selector)
    {
        var tokens = new List<(LabelToken, string)>();
        var rest = selector.AsSpan();
        while (true)
        {
            rest = rest.TrimStart(Space);
            if (rest.IsEmpty)
                break;
            var token = Next(rest, out var length);
            tokens.Add((token, rest[..length].ToString()));
            rest = rest[length..];
        }
        tokens.Add((LabelToken.End, ""));
        return tokens;
    }

    private static LabelToken Next(ReadOnlySpan<char> rest, out int length)
    {
        length = rest is ['=', '=', ..] or ['!', '=', ..] ? 2 : 1;
        switch (rest[0])
        {
            case '=': return length == 2 ? LabelToken.DoubleEquals : LabelToken.Equals;
            case '!': return length == 2 ? LabelToken.NotEquals : LabelToken.Not;
            case '(': return LabelToken.Open;
            case ')': return LabelToken.Close;
            case ',': return LabelToken.Comma;
            case '>': return LabelToken.Greater;
            case '<': return LabelToken.Less;
        }
        var end = rest.IndexOfAny(Space + Special);
        length = end < 0 ? rest.Length : end;
        return rest[..length] switch
        {
            "in" => LabelToken.In,
            "notin" => LabelToken.NotIn,
            _ => LabelToken.Identifier,
        };
    }
}
