using ActorKube.EndToEnd.Tests.Processes;

namespace ActorKube.EndToEnd.Tests.Scenarios;

/// <summary>Work that ends, with the kubectl on PATH.</summary>
[Collection(SimulatedScenarios.Name)]
public sealed class JobsOnSimulatedNodes(SimulatedCluster cluster)
{
    private readonly Kubectl _kubectl = Available(cluster);

    [Fact]
    public async Task A_job_is_created_completes_and_is_deleted_with_its_pods()
    {
        await _kubectl.UntilAsync("get", "serviceaccount", "default");
        await _kubectl.RunAsync("create", "job", "once", "--image=busybox", "--", "true");
        await _kubectl.RunAsync("wait", "--for=condition=complete", "job/once", "--timeout=60s");
        Assert.Matches(@"once +Complete +1/1", await _kubectl.RunAsync("get", "job", "once"));
        using var enough = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        await foreach (var line in _kubectl.FollowAsync(["get", "events", "-w", "--field-selector=involvedObject.kind=Job,involvedObject.name=once"], enough.Token))
            if (line.Contains("Job completed", StringComparison.Ordinal))
                break;
        await _kubectl.RunAsync("delete", "job", "once", "--timeout=60s");
        await _kubectl.RunAsync("wait", "--for=delete", "pod", "-l", "job-name=once", "--timeout=60s");
    }

    [Fact]
    public async Task A_job_that_fails_too_often_fails_and_is_cleaned_up_when_its_time_is_over()
    {
        await _kubectl.UntilAsync("get", "serviceaccount", "default");
        await _kubectl.RunWithInputAsync("""
            apiVersion: batch/v1
            kind: Job
            metadata:
              name: broken
            spec:
              completions: 3
              parallelism: 3
              completionMode: Indexed
              backoffLimitPerIndex: 0
              ttlSecondsAfterFinished: 5
              template:
                spec:
                  restartPolicy: Never
                  containers:
                  - name: c
                    image: busybox
                    command: ["sh", "-c", "exit 3"]
            """, "apply", "-f", "-");
        await _kubectl.RunAsync("wait", "--for=condition=failed", "job/broken", "--timeout=60s");
        Assert.Equal("0-2 3", await _kubectl.RunAsync("get", "job", "broken", "-o", "jsonpath={.status.failedIndexes} {.status.failed}"));
        await _kubectl.RunAsync("wait", "--for=delete", "job/broken", "--timeout=60s");
    }

    [Fact]
    public async Task A_cron_job_is_created_and_its_job_can_be_started_by_hand()
    {
        await _kubectl.UntilAsync("get", "serviceaccount", "default");
        await _kubectl.RunAsync("create", "cronjob", "nightly", "--image=busybox", "--schedule=0 3 * * *", "--", "sleep", "1");
        await _kubectl.RunAsync("create", "job", "--from=cronjob/nightly", "by-hand");
        await _kubectl.RunAsync("wait", "--for=condition=complete", "job/by-hand", "--timeout=60s");
        Assert.Matches(@"nightly +0 3 \* \* \* +<none> +False +0 +<none>", await _kubectl.RunAsync("get", "cronjob", "nightly"));
        Assert.Contains("expected exactly 5 fields, found 1", (await _kubectl.TryAsync("create", "cronjob", "bad", "--image=busybox", "--schedule=daily")).Error);
        await _kubectl.RunAsync("delete", "cronjob", "nightly", "--timeout=60s");
        await _kubectl.RunAsync("wait", "--for=delete", "job/by-hand", "--timeout=60s");
    }

    [Fact]
    public async Task A_cron_job_makes_its_job_when_the_time_comes()
    {
        await _kubectl.UntilAsync("get", "serviceaccount", "default");
        await _kubectl.RunAsync("create", "cronjob", "often", "--image=busybox", "--schedule=@every 2s", "--", "true");
        await _kubectl.RunAsync("wait", "--for=jsonpath={.status.lastSuccessfulTime}", "cronjob/often", "--timeout=60s");
        await _kubectl.RunAsync("delete", "cronjob", "often", "--timeout=60s");
    }

    private static Kubectl Available(SimulatedCluster cluster)
    {
        Assert.SkipWhen(Kubectl.Missing is not null, Kubectl.Missing ?? "");
        return cluster.Kubectl;
    }
}
