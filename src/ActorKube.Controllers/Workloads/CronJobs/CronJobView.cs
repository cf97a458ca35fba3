using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Nodes;
using ActorKube.Api.Cron;
using ActorKube.Api.Objects;
using ActorKube.Api.Times;
using ActorKube.Machinery.Informers;
using ActorKube.Machinery.Objects;

namespace ActorKube.Controllers.Workloads.CronJobs;

/// <summary>What the controller needs of a CronJob. Whoever makes a job parses the template then.</summary>
internal sealed class CronJobView : IObjectView<CronJobView>
{
    public required StoredObject Object { get; init; }

    public required string ScheduleText { get; init; }

    /// <summary>A zone is named in the schedule, where only old objects have it.</summary>
    public bool NamesZone => ScheduleText.Contains("TZ", StringComparison.Ordinal);

    /// <summary>Null when the schedule cannot be read.</summary>
    public required CronSchedule? Schedule { get; init; }

    /// <summary>What is wrong with the schedule; empty when nothing is.</summary>
    public required string ScheduleFault { get; init; }

    /// <summary>Empty for UTC.</summary>
    public required string ZoneName { get; init; }

    /// <summary>Null when there is no zone of that name.</summary>
    public required TimeZoneInfo? Zone { get; init; }

    public required bool Suspended { get; init; }

    public required string ConcurrencyPolicy { get; init; }

    public required long? StartingDeadlineSeconds { get; init; }

    public required int? SuccessfulKept { get; init; }

    public required int? FailedKept { get; init; }

    public required CronJobStatus Status { get; init; }

    public static CronJobView Project(StoredObject item)
    {
        var json = item.Tree();
        var spec = json["spec"];
        var (schedule, fault) = Read(spec.Text("schedule"));
        var zone = spec.Text("timeZone");
        return new CronJobView
        {
            Object = item,
            ScheduleText = spec.Text("schedule"),
            Schedule = schedule,
            ScheduleFault = fault,
            ZoneName = zone,
            Zone = zone.Length == 0 ? TimeZoneInfo.Utc : TimeZones.Find(zone),
            Suspended = spec.Flag("suspend"),
            ConcurrencyPolicy = spec.Text("concurrencyPolicy"),
            StartingDeadlineSeconds = spec.Number("startingDeadlineSeconds"),
            SuccessfulKept = spec.Int("successfulJobsHistoryLimit"),
            FailedKept = spec.Int("failedJobsHistoryLimit"),
            Status = CronJobStatus.Read(json["status"]),
        };
    }

    private static (CronSchedule? Schedule, string Fault) Read(string text)
    {
        try
        {
            return (CronSchedule.Parse(text), "");
        }
        catch (FormatException fault)
        {
            return (null, fault.Message);
        }
    }
}

/// <summary>A job in <c>status.active</c>.</summary>
internal sealed record ActiveJob(string Namespace, string Name, string Uid, string ResourceVersion)
{
    public static ActiveJob Of(StoredObject job) => new(job.Key.Namespace, job.Key.Name, job.Head.Uid, $"{job.Revision}");
}

/// <summary><c>status</c> of a CronJob.</summary>
internal sealed record CronJobStatus(ImmutableArray<ActiveJob> Active, DateTimeOffset? LastSchedule, DateTimeOffset? LastSuccess)
{
    public bool SameAs(CronJobStatus other) =>
        (LastSchedule, LastSuccess) == (other.LastSchedule, other.LastSuccess) && Active.AsSpan().SequenceEqual(other.Active.AsSpan());

    public static CronJobStatus Read(JsonNode? status) => new(
        [.. status.Items("active").Select(a => new ActiveJob(a.Text("namespace"), a.Text("name"), a.Text("uid"), a.Text("resourceVersion")))],
        status.Time("lastScheduleTime"),
        status.Time("lastSuccessfulTime"));

    public void Write(Utf8JsonWriter json)
    {
        json.WriteStartObject();
        if (!Active.IsEmpty)
        {
            json.WriteStartArray("active"u8);
            foreach (var job in Active)
            {
                json.WriteStartObject();
                json.WriteString("kind"u8, Kinds.Job.Kind);
                json.WriteString("namespace"u8, job.Namespace);
                json.WriteString("name"u8, job.Name);
                json.WriteString("uid"u8, job.Uid);
                json.WriteString("apiVersion"u8, Kinds.Job.ApiVersion);
                json.WriteString("resourceVersion"u8, job.ResourceVersion);
                json.WriteEndObject();
            }
            json.WriteEndArray();
        }
        if (LastSchedule is { } scheduled)
            json.WriteString("lastScheduleTime"u8, JsonWriting.Time(scheduled));
        if (LastSuccess is { } success)
            json.WriteString("lastSuccessfulTime"u8, JsonWriting.Time(success));
        json.WriteEndObject();
    }
}
