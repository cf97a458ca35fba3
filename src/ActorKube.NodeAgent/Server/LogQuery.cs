using System.Globalization;
using ActorKube.Api.Times;
using Microsoft.AspNetCore.Http;

namespace ActorKube.NodeAgent.Server;

/// <summary>Reads log options from a query string, as <c>PodLogOptions</c> are written there.</summary>
internal static class LogQuery
{
    /// <summary>The options.</summary>
    /// <param name="query">The query.</param>
    /// <param name="now">What <c>sinceSeconds</c> counts back from.</param>
    /// <exception cref="FormatException">With the answer for the client.</exception>
    public static LogOptions Read(IQueryCollection query, DateTimeOffset now)
    {
        var seconds = Number(query, "sinceSeconds", least: 1);
        var time = Time(query, "sinceTime");
        if (seconds is not null && time is not null)
            throw new FormatException("at most one of `sinceTime` or `sinceSeconds` may be specified");
        return new LogOptions
        {
            Follow = Flag(query, "follow"),
            Previous = Flag(query, "previous"),
            Timestamps = Flag(query, "timestamps"),
            TailLines = query["tailLines"].ToString() is "all" ? null : Number(query, "tailLines", least: 0),
            LimitBytes = Number(query, "limitBytes", least: 1),
            Since = time ?? (seconds is { } s ? KubeTime.Later(now, -s) : null),
            Stream = query["stream"].ToString() switch
            {
                "" or "All" => "",
                "Stdout" => "stdout",
                "Stderr" => "stderr",
                var other => throw new FormatException($"stream: Unsupported value: \"{other}\": supported values: \"All\", \"Stderr\", \"Stdout\""),
            },
        };
    }

    private static bool Flag(IQueryCollection query, string name) => query[name].ToString() is "true" or "1" or "True" or "t";

    private static long? Number(IQueryCollection query, string name, long least)
    {
        var text = query[name].ToString();
        if (text.Length == 0)
            return null;
        return long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value) && value >= least
            ? value
            : throw new FormatException($"{name}: Invalid value: {text}: must be greater than or equal to {least}");
    }

    private static DateTimeOffset? Time(IQueryCollection query, string name)
    {
        var text = query[name].ToString();
        if (text.Length == 0)
            return null;
        return DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time) ? time : throw new FormatException($"{name}: Invalid value: {text}: must be an RFC 3339 time");
    }
}
