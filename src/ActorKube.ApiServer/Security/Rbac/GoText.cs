using System.Text;

namespace ActorKube.ApiServer.Security.Rbac;

/// <summary>Text the way Go prints it with <c>%q</c>, which upstream's messages do.</summary>
internal static class GoText
{
    /// <summary><c>"a"</c>, with quotes and backslashes escaped.</summary>
    public static string Quote(string value) => '"' + value.Replace("\\", "\\\\").Replace("\"", "\\\"").Replace("\n", "\\n") + '"';

    /// <summary><c>["a" "b"]</c>.</summary>
    public static string List(IEnumerable<string> values)
    {
        var text = new StringBuilder("[");
        foreach (var value in values)
            text.Append(text.Length > 1 ? " " : "").Append(Quote(value));
        return text.Append(']').ToString();
    }
}
