using ActorKube.ApiServer.Kinds.Batch;

namespace ActorKube.ApiServer.Tests.Kinds;

public sealed class JobStatusTests
{
    private const string Start = "\"startTime\":\"2026-01-01T00:00:00Z\"";
    private const string End = "\"completionTime\":\"2026-01-01T01:00:00Z\"";
    private const string Indexed = "\"completionMode\":\"Indexed\",\"completions\":5,\"parallelism\":2,";

    [Theory]
    [InlineData("\"active\":1", "\"active\":0,\"succeeded\":1")]
    [InlineData(Start, Start + ",\"conditions\":[{C:FailureTarget}]")]
    [InlineData(Start + ",\"conditions\":[{C:FailureTarget}]", Start + ",\"conditions\":[{C:FailureTarget},{C:Failed}]")]
    [InlineData(Start + ",\"conditions\":[{C:SuccessCriteriaMet}]", Start + "," + End + ",\"conditions\":[{C:SuccessCriteriaMet},{C:Complete}]")]
    [InlineData(Start + ",\"conditions\":[{C:Suspended}]", "\"startTime\":\"2026-01-01T02:00:00Z\"")]
    public void A_good_change_is_taken(string before, string after) => Assert.Empty(Faults("", before, after));

    [Theory]
    [InlineData("", "\"active\":-1,\"ready\":-1", "status.active: Invalid value: -1: must be greater than or equal to 0", "status.ready: Invalid value: -1: must be greater than or equal to 0")]
    [InlineData("", "\"uncountedTerminatedPods\":{\"succeeded\":[\"a\",\"\"],\"failed\":[\"a\"]}",
        "status.uncountedTerminatedPods.succeeded[1]: Invalid value: \"\": must not be empty", "status.uncountedTerminatedPods.failed[0]: Duplicate value: \"a\"")]
    [InlineData("", Start + "," + End, "status.completionTime: Invalid value: \"2026-01-01T01:00:00Z\": cannot set completionTime when there is no Complete=True condition")]
    [InlineData("", Start + ",\"conditions\":[{C:SuccessCriteriaMet},{C:Complete}]", "status.completionTime: Required value: completionTime is required for Complete jobs")]
    [InlineData("", "\"startTime\":\"2026-01-01T02:00:00Z\"," + End + ",\"conditions\":[{C:SuccessCriteriaMet},{C:Complete}]",
        "status.completionTime: Invalid value: \"2026-01-01T01:00:00Z\": completionTime cannot be set before startTime")]
    [InlineData("", Start + ",\"conditions\":[{C:Failed}]", "status.conditions: Invalid value: cannot set Failed=True condition without the FailureTarget=true condition")]
    [InlineData("", Start + "," + End + ",\"conditions\":[{C:Complete}]", "status.conditions: Invalid value: cannot set Complete=True condition without the SuccessCriteriaMet=true condition")]
    [InlineData("", Start + "," + End + ",\"conditions\":[{C:SuccessCriteriaMet},{C:Complete},{C:FailureTarget},{C:Failed}]",
        "status.conditions: Invalid value: cannot set Complete=True and Failed=true conditions", "status.conditions: Invalid value: cannot set Complete=True and FailureTarget=true conditions",
        "status.conditions: Invalid value: cannot set SuccessCriteriaMet=True and Failed=true conditions", "status.conditions: Invalid value: cannot set SuccessCriteriaMet=True and FailureTarget=true conditions")]
    [InlineData("", "\"active\":1,\"terminating\":1,\"uncountedTerminatedPods\":{\"failed\":[\"a\"]},\"conditions\":[{C:FailureTarget},{C:Failed}]",
        "status.active: Invalid value: 1: active>0 is invalid for finished job", "status.startTime: Required value: startTime is required for finished job",
        "status.uncountedTerminatedPods: Invalid value: {\"Succeeded\":null,\"Failed\":[\"a\"]}: uncountedTerminatedPods needs to be empty for finished job",
        "status.terminating: Invalid value: 1: terminating>0 is invalid for finished job")]
    [InlineData("", "\"active\":1,\"ready\":2", "status.ready: Invalid value: 2: cannot set more ready pods than active")]
    [InlineData("", "\"completedIndexes\":\"0\"", "status.completedIndexes: Invalid value: \"0\": cannot set non-empty completedIndexes when non-indexed completion mode")]
    [InlineData(Indexed, "\"completedIndexes\":\"0-5\"", "status.completedIndexes: Invalid value: \"0-5\": error parsing completedIndexes: too large index: \"5\"")]
    [InlineData(Indexed, "\"failedIndexes\":\"1\"", "status.failedIndexes: Invalid value: \"1\": cannot set non-null failedIndexes when backoffLimitPerIndex is null")]
    [InlineData(Indexed + "\"backoffLimitPerIndex\":1,", "\"completedIndexes\":\"0-2\",\"failedIndexes\":\"2,3\"", "status.failedIndexes: Invalid value: \"2,3\": failedIndexes and completedIndexes overlap at index: 2")]
    [InlineData(Indexed + "\"backoffLimitPerIndex\":1,", "\"failedIndexes\":\"3,x\"", "status.failedIndexes: Invalid value: \"3,x\": error parsing failedIndexes: cannot convert string to integer for index: \"x\"")]
    public void What_cannot_be_is_refused(string spec, string after, params string[] faults) => Assert.Equal(faults, Faults(spec, "\"active\":0", after));

    [Theory]
    [InlineData("", Start + ",\"conditions\":[{C:FailureTarget},{C:Failed}]", Start + ",\"conditions\":[{C:FailureTarget}]", "status.conditions: Invalid value: cannot disable the terminal Failed=True condition")]
    [InlineData("", "\"conditions\":[{C:SuccessCriteriaMet}]", "\"active\":0", "status.conditions: Invalid value: cannot disable the SuccessCriteriaMet=True condition")]
    [InlineData("", "\"failed\":2", "\"failed\":1", "status.failed: Invalid value: 1: cannot decrease the failed counter")]
    [InlineData("", "\"succeeded\":2", "\"active\":0", "status.succeeded: Invalid value: 0: cannot decrease the succeeded counter")]
    [InlineData("", Start, "\"active\":0", "status.startTime: Required value: startTime cannot be removed for unsuspended job")]
    [InlineData("", Start + "," + End + ",\"conditions\":[{C:SuccessCriteriaMet},{C:Complete}]", Start + ",\"completionTime\":\"2026-01-01T03:00:00Z\",\"conditions\":[{C:SuccessCriteriaMet},{C:Complete}]",
        "status.completionTime: Invalid value: \"2026-01-01T03:00:00Z\": completionTime cannot be mutated")]
    public void What_has_happened_stays(string spec, string before, string after, params string[] faults) => Assert.Equal(faults, Faults(spec, before, after));

    [Fact]
    public void An_indexed_job_that_is_made_smaller_forgets_successes() =>
        Assert.Empty(Faults("\"completionMode\":\"Indexed\",\"completions\":2,\"parallelism\":2,", "\"succeeded\":4", "\"succeeded\":2"));

    [Theory]
    [InlineData("", 0, null)]
    [InlineData("0,2-4", 4, null)]
    [InlineData("1-2-3", 0, "the fragment \"1-2-3\" violates the requirement that an index interval can have at most two parts separated by '-'")]
    [InlineData("2,1", 0, "non-increasing order, previous: 2, current: 1")]
    [InlineData("3-3", 0, "non-increasing order, previous: 3, current: 3")]
    [InlineData("0-9", 0, "too large index: \"9\"")]
    [InlineData("0,", 0, "cannot convert string to integer for index: \"\"")]
    public void Indexes_are_counted(string text, long count, string? fault)
    {
        Assert.Equal(fault, IndexLists.Fault(text, 5, out var counted));
        Assert.Equal(count, counted);
    }

    private static string[] Faults(string spec, string before, string after) => KindBench.UpdateFaults("batch/v1/jobs", With(spec, before), With(spec, after), "status");

    private static string With(string spec, string status)
    {
        foreach (var type in (string[])["FailureTarget", "Failed", "SuccessCriteriaMet", "Complete", "Suspended"])
            status = status.Replace($"{{C:{type}}}", $$"""{"type":"{{type}}","status":"True"}""", StringComparison.Ordinal);
        return Samples.Job.TrimEnd()[..^1].Replace("\"spec\":{", "\"spec\":{" + spec, StringComparison.Ordinal) + ",\"status\":{" + status + "}}";
    }
}
