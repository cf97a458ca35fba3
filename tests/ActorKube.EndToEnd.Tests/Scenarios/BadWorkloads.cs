namespace ActorKube.EndToEnd.Tests.Scenarios;

/// <summary>Workloads that cannot work, and what kubectl's user is told about them.</summary>
public sealed class BadWorkloads(WorkloadCluster cluster) : WorkloadScenario(cluster)
{
    [Fact]
    public async Task A_selector_that_contradicts_its_template_is_refused()
    {
        var refused = await RefusedAsync("apply", "-f", File("contradictory"));
        foreach (var what in (string[])["Deployment.apps", "ReplicaSet.apps", "ReplicationController"])
            Assert.Contains($"{what} \"contradictory\" is invalid: spec.template.metadata.labels: Invalid value: {{\"app\":\"db\"}}: `selector` does not match template `labels`", refused);
        Assert.Equal("", await RunAsync("get", "deployments,replicasets,replicationcontrollers,pods", "-o", "name"));
    }

    [Fact]
    public async Task What_only_its_kind_knows_to_be_wrong_is_refused_in_upstreams_words()
    {
        var refused = await RefusedAsync("apply", "-f", File("invalid"));
        foreach (var fault in (string[])[
            "Pod \"restless\" is invalid: spec.securityContext.sysctls[0].name: Invalid value: \"net..ipv4\": must have at most 253 characters and match regex ",
            "Ingress.networking.k8s.io \"relative\" is invalid: spec.rules[0].http.paths[0].path: Invalid value: \"shop\": must be an absolute path",
            "NetworkPolicy.networking.k8s.io \"nowhere\" is invalid: spec.ingress[0].from[0].ipBlock.except[0]: Invalid value: \"192.168.0.0/24\": must be a strict subset of `cidr`",
            "Job.batch \"a.b\" is invalid: metadata.name: Invalid value: \"a.b\": will not able to create pod with invalid DNS label: a.b-2",
            "PriorityClass.scheduling.k8s.io \"too-high\" is invalid: value: Forbidden: maximum allowed value of a user defined priority is 1000000000",
            "ResourceQuota \"unknown-scope\" is invalid: spec.scopes: Invalid value: [\"Sometimes\"]: unsupported scope"])
            Assert.Contains(fault, refused);
    }

    [Fact]
    public async Task A_binding_stays_with_the_role_that_it_was_made_for()
    {
        await RunAsync("create", "rolebinding", "readers", "--role=reader", "--user=ann");
        Assert.Equal(
            "The RoleBinding \"readers\" is invalid: roleRef: Invalid value: {\"APIGroup\":\"rbac.authorization.k8s.io\",\"Kind\":\"Role\",\"Name\":\"writer\"}: cannot change roleRef",
            await RefusedAsync("patch", "rolebinding", "readers", "--type=merge", "-p", """{"roleRef":{"name":"writer"}}"""));
    }

    [Fact]
    public async Task A_pod_of_a_runtime_class_that_does_not_exist_is_refused() => Assert.Contains(
        "pods \"nowhere\" is forbidden: pod rejected: RuntimeClass \"gone\" not found",
        await RefusedAsync("run", "nowhere", "--image=nginx", "--overrides", """{"spec":{"runtimeClassName":"gone"}}"""));

    [Theory]
    [InlineData("61 * * * *", "end of range (61) above maximum (59): 61")]
    [InlineData("* * * *", "expected exactly 5 fields, found 4: [* * * *]")]
    [InlineData("@sometimes", "unrecognized descriptor: @sometimes")]
    [InlineData("TZ=UTC 0 3 * * *", "cannot use TZ or CRON_TZ in schedule, use timeZone field instead")]
    public async Task A_schedule_that_cannot_be_read_is_refused(string schedule, string fault) => Assert.Equal(
        $"error: failed to create cronjob: CronJob.batch \"bad\" is invalid: spec.schedule: Invalid value: \"{schedule}\": {fault}",
        await RefusedAsync("create", "cronjob", "bad", "--image=busybox", $"--schedule={schedule}"));

    [Fact]
    public async Task A_time_zone_that_nobody_knows_is_refused()
    {
        await ApplyAsync("jobs");
        foreach (var (zone, fault) in ((string, string)[])[
            ("Nowhere/Land", "unknown time zone Nowhere/Land"),
            ("europe/berlin", "unknown time zone europe/berlin"),
            ("Local", "timeZone must be an explicit time zone as defined in https://www.iana.org/time-zones")])
            Assert.Equal(
                $"The CronJob \"report\" is invalid: spec.timeZone: Invalid value: \"{zone}\": {fault}",
                await RefusedAsync("patch", "cronjob", "report", "-p", $$$"""{"spec":{"timeZone":"{{{zone}}}"}}"""));
    }

    [Fact]
    public async Task An_autoscaler_without_metrics_says_so_and_leaves_the_replicas_alone()
    {
        await ApplyAsync("unmeasured");
        await RunAsync("wait", "hpa/unmeasured", "--for=condition=ScalingActive=False", "--timeout=60s");
        await RunAsync("wait", "hpa/unmeasured", "--for=jsonpath={.status.conditions[?(@.type==\"ScalingActive\")].reason}=FailedGetResourceMetric", "--timeout=60s");
        const string fault = "failed to get cpu utilization: unable to get metrics for resource cpu: no metrics returned from resource metrics API";
        Assert.Equal($"the HPA was unable to compute the replica count: {fault}", await FieldAsync("hpa/unmeasured", ".status.conditions[?(@.type==\"ScalingActive\")].message"));
        await UntilAsync("wait", "event", "--for=jsonpath={.reason}=FailedGetResourceMetric", "--field-selector=involvedObject.name=unmeasured,reason=FailedGetResourceMetric", "--timeout=30s");
        Assert.Equal(fault, await RunAsync("get", "events", "--field-selector=reason=FailedGetResourceMetric", "-o", "jsonpath={.items[0].message}"));
        Assert.Equal("horizontal-pod-autoscaler", await RunAsync("get", "events", "--field-selector=reason=FailedGetResourceMetric", "-o", "jsonpath={.items[0].source.component}"));
        Assert.Matches(@"unmeasured +Deployment/unmeasured +cpu: <unknown>/50% +1 +3 +1 ", await RunAsync("get", "hpa", "unmeasured"));
        Assert.Equal("1", await FieldAsync("deployment/unmeasured", ".spec.replicas"));
    }
}
