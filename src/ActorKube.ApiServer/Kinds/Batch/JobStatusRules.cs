using System.Text.Json.Nodes;
using ActorKube.Api.Json;
using ActorKube.Api.Validation;
using ActorKube.ApiServer.Kinds.Workloads;

namespace ActorKube.ApiServer.Kinds.Batch;

/// <summary>
/// The status of a job, whoever manages it: a job that has ended stays ended, and what it says of its end agrees (upstream: <c>ValidateJobUpdateStatus</c>). Most is asked only of
/// what an update changes, so that a status that was bad before does not stand in the way of others.
/// </summary>
internal static class JobStatusRules
{
    private static readonly FieldPath Conditions = FieldPath.Status.Child("conditions");
    private static readonly string[] Terminal = ["Failed", "Complete", "FailureTarget"];

    /// <summary>Checks an update.</summary>
    public static void Check(JsonObject job, JsonObject old, FieldErrors errors)
    {
        WorkloadRules.CheckStatus(job, errors, "active", "succeeded", "failed", "ready", "terminating");
        var change = new JobStatusChange(job, old);
        CheckUncounted(change.Now, errors);
        CheckEnds(change, errors);
        CheckFinished(change, errors);
        CheckIndexes(change, errors);
        CheckNumbers(change, errors);
        CheckSuccess(change, errors);
        CheckTransition(change, errors);
    }

    private static void CheckUncounted(JsonObject? status, FieldErrors errors)
    {
        var seen = new HashSet<string>();
        foreach (var list in (ReadOnlySpan<string>)["succeeded", "failed"])
        {
            var place = 0;
            foreach (var uid in status.Object("uncountedTerminatedPods").Texts(list))
            {
                var path = FieldPath.Status.Child("uncountedTerminatedPods", list).Index(place++);
                if (uid.Length == 0)
                    errors.Invalid(path, uid, "must not be empty");
                else if (!seen.Add(uid))
                    errors.Duplicate(path, uid);
            }
        }
    }

    private static void CheckEnds(JobStatusChange job, FieldErrors errors)
    {
        var (complete, failed) = (job.Is("Complete"), job.Is("Failed"));
        if (complete && failed && job.Turns("Complete", "Failed"))
            errors.InvalidUnshown(Conditions, "cannot set Complete=True and Failed=true conditions");
        if (complete && job.Is("FailureTarget") && job.Turns("Complete", "FailureTarget"))
            errors.InvalidUnshown(Conditions, "cannot set Complete=True and FailureTarget=true conditions");
        var (started, completed) = (job.Now.Text("startTime"), job.Now.Text("completionTime"));
        if (job.Turns("Complete") || job.Changes("completionTime"))
        {
            if (completed is not null && !complete)
                errors.Invalid(FieldPath.Status.Child("completionTime"), completed, "cannot set completionTime when there is no Complete=True condition");
            if (completed is null && complete)
                errors.Required(FieldPath.Status.Child("completionTime"), "completionTime is required for Complete jobs");
        }
        // Times of one form sort as texts.
        if ((job.Changes("startTime") || job.Changes("completionTime")) && started is not null && completed is not null && string.CompareOrdinal(completed, started) < 0)
            errors.Invalid(FieldPath.Status.Child("completionTime"), completed, "completionTime cannot be set before startTime");
        if (failed && !job.Is("FailureTarget") && job.Turns("Failed", "FailureTarget"))
            errors.InvalidUnshown(Conditions, "cannot set Failed=True condition without the FailureTarget=true condition");
        if (complete && !job.Is("SuccessCriteriaMet") && job.Turns("Complete", "SuccessCriteriaMet"))
            errors.InvalidUnshown(Conditions, "cannot set Complete=True condition without the SuccessCriteriaMet=true condition");
    }

    private static void CheckFinished(JobStatusChange job, FieldErrors errors)
    {
        if (!job.IsFinished)
            return;
        if (job.Number("active") > 0 && (job.Ends || job.Changes("active")))
            errors.Invalid(FieldPath.Status.Child("active"), job.Number("active"), "active>0 is invalid for finished job");
        if (job.Now.Text("startTime") is null && (job.Ends || job.Changes("startTime")))
            errors.Required(FieldPath.Status.Child("startTime"), "startTime is required for finished job");
        const string uncounted = "uncountedTerminatedPods";
        if (job.Now.Object(uncounted) is { } pods && (pods.Array("succeeded")?.Count > 0 || pods.Array("failed")?.Count > 0) && (job.Ends || job.Changes(uncounted)))
            errors.Invalid(FieldPath.Status.Child(uncounted), new JsonObject { ["Succeeded"] = pods["succeeded"]?.DeepClone(), ["Failed"] = pods["failed"]?.DeepClone() },
                "uncountedTerminatedPods needs to be empty for finished job");
    }

    private static void CheckIndexes(JobStatusChange job, FieldErrors errors)
    {
        var (completed, failed) = (job.Now.Text("completedIndexes") ?? "", job.Now.Text("failedIndexes"));
        var (limited, completions) = (job.Spec?["backoffLimitPerIndex"] is not null, job.Spec.Int64("completions"));
        var (newlyCompleted, newlyFailed) = (job.Changes("completedIndexes"), job.Changes("failedIndexes"));
        var (completedPath, failedPath) = (FieldPath.Status.Child("completedIndexes"), FieldPath.Status.Child("failedIndexes"));
        if (newlyCompleted && completions is { } below && IndexLists.Fault(completed, below, out _) is { } fault)
            errors.Invalid(completedPath, completed, $"error parsing completedIndexes: {fault}");
        if (newlyFailed && limited && failed is not null && completions is { } most && IndexLists.Fault(failed, most, out _) is { } bad)
            errors.Invalid(failedPath, failed, $"error parsing failedIndexes: {bad}");
        if (newlyCompleted && completed.Length > 0 && !job.IsIndexed)
            errors.Invalid(completedPath, completed, "cannot set non-empty completedIndexes when non-indexed completion mode");
        if (newlyFailed && !limited && failed is not null)
            errors.Invalid(failedPath, failed, "cannot set non-null failedIndexes when backoffLimitPerIndex is null");
        if ((newlyFailed || newlyCompleted) && failed is not null && completions is { } all && IndexLists.Shared(completed, failed, all) is { } both)
            errors.Invalid(failedPath, failed, $"failedIndexes and completedIndexes overlap at index: {both}");
    }

    private static void CheckNumbers(JobStatusChange job, FieldErrors errors)
    {
        if (job.Number("terminating") > 0 && job.IsFinished && (job.Ends || job.Changes("terminating")))
            errors.Invalid(FieldPath.Status.Child("terminating"), job.Number("terminating"), "terminating>0 is invalid for finished job");
        if (job.Number("ready") > job.Number("active") && (job.Changes("ready") || job.Changes("active")))
            errors.Invalid(FieldPath.Status.Child("ready"), job.Number("ready"), "cannot set more ready pods than active");
    }

    private static void CheckSuccess(JobStatusChange job, FieldErrors errors)
    {
        var met = job.Is("SuccessCriteriaMet");
        if (met && job.Is("Failed"))
            errors.InvalidUnshown(Conditions, "cannot set SuccessCriteriaMet=True and Failed=true conditions");
        if (met && job.Is("FailureTarget"))
            errors.InvalidUnshown(Conditions, "cannot set SuccessCriteriaMet=True and FailureTarget=true conditions");
        if (job.Spec?["successPolicy"] is not null && !met && job.Is("Complete"))
            errors.InvalidUnshown(Conditions, "cannot set Complete=True for Job with SuccessPolicy unless SuccessCriteriaMet=True");
    }

    private static void CheckTransition(JobStatusChange job, FieldErrors errors)
    {
        foreach (var condition in Terminal)
            if (job.Was(condition) && !job.Is(condition))
                errors.InvalidUnshown(Conditions, $"cannot disable the terminal {condition}=True condition");
        // An indexed job of as many pods as completions can be made smaller.
        foreach (var counter in (ReadOnlySpan<string>)["failed", "succeeded"])
            if (job.Number(counter) < job.NumberBefore(counter) && (counter == "failed" || !job.IsIndexed || job.Spec.Int64("completions") != job.Spec.Int64("parallelism")))
                errors.Invalid(FieldPath.Status.Child(counter), job.Number(counter), $"cannot decrease the {counter} counter");
        if (job.Now.Text("completionTime") is { } completed && job.Before.Text("completionTime") is not null && job.Changes("completionTime"))
            errors.Invalid(FieldPath.Status.Child("completionTime"), completed, "completionTime cannot be mutated");
        // A job that goes on after a pause starts anew.
        if (job.Before.Text("startTime") is not null && job.Changes("startTime") && job.Spec.Bool("suspend") != true && !(job.Was("Suspended") && !job.Is("Suspended")))
            errors.Required(FieldPath.Status.Child("startTime"), "startTime cannot be removed for unsuspended job");
        const string met = "SuccessCriteriaMet";
        if (job.Was(met) && !job.Is(met))
            errors.InvalidUnshown(Conditions, "cannot disable the SuccessCriteriaMet=True condition");
        if (job.Was("Complete") && !job.Was(met) && job.Is(met))
            errors.InvalidUnshown(Conditions, "cannot set SuccessCriteriaMet=True for Job already has Complete=true conditions");
    }
}
