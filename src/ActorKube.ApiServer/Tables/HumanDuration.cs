using System.Text.Json;

namespace ActorKube.ApiServer.Tables;

/// <summary>Durations as kubectl shows them (upstream: <c>apimachinery/pkg/util/duration</c>).</summary>
internal static class HumanDuration
{
    /// <summary>What stands where there is no time.</summary>
    public const string Unknown = "<unknown>";

    /// <summary>The time from a timestamp to <paramref name="now"/>.</summary>
    public static string Since(JsonElement timestamp, DateTimeOffset now) =>
        timestamp.ValueKind == JsonValueKind.String && timestamp.TryGetDateTimeOffset(out var then) ? Format(now - then) : Unknown;

    /// <summary>At most two units, fewer the longer the time: <c>45s</c>, <c>5m30s</c>, <c>3h20m</c>, <c>2d4h</c>, <c>100d</c>, <c>3y15d</c>.</summary>
    public static string Format(TimeSpan duration)
    {
        var seconds = (long)Math.Truncate(duration.TotalSeconds);
        if (seconds < -1)
            return "<invalid>";
        if (seconds < 0)
            return "0s";
        if (seconds < 60 * 2)
            return $"{seconds}s";
        var minutes = seconds / 60;
        if (minutes < 10)
            return seconds % 60 == 0 ? $"{minutes}m" : $"{minutes}m{seconds % 60}s";
        if (minutes < 60 * 3)
            return $"{minutes}m";
        var hours = minutes / 60;
        if (hours < 8)
            return minutes % 60 == 0 ? $"{hours}h" : $"{hours}h{minutes % 60}m";
        if (hours < 48)
            return $"{hours}h";
        if (hours < 24 * 8)
            return hours % 24 == 0 ? $"{hours / 24}d" : $"{hours / 24}d{hours % 24}h";
        if (hours < 24 * 365 * 2)
            return $"{hours / 24}d";
        var years = hours / 24 / 365;
        if (hours < 24 * 365 * 8)
        {
            var days = hours / 24 % 365;
            return days == 0 ? $"{years}y" : $"{years}y{days}d";
        }
        return $"{years}y";
    }
}
