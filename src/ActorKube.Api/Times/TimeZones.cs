namespace ActorKube.Api.Times;

/// <summary>The time zones of the IANA database.</summary>
public static class TimeZones
{
    /// <summary>The zone of a name, written as it is there; null when there is none. .NET finds zones whatever their case, upstream does not.</summary>
    public static TimeZoneInfo? Find(string name) => TimeZoneInfo.TryFindSystemTimeZoneById(name, out var zone) && zone.Id == name ? zone : null;
}
