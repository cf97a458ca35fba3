namespace ActorKube.EndToEnd.Tests.Scenarios;

/// <summary>The workloads that everybody's first tutorials are about.</summary>
public sealed class Tutorials(WorkloadCluster cluster) : WorkloadScenario(cluster)
{
    [Fact]
    public async Task A_guest_book_has_a_store_its_copies_and_pages_behind_services()
    {
        await ApplyAsync("guestbook");
        foreach (var name in (string[])["store-leader", "store-followers", "pages"])
            await RolledOutAsync($"deployment/{name}", $"deployment \"{name}\" successfully rolled out");
        Assert.Matches(@"pages +3/3 +3 +3 +\d+s\nstore-followers +2/2 +2 +2 +\d+s\nstore-leader +1/1 +1 +1 +\d+s\n", await RunAsync("get", "deployments"));
        await UntilAsync("wait", "endpointslice", "-l", "kubernetes.io/service-name=pages", "--for=jsonpath={.endpoints[2].conditions.ready}=true", "--timeout=30s");
        var pages = (await FieldsAsync("pods", ".status.podIP", "tier=pages")).Split(' ').Order();
        Assert.Equal(pages, (await FieldsAsync("endpointslices", ".endpoints[*].addresses[0]", "kubernetes.io/service-name=pages")).Split(' ').Order());
        Assert.Matches(@"pages +NodePort +10\.\S+ +<none> +80:3\d{4}/TCP", await RunAsync("get", "services"));
        Assert.Equal("deployment.apps/store-leader unchanged", (await ApplyAsync("guestbook")).Split('\n')[1]);
    }

    [Fact]
    public async Task Members_of_a_stateful_set_keep_their_names_and_claims()
    {
        await ApplyAsync("stateful-set");
        await RolledOutAsync("statefulset/web", "partitioned roll out complete: 3 new pods have been updated...");
        Assert.Equal("web-0 web-1 web-2", await FieldsAsync("pods", ".metadata.name", "app=web"));
        Assert.Equal("Bound Bound Bound", await FieldsAsync("pvc", ".status.phase"));
        await UntilAsync("wait", "endpoints/members", "--for=jsonpath={.subsets[0].addresses[2].hostname}", "--timeout=30s");
        Assert.Equal("web-0 web-1 web-2", string.Join(' ', (await FieldAsync("endpoints/members", ".subsets[*].addresses[*].hostname")).Split(' ').Order()));
        var events = await FieldsAsync("events", "['message']");
        for (var i = 0; i < 3; i++)
        {
            Assert.Contains($"create Claim www-web-{i} Pod web-{i} in StatefulSet web success", events);
            Assert.Contains($"create Pod web-{i} in StatefulSet web successful", events);
        }

        var volumes = await FieldsAsync("pvc", ".spec.volumeName");
        Assert.Equal("error: Expected replicas to be 2, was 3", await RefusedAsync("scale", "statefulset/web", "--current-replicas=2", "--replicas=1"));
        Assert.Equal("statefulset.apps/web scaled\n", await RunAsync("scale", "statefulset/web", "--current-replicas=3", "--replicas=1"));
        await RunAsync("wait", "statefulset/web", "--for=jsonpath={.status.replicas}=1", "--timeout=60s");
        Assert.Equal("www-web-0 www-web-1 www-web-2", await FieldsAsync("pvc", ".metadata.name"));
        await RunAsync("scale", "statefulset/web", "--replicas=3");
        await RunAsync("wait", "statefulset/web", "--for=jsonpath={.status.readyReplicas}=3", "--timeout=60s");
        Assert.Equal(volumes, await FieldsAsync("pvc", ".spec.volumeName"));

        await RunAsync("patch", "statefulset", "web", "-p", """{"spec":{"persistentVolumeClaimRetentionPolicy":{"whenDeleted":"Delete"}}}""");
        await RunAsync("wait", "pvc", "--all", "--for=jsonpath={.metadata.ownerReferences[0].kind}=StatefulSet", "--timeout=60s");
        await RunAsync("delete", "statefulset", "web", "--timeout=60s");
        await RunAsync("wait", "--for=delete", "pvc", "--all", "--timeout=60s");
    }

    [Fact]
    public async Task Jobs_work_off_a_queue_or_their_indexes_and_a_suspended_cron_job_is_run_by_hand()
    {
        await ApplyAsync("jobs");
        Assert.Equal("job.batch/pieces condition met\njob.batch/workers condition met\n", await RunAsync("wait", "--for=condition=complete", "job/pieces", "job/workers", "--timeout=60s"));
        Assert.Matches(@"pieces +Complete +5/5 +\d+s +\d+s\nworkers +Complete +2/1 of 2 +\d+s", await RunAsync("get", "jobs"));
        Assert.Equal("0-4", await FieldAsync("job/pieces", ".status.completedIndexes"));
        Assert.Equal("0 1 2 3 4", await FieldsAsync("pods", ".metadata.labels['batch\\.kubernetes\\.io/job-completion-index']", "job-name=pieces"));
        Assert.Equal("pieces-0 pieces-1 pieces-2 pieces-3 pieces-4", await FieldsAsync("pods", ".spec.hostname", "job-name=pieces"));

        Assert.Matches(@"report +30 2 \* \* 1-5 +Europe/Berlin +True +0 +<none>", await RunAsync("get", "cronjob", "report"));
        Assert.Equal("job.batch/now created\n", await RunAsync("create", "job", "now", "--from=cronjob/report"));
        await RunAsync("wait", "--for=condition=complete", "job/now", "--timeout=60s");
        Assert.Equal("manual yes report", await FieldAsync("job/now", ".metadata.annotations['cronjob\\.kubernetes\\.io/instantiate']} {.metadata.labels.kept} {.metadata.ownerReferences[0].name"));
    }

    [Fact]
    public async Task A_daemon_set_is_on_every_node_whose_taints_it_tolerates()
    {
        await RunAsync("taint", "node", "node-2", "dedicated=storage:NoSchedule");
        await RunAsync("taint", "node", "node-3", "dedicated=games:NoSchedule");
        try
        {
            await ApplyAsync("daemon-set");
            await RolledOutAsync("daemonset/collector", "daemon set \"collector\" successfully rolled out");
            Assert.Matches(@"collector +2 +2 +2 +2 +2 +<none>", await RunAsync("get", "daemonset", "collector"));
            Assert.Equal(["node-1", "node-2"], (await FieldsAsync("pods", ".spec.nodeName")).Split(' ').Order());
            await RunAsync("taint", "node", "node-3", "dedicated-");
            await RunAsync("wait", "daemonset/collector", "--for=jsonpath={.status.numberReady}=3", "--timeout=60s");
        }
        finally
        {
            foreach (var node in (string[])["node-2", "node-3"])
                await RunAsync("patch", "node", node, "--type=merge", "-p", """{"spec":{"taints":null}}""");
        }
    }
}
