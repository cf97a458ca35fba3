using System.Globalization;
using ActorKube.Api.Cron;

namespace ActorKube.Api.Tests.Cron;

public class CronScheduleTests
{
    [Theory]
    [InlineData("* * * * *", "2030-01-01T00:00:00Z", "2030-01-01T00:01:00Z")]
    [InlineData("* * * * *", "2030-01-01T00:00:59Z", "2030-01-01T00:01:00Z")]
    [InlineData("*/15 * * * *", "2030-01-01T00:45:00Z", "2030-01-01T01:00:00Z")]
    [InlineData("5/20 * * * *", "2030-01-01T00:06:00Z", "2030-01-01T00:25:00Z")]
    [InlineData("20-35/15 * * * *", "2030-01-01T00:21:00Z", "2030-01-01T00:35:00Z")]
    [InlineData("0 0 29 2 *", "2029-03-01T00:00:00Z", "2032-02-29T00:00:00Z")]
    [InlineData("0 0 ? jan-MAR Mon", "2030-01-01T00:00:00Z", "2030-01-07T00:00:00Z")]
    [InlineData("0 0 13 * 5", "2030-01-05T00:00:00Z", "2030-01-11T00:00:00Z")] // a Friday
    [InlineData("0 0 13 * 5", "2030-01-11T00:00:00Z", "2030-01-13T00:00:00Z")] // a thirteenth
    [InlineData("0 0 13 * */2", "2030-01-13T00:00:00Z", "2030-01-15T00:00:00Z")] // a star with a step is no star
    [InlineData("0 0 * * 1", "2030-01-01T00:00:00Z", "2030-01-07T00:00:00Z")]
    [InlineData("0 12 31 * *", "2030-01-31T12:00:00Z", "2030-03-31T12:00:00Z")]
    [InlineData("@hourly", "2030-01-01T00:00:00Z", "2030-01-01T01:00:00Z")]
    [InlineData("@weekly", "2030-01-01T00:00:00Z", "2030-01-06T00:00:00Z")]
    [InlineData("@yearly", "2030-01-01T00:00:00Z", "2031-01-01T00:00:00Z")]
    [InlineData("@every 1h30m", "2030-01-01T00:00:07Z", "2030-01-01T01:30:07Z")]
    [InlineData("0 0 30 2 *", "2030-01-01T00:00:00Z", null)]
    public void The_next_time_is_the_first_that_matches(string schedule, string after, string? expected) =>
        Assert.Equal(expected is null ? null : Time(expected), CronSchedule.Parse(schedule).Next(Time(after), TimeZoneInfo.Utc));

    [Theory]
    [InlineData("0 * * * *", "2012-03-11T01:00:00-05:00", "2012-03-11T03:00:00-04:00")] // an hour that is left out
    [InlineData("30 2 * * *", "2012-03-11T00:00:00-05:00", "2012-03-12T02:30:00-04:00")]
    [InlineData("0 0 * * *", "2012-03-11T00:00:00-05:00", "2012-03-12T00:00:00-04:00")]
    [InlineData("0 1 * * *", "2012-11-04T01:00:00-04:00", "2012-11-04T01:00:00-05:00")] // an hour that comes twice
    [InlineData("0 1 * * *", "2012-11-04T01:00:00-05:00", "2012-11-05T01:00:00-05:00")]
    [InlineData("0 2 * * *", "2012-11-04T00:00:00-04:00", "2012-11-04T02:00:00-05:00")]
    public void Where_the_clock_changes_its_own_reading_counts(string schedule, string after, string expected)
    {
        var next = CronSchedule.Parse(schedule).Next(Time(after), TimeZoneInfo.FindSystemTimeZoneById("America/New_York"));
        Assert.Equal((Time(expected), Time(expected).Offset), (next!.Value, next.Value.Offset));
    }

    [Theory]
    [InlineData("", "empty spec string")]
    [InlineData("* * * *", "expected exactly 5 fields, found 4: [* * * *]")]
    [InlineData("60 * * * *", "end of range (60) above maximum (59): 60")]
    [InlineData("* * 0 * *", "beginning of range (0) below minimum (1): 0")]
    [InlineData("* 5-3 * * *", "beginning of range (5) beyond end of range (3): 5-3")]
    [InlineData("*/0 * * * *", "step of range should be a positive number: */0")]
    [InlineData("1-2-3 * * * *", "too many hyphens: 1-2-3")]
    [InlineData("1/2/3 * * * *", "too many slashes: 1/2/3")]
    [InlineData("x * * * *", "failed to parse int from x: strconv.Atoi: parsing \"x\": invalid syntax")]
    [InlineData("@never", "unrecognized descriptor: @never")]
    [InlineData("TZ=UTC TZ=UTC * * * * *", "expected exactly 5 fields, found 6: [TZ=UTC * * * * *]")]
    [InlineData("TZ=UTC ", "expected exactly 5 fields, found 0: []")]
    [InlineData("@every soon", "failed to parse duration @every soon: time: invalid duration \"soon\"")]
    public void What_is_wrong_is_said_in_upstreams_words(string schedule, string expected) =>
        Assert.Equal(expected, Assert.Throws<FormatException>(() => CronSchedule.Parse(schedule)).Message);

    [Fact]
    public void A_schedule_of_nothing_but_zones_is_refused_however_long_it_is() =>
        Assert.StartsWith("expected exactly 5 fields, found 999999: ", Assert.Throws<FormatException>(static () => CronSchedule.Parse(string.Concat(Enumerable.Repeat("TZ= ", 1_000_000)))).Message, StringComparison.Ordinal);

    private static DateTimeOffset Time(string text) => DateTimeOffset.Parse(text, CultureInfo.InvariantCulture);
}
