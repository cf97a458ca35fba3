using ActorKube.EndToEnd.Tests.Processes;
using ActorKube.Testing.Containers;

namespace ActorKube.EndToEnd.Tests.Scenarios;

/// <summary>Jobs, sets with claims, daemons and cron jobs as real containers see them: their numbers, names, volumes, exit codes and editions. The manifests are in <c>Workloads/on-containers.yaml</c>.</summary>
[Trait("needs", "containerd")]
public sealed class WorkloadsOnContainerd : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    [Fact]
    public async Task Containers_see_the_workload_they_belong_to()
    {
        Assert.SkipUnless(ContainerHost.SkipReason is null, ContainerHost.SkipReason ?? "");
        Assert.SkipWhen(Kubectl.Missing is not null, Kubectl.Missing ?? "");
        await using var fabric = await ContainerFabric.CreateAsync();
        await using var machine = await fabric.StartNodeAsync(1);
        await using var up = UpOnMachine.Start(machine, "containerd", _directory);
        var (kubectl, server) = await UpOnMachine.ReadyAsync(up, machine, _directory);
        var manifests = File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Scenarios", "Workloads", "on-containers.yaml")).Replace("BUSYBOX", OfflineImages.Busybox.Name, StringComparison.Ordinal);
        await kubectl.RunWithInputAsync(manifests, server, "apply", "-f", "-");
        Task<string> Run(params string[] arguments) => kubectl.RunAsync([server, .. arguments]);

        await JobsAsync(Run);
        await SetAsync(Run);
        await DaemonAsync(Run);
        await CronJobAsync(Run);
        await DrainAsync(Run);
    }

    public void Dispose() => _directory.Dispose();

    private static async Task JobsAsync(Func<string[], Task<string>> run)
    {
        await run(["wait", "--for=condition=Complete", "job/pieces", "--timeout=120s"]);
        Assert.Equal("0-2", await run(["get", "job", "pieces", "-o", "jsonpath={.status.completedIndexes}"]));
        Assert.Equal("1", await run(["get", "job", "pieces", "-o", "jsonpath={.status.failed}"]));
        Assert.Equal("piece 2 at pieces-2 before: 0\n", await run(["logs", "-l", "job-name=pieces,batch.kubernetes.io/job-completion-index=2"]));
        var tries = await run(["logs", "-l", "job-name=pieces,batch.kubernetes.io/job-completion-index=1"]);
        Assert.Equal(["piece 1 at pieces-1 before: 0", "piece 1 at pieces-1 before: 1"], tries.Split('\n', StringSplitOptions.RemoveEmptyEntries).Order());

        await run(["wait", "--for=condition=Complete", "job/caller", "--timeout=120s"]);
        Assert.Equal("reached 10.96.0.1\n", await run(["logs", "job/caller"]));

        await run(["wait", "--for=condition=Failed", "job/hopeless", "--timeout=60s"]);
        Assert.Equal("PodFailurePolicy 1", await run(["get", "job", "hopeless", "-o", "jsonpath={.status.conditions[?(@.type=='Failed')].reason} {.status.failed}"]));
    }

    private static async Task SetAsync(Func<string[], Task<string>> run)
    {
        await run(["rollout", "status", "statefulset/member", "--timeout=120s"]);
        var first = await run(["get", "pod", "member-1", "-o", "jsonpath={.metadata.uid}"]);
        await run(["delete", "pod", "member-1", "--timeout=60s"]);
        await run(["rollout", "status", "statefulset/member", "--timeout=120s"]);
        var second = await run(["get", "pod", "member-1", "-o", "jsonpath={.metadata.uid}"]);
        Assert.NotEqual(first, second);
        Assert.Equal($"member-1 {first}\nmember-1 {second}\n", await run(["logs", "member-1"]));
    }

    private static async Task DaemonAsync(Func<string[], Task<string>> run)
    {
        await run(["rollout", "status", "daemonset/everywhere", "--timeout=60s"]);
        await run(["set", "env", "daemonset/everywhere", "EDITION=2"]);
        await run(["rollout", "status", "daemonset/everywhere", "--timeout=120s"]);
        Assert.Equal("edition 2\n", await run(["logs", "-l", "app=everywhere"]));
    }

    private static async Task CronJobAsync(Func<string[], Task<string>> run)
    {
        await run(["create", "job", "now", "--from=cronjob/report"]);
        await run(["wait", "--for=condition=Complete", "job/now", "--timeout=60s"]);
        Assert.Equal("reported\n", await run(["logs", "job/now"]));
    }

    private static async Task DrainAsync(Func<string[], Task<string>> run)
    {
        Assert.Contains("pod/member-1 evicted", await run(["drain", "node-1", "--ignore-daemonsets", "--force", "--timeout=90s"]));
        Assert.Equal("Pending", await run(["wait", "--for=create", "pod/member-0", "--timeout=60s", "-o", "jsonpath={.status.phase}"]));
        await run(["uncordon", "node-1"]);
        await run(["rollout", "status", "statefulset/member", "--timeout=120s"]);
    }
}
