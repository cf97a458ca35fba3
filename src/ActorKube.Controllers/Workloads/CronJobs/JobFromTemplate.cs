using System.Text.Json.Nodes;
using ActorKube.Controllers.Workloads.Jobs;
using ActorKube.Machinery.Objects;

namespace ActorKube.Controllers.Workloads.CronJobs;

/// <summary>The job of one scheduled time. Its name follows from that time, so that a second look at it never makes a second job.</summary>
internal static class JobFromTemplate
{
    public static string Name(CronJobView cron, DateTimeOffset time) => $"{cron.Object.Key.Name}-{time.ToUnixTimeSeconds() / 60}";

    public static ReadOnlyMemory<byte> Make(CronJobView cron, DateTimeOffset time)
    {
        var template = cron.Object.Tree().At("spec", "jobTemplate");
        var annotations = (template.At("metadata", "annotations")?.DeepClone() as JsonObject) ?? [];
        annotations[JobNames.ScheduledAt] = Rfc3339(time);
        var metadata = new JsonObject
        {
            ["name"] = Name(cron, time),
            ["namespace"] = cron.Object.Key.Namespace,
            ["annotations"] = annotations,
            ["ownerReferences"] = new JsonArray(OwnerReferences.ToJson(OwnerReferences.ToController(Kinds.CronJob, cron.Object))),
        };
        if (template.At("metadata", "labels") is { } labels)
            metadata["labels"] = labels.DeepClone();
        return new JsonObject
        {
            ["apiVersion"] = Kinds.Job.ApiVersion,
            ["kind"] = Kinds.Job.Kind,
            ["metadata"] = metadata,
            ["spec"] = template.At("spec")?.DeepClone() ?? new JsonObject(),
        }.Encode();
    }

    private static string Rfc3339(DateTimeOffset time) => time.Offset == TimeSpan.Zero ? JsonWriting.Time(time) : time.ToString("yyyy-MM-dd'T'HH:mm:sszzz");
}
