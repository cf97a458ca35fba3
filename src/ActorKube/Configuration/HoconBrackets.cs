namespace ActorKube.Configuration;

/// <summary>Looks whether a HOCON document is whole. The parser takes one that was cut off for what is left of it, which would silently drop settings.</summary>
internal static class HoconBrackets
{
    private const string Quotes = "\"\"\"";

    /// <summary>What is wrong with the brackets, in words; null when each is closed.</summary>
    public static string? Complaint(string text)
    {
        var open = new Stack<(char Closing, int Line)>();
        var line = 1;
        for (var i = 0; i < text.Length; i++)
            switch (text[i])
            {
                case '\n':
                    line++;
                    break;
                case '#':
                case '/' when text.AsSpan(i).StartsWith("//"):
                    i = EndOfLine(text, i) - 1;
                    break;
                case '"':
                    var end = EndOfString(text, i);
                    if (end < 0)
                        return $"the text that begins in line {line} is not closed";
                    line += text.AsSpan(i, end - i).Count('\n');
                    i = end - 1;
                    break;
                case '{':
                    open.Push(('}', line));
                    break;
                case '[':
                    open.Push((']', line));
                    break;
                case '}' or ']' when !open.TryPop(out var last) || last.Closing != text[i]:
                    return $"the '{text[i]}' in line {line} closes nothing";
            }
        return open.TryPeek(out var left) ? $"a '{left.Closing}' is missing for the bracket in line {left.Line}" : null;
    }

    private static int EndOfLine(string text, int start) => text.IndexOf('\n', start) is >= 0 and var end ? end : text.Length;

    // Behind the closing quote; negative when there is none.
    private static int EndOfString(string text, int start)
    {
        if (text.AsSpan(start).StartsWith(Quotes))
            return text.IndexOf(Quotes, start + Quotes.Length, StringComparison.Ordinal) is >= 0 and var end ? end + Quotes.Length : -1;
        for (var i = start + 1; i < text.Length && text[i] != '\n'; i++)
            if (text[i] == '\\')
                i++;
            else if (text[i] == '"')
                return i + 1;
        return -1;
    }
}
