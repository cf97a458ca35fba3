using System.Text;

namespace ActorKube.NodeAgent.Setup;

/// <summary>
/// Expands <c>$(NAME)</c> in commands, arguments and values. <c>$$</c> is a dollar sign, a name that is not known stays as it is, and so does
/// everything that is not a closed reference.
/// </summary>
internal static class Expansion
{
    /// <summary>The text with every known name replaced.</summary>
    public static string Expand(string text, Func<string, string?> lookup)
    {
        if (!text.Contains('$'))
            return text;
        var result = new StringBuilder(text.Length);
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] != '$' || i + 1 == text.Length)
            {
                result.Append(text[i]);
                continue;
            }
            i++;
            if (text[i] == '$')
            {
                result.Append('$');
            }
            else if (text[i] == '(' && text.IndexOf(')', i) is var end and > 0)
            {
                var name = text[(i + 1)..end];
                result.Append(lookup(name) ?? $"$({name})");
                i = end;
            }
            else
            {
                result.Append('$').Append(text[i]);
            }
        }
        return result.ToString();
    }
}
