using System.Globalization;
using ActorKube.Api.Errors;

namespace ActorKube.ApiServer.Verbs;

/// <summary>Numbers and truth values in queries, read as upstream reads them.</summary>
internal static class QueryValues
{
    /// <summary>An integer, or null when absent.</summary>
    /// <exception cref="ApiException">400: no integer.</exception>
    public static long? Integer(string? text)
    {
        if (string.IsNullOrEmpty(text))
            return null;
        if (long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value))
            return value;
        throw ApiErrors.BadRequest($"strconv.ParseInt: parsing \"{text}\": {(IsNumber(text) ? "value out of range" : "invalid syntax")}");
    }

    /// <summary>A truth value: anything but <c>false</c> and <c>0</c> is true once the parameter is there; null when absent.</summary>
    public static bool? Flag(string? text) => text is null ? null : !(text.Equals("false", StringComparison.OrdinalIgnoreCase) || text == "0");

    private static bool IsNumber(string text) => text.AsSpan().TrimStart("+-").IndexOfAnyExceptInRange('0', '9') < 0 && text.Length > 1;
}
