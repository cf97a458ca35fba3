namespace ActorKube.Api.Json;

/// <summary>
/// Says what is wrong with malformed JSON in the words clients know from upstream (<c>invalid character '}' looking for beginning of
/// object key string</c>). Runs only over input that the fast reader has refused.
/// </summary>
internal ref struct JsonSyntax
{
    private const string UnexpectedEnd = "unexpected end of JSON input";

    private readonly ReadOnlySpan<byte> _json;
    private readonly int _maxDepth;
    private int _position;

    private JsonSyntax(ReadOnlySpan<byte> json, int maxDepth)
    {
        _json = json;
        _maxDepth = maxDepth;
    }

    /// <summary>The first error of the input.</summary>
    public static string Explain(ReadOnlySpan<byte> json, int maxDepth)
    {
        var scan = new JsonSyntax(json, maxDepth);
        var error = scan.Value(0);
        if (error is not null)
            return error;
        scan.SkipSpace();
        return scan._position < json.Length ? scan.Invalid("after top-level value") : "invalid JSON";
    }

    private readonly bool AtEnd => _position >= _json.Length;

    private readonly string Invalid(string context) =>
        AtEnd ? UnexpectedEnd : $"invalid character {GoText.QuoteByte(_json[_position])} {context}";

    private void SkipSpace()
    {
        while (!AtEnd && _json[_position] is (byte)' ' or (byte)'\t' or (byte)'\r' or (byte)'\n')
            _position++;
    }

    private string? Value(int depth)
    {
        SkipSpace();
        if (AtEnd)
            return UnexpectedEnd;
        switch (_json[_position])
        {
            case (byte)'{':
                return depth >= _maxDepth ? Invalid("exceeded max depth") : Object(depth + 1);
            case (byte)'[':
                return depth >= _maxDepth ? Invalid("exceeded max depth") : Array(depth + 1);
            case (byte)'"':
                return Text();
            case (byte)'t':
                return Literal("true");
            case (byte)'f':
                return Literal("false");
            case (byte)'n':
                return Literal("null");
            case (byte)'-' or (>= (byte)'0' and <= (byte)'9'):
                return Number();
            default:
                return Invalid("looking for beginning of value");
        }
    }

    private string? Object(int depth)
    {
        _position++;
        for (var first = true; ; first = false)
        {
            SkipSpace();
            if (first && Take('}'))
                return null;
            if (AtEnd || _json[_position] != (byte)'"')
                return Invalid("looking for beginning of object key string");
            if (Text() is { } badKey)
                return badKey;
            SkipSpace();
            if (!Take(':'))
                return Invalid("after object key");
            if (Value(depth) is { } badValue)
                return badValue;
            SkipSpace();
            if (Take('}'))
                return null;
            if (!Take(','))
                return Invalid("after object key:value pair");
        }
    }

    private string? Array(int depth)
    {
        _position++;
        SkipSpace();
        if (Take(']'))
            return null;
        while (true)
        {
            if (Value(depth) is { } badValue)
                return badValue;
            SkipSpace();
            if (Take(']'))
                return null;
            if (!Take(','))
                return Invalid("after array element");
        }
    }

    private string? Text()
    {
        _position++;
        while (!AtEnd)
        {
            var character = _json[_position];
            if (character < 0x20)
                return Invalid("in string literal");
            _position++;
            if (character == (byte)'"')
                return null;
            if (character == (byte)'\\' && Escape() is { } bad)
                return bad;
        }
        return UnexpectedEnd;
    }

    private string? Escape()
    {
        if (AtEnd || !"bfnrt\\/\"u".Contains((char)_json[_position]))
            return Invalid("in string escape code");
        if (_json[_position++] != (byte)'u')
            return null;
        for (var digit = 0; digit < 4; digit++, _position++)
            if (AtEnd || !char.IsAsciiHexDigit((char)_json[_position]))
                return Invalid("in \\u hexadecimal character escape");
        return null;
    }

    private string? Literal(string word)
    {
        for (var i = 0; i < word.Length; i++, _position++)
            if (AtEnd || _json[_position] != word[i])
                return Invalid($"in literal {word} (expecting '{word[i]}')");
        return null;
    }

    private string? Number()
    {
        Take('-');
        if (!Take('0') && !Digits())
            return Invalid("in numeric literal");
        if (Take('.') && !Digits())
            return Invalid("after decimal point in numeric literal");
        if (Take('e') || Take('E'))
        {
            if (!Take('+'))
                Take('-');
            if (!Digits())
                return Invalid("in exponent of numeric literal");
        }
        return null;
    }

    private bool Digits()
    {
        var start = _position;
        while (!AtEnd && char.IsAsciiDigit((char)_json[_position]))
            _position++;
        return _position > start;
    }

    private bool Take(char expected)
    {
        if (AtEnd || _json[_position] != expected)
            return false;
        _position++;
        return true;
    }
}
