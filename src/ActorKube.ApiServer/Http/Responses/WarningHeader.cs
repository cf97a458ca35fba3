using System.Text;
using ActorKube.ApiServer.Pipeline;
using Microsoft.AspNetCore.Http;

namespace ActorKube.ApiServer.Http.Responses;

/// <summary>Writes sentences as <c>Warning</c> headers: <c>299 - "text"</c> (RFC 7234, section 5.5).</summary>
internal static class WarningHeader
{
    /// <summary>Adds the warnings to an answer that has not begun.</summary>
    public static void AddTo(HttpContext context, WarningList warnings)
    {
        foreach (var warning in warnings.Items)
            AddTo(context.Response, warning);
    }

    /// <summary>Adds one warning to an answer that has not begun.</summary>
    public static void AddTo(HttpResponse response, string warning) => response.Headers.Append("Warning", Encode(warning));

    /// <summary>One header value; what may not stand in a header is left out.</summary>
    public static string Encode(string warning)
    {
        var text = new StringBuilder("299 - \"", warning.Length + 16);
        foreach (var c in warning)
            if (c is '"' or '\\')
                text.Append('\\').Append(c);
            else if (c is >= ' ' and <= '~')
                text.Append(c);
            else
                text.Append(c == '\n' ? ' ' : '?');
        return text.Append('"').ToString();
    }
}
