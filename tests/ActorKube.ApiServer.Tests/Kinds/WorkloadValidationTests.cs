namespace ActorKube.ApiServer.Tests.Kinds;

public sealed class WorkloadValidationTests
{
    [Theory]
    [InlineData("apps/v1/deployments", "\"app\":\"web\"}},\"template\"", "\"app\":\"db\"}},\"template\"", "spec.template.metadata.labels: Invalid value: {\"app\":\"web\"}: `selector` does not match template `labels`")]
    [InlineData("apps/v1/deployments", "{\"matchLabels\":{\"app\":\"web\"}}", "{}", "spec.selector: Invalid value: {}: empty selector is invalid for deployment")]
    [InlineData("apps/v1/daemonsets", "{\"matchLabels\":{\"app\":\"web\"}}", "{}", "spec.selector: Invalid value: {}: empty selector is invalid for daemonset")]
    [InlineData("apps/v1/deployments", "\"spec\":{\"sel", "\"spec\":{\"replicas\":-1,\"sel", "spec.replicas: Invalid value: -1: must be greater than or equal to 0")]
    [InlineData("apps/v1/deployments", "\"spec\":{\"sel", "\"spec\":{\"minReadySeconds\":600,\"sel", "spec.progressDeadlineSeconds: Invalid value: 600: must be greater than minReadySeconds")]
    [InlineData("apps/v1/deployments", "\"spec\":{\"sel", "\"spec\":{\"strategy\":{\"type\":\"Recreate\",\"rollingUpdate\":{\"maxSurge\":1}},\"sel", "spec.strategy.rollingUpdate: Forbidden: may not be specified when strategy `type` is 'Recreate'")]
    [InlineData("apps/v1/deployments", "\"spec\":{\"sel", "\"spec\":{\"strategy\":{\"rollingUpdate\":{\"maxSurge\":0,\"maxUnavailable\":0}},\"sel", "spec.strategy.rollingUpdate.maxUnavailable: Invalid value: 0: may not be 0 when `maxSurge` is 0")]
    [InlineData("apps/v1/deployments", "\"spec\":{\"sel", "\"spec\":{\"strategy\":{\"rollingUpdate\":{\"maxUnavailable\":\"150%\"}},\"sel", "spec.strategy.rollingUpdate.maxUnavailable: Invalid value: \"150%\": must not be greater than 100%")]
    [InlineData("apps/v1/replicasets", "\"spec\":{\"cont", "\"spec\":{\"restartPolicy\":\"Never\",\"cont", "spec.template.spec.restartPolicy: Unsupported value: \"Never\": supported values: \"Always\"")]
    [InlineData("apps/v1/replicasets", "\"spec\":{\"cont", "\"spec\":{\"activeDeadlineSeconds\":1,\"cont", "spec.template.spec.activeDeadlineSeconds: Forbidden: activeDeadlineSeconds in ReplicaSet is not Supported")]
    [InlineData("apps/v1/deployments", "\"image\":\"i:1\"", "\"image\":\"\"", "spec.template.spec.containers[0].image: Required value")]
    [InlineData("apps/v1/daemonsets", "\"spec\":{\"sel", "\"spec\":{\"updateStrategy\":{\"rollingUpdate\":{\"maxUnavailable\":1,\"maxSurge\":1}},\"sel", "spec.updateStrategy.rollingUpdate.maxSurge: Invalid value: 1: may not be set when maxUnavailable is non-zero")]
    [InlineData("apps/v1/statefulsets", "\"spec\":{\"sel", "\"spec\":{\"updateStrategy\":{\"type\":\"OnDelete\",\"rollingUpdate\":{}},\"sel", "spec.updateStrategy.rollingUpdate: Invalid value: {\"partition\":0}: only allowed for updateStrategy 'RollingUpdate'")]
    public void A_bad_workload_is_refused_in_upstreams_words(string resource, string part, string instead, string fault)
    {
        Assert.Contains(part, Samples.Deployment);
        Assert.Equal([fault], KindBench.Faults(resource, Samples.Deployment.Replace(part, instead)));
    }

    [Theory]
    [InlineData("data", "[]", null)]
    [InlineData("data", "[{\"name\":\"data\",\"emptyDir\":{}}]", null)]
    [InlineData("tmp", "[{\"name\":\"tmp\",\"emptyDir\":{}}]", null)]
    [InlineData("none", "[{\"name\":\"tmp\",\"emptyDir\":{}}]", "spec.template.spec.containers[0].volumeMounts[0].name: Not found: \"none\"")]
    public void The_containers_of_a_stateful_set_mount_its_claims_as_well_as_the_volumes_of_its_template(string mounted, string volumes, string? fault)
    {
        var set = Samples.Deployment
            .Replace("\"image\":\"i:1\"", $$"""
                "image":"i:1","volumeMounts":[{"name":"{{mounted}}","mountPath":"/data"}]
                """)
            .Replace("\"spec\":{\"cont", "\"spec\":{\"volumes\":" + volumes + ",\"cont")
            .Replace("\"spec\":{\"sel", """
                "spec":{"volumeClaimTemplates":[{"metadata":{"name":"data"},"spec":{"accessModes":["ReadWriteOnce"],"resources":{"requests":{"storage":"1Gi"}}}}],"sel
                """.TrimEnd());
        Assert.Equal(fault is null ? [] : [fault], KindBench.Faults("apps/v1/statefulsets", set));
    }

    [Theory]
    [InlineData("apps/v1/deployments")]
    [InlineData("apps/v1/daemonsets")]
    [InlineData("apps/v1/replicasets")]
    public void The_selector_of_a_workload_cannot_change(string resource)
    {
        var after = Samples.Deployment.Replace("\"app\":\"web\"", "\"app\":\"db\"");
        Assert.Single(KindBench.UpdateFaults(resource, Samples.Deployment, after), static f => f.StartsWith("spec.selector: Invalid value: ") && f.EndsWith(": field is immutable"));
    }

    [Theory]
    [InlineData("i:1", "1")]
    [InlineData("i:2", "2")]
    public void The_generation_of_a_daemon_sets_template_is_counted_in_an_annotation(string image, string generation)
    {
        var strategy = KindBench.Strategy("apps/v1/daemonsets");
        var before = KindBench.Defaulted("apps/v1/daemonsets", Samples.Deployment);
        strategy.PrepareForCreate(before, new Api.Users.UserInfo("alice"));
        var after = KindBench.Defaulted("apps/v1/daemonsets", Samples.Deployment.Replace("i:1", image));
        strategy.PrepareForUpdate(after, before);
        Assert.Equal(("1", generation), (Counted(before), Counted(after)));
        static string? Counted(System.Text.Json.Nodes.JsonNode set) => (string?)set["metadata"]!["annotations"]!["deprecated.daemonset.template.generation"];
    }

    [Theory]
    [InlineData("apps/v1/statefulsets", "\"replicas\":3,\"readyReplicas\":1,\"availableReplicas\":2,\"collisionCount\":2", "status.availableReplicas: Invalid value: 2: cannot be greater than readyReplicas")]
    [InlineData("apps/v1/statefulsets", "\"replicas\":1,\"updatedReplicas\":2,\"collisionCount\":2", "status.updatedReplicas: Invalid value: 2: cannot be greater than status.replicas")]
    [InlineData("apps/v1/statefulsets", "\"replicas\":1,\"collisionCount\":1", "status.collisionCount: Invalid value: 1: cannot be decremented")]
    [InlineData("apps/v1/daemonsets", "\"currentNumberScheduled\":0,\"numberMisscheduled\":0,\"desiredNumberScheduled\":-1,\"numberReady\":0,\"collisionCount\":2", "status.desiredNumberScheduled: Invalid value: -1: must be greater than or equal to 0")]
    [InlineData("apps/v1/daemonsets", "\"currentNumberScheduled\":0,\"numberMisscheduled\":0,\"desiredNumberScheduled\":0,\"numberReady\":0,\"collisionCount\":1", "status.collisionCount: Invalid value: 1: cannot be decremented")]
    public void A_bad_status_is_refused(string resource, string status, string fault)
    {
        static string With(string status) => Samples.Deployment.TrimEnd()[..^1] + ",\"status\":{" + status + "}}";
        var counts = resource.EndsWith("daemonsets", StringComparison.Ordinal) ? "\"currentNumberScheduled\":0,\"numberMisscheduled\":0,\"desiredNumberScheduled\":0,\"numberReady\":0" : "\"replicas\":0";
        Assert.Equal([fault], KindBench.UpdateFaults(resource, With(counts + ",\"collisionCount\":2"), With(status), "status"));
    }

    [Theory]
    [InlineData("apps/v1/deployments", "\"selector\":{\"matchLabels\":{\"app\":\"web\"}},", "",
        "spec.selector: Required value", "spec.template.metadata.labels: Invalid value: {\"app\":\"web\"}: `selector` does not match template `labels`")]
    [InlineData("apps/v1/replicasets", "{\"app\":\"web\"}},\"template", "{\"app\":\"b c\"}},\"template",
        "spec.selector.matchLabels: Invalid value: \"b c\": a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')",
        "spec.selector: Invalid value: {\"matchLabels\":{\"app\":\"b c\"}}: invalid label selector")]
    [InlineData("batch/v1/jobs", "\"selector\":{\"matchLabels\":{\"a\":\"b\"}},", "",
        "spec.selector: Required value", "spec.template.metadata.labels: Invalid value: {\"a\":\"b\"}: `selector` does not match template `labels`")]
    [InlineData("apps/v1/statefulsets", "\"spec\":{\"sel", "\"spec\":{\"updateStrategy\":{\"rollingUpdate\":{\"maxUnavailable\":0}},\"sel", "spec.updateStrategy.rollingUpdate.maxUnavailable: Invalid value: 0: cannot be 0")]
    [InlineData("apps/v1/statefulsets", "\"spec\":{\"sel", "\"spec\":{\"updateStrategy\":{\"rollingUpdate\":{\"maxUnavailable\":\"101%\"}},\"sel", "spec.updateStrategy.rollingUpdate.maxUnavailable: Invalid value: \"101%\": must not be greater than 100%")]
    [InlineData("apps/v1/daemonsets", "\"selector\":{\"matchLabels\":{\"app\":\"web\"}},", "", "spec.template.metadata.labels: Invalid value: {\"app\":\"web\"}: `selector` does not match template `labels`")]
    [InlineData("apps/v1/daemonsets", "{\"app\":\"web\"}},\"template", "{\"app\":\"-\"}},\"template",
        "spec.selector.matchLabels: Invalid value: \"-\": a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')")]
    [InlineData("apps/v1/statefulsets", "{\"app\":\"web\"}},\"template", "{\"app\":\"-\"}},\"template",
        "spec.selector.matchLabels: Invalid value: \"-\": a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')",
        "spec.selector: Invalid value: {\"matchLabels\":{\"app\":\"-\"}}")]
    [InlineData("apps/v1/daemonsets", "\"spec\":{\"sel", "\"spec\":{\"updateStrategy\":{\"type\":\"Recreate\"},\"sel", "spec.updateStrategy: Unsupported value: {\"type\":\"Recreate\"}: supported values: \"RollingUpdate\", \"OnDelete\"")]
    [InlineData("apps/v1/deployments", "\"spec\":{\"sel", "\"spec\":{\"strategy\":{\"type\":\"OnDelete\"},\"sel", "spec.strategy: Unsupported value: {\"type\":\"OnDelete\"}: supported values: \"Recreate\", \"RollingUpdate\"")]
    [InlineData("apps/v1/statefulsets", "\"spec\":{\"sel", "\"spec\":{\"updateStrategy\":{\"type\":\"Recreate\"},\"sel", "spec.updateStrategy: Invalid value: {\"type\":\"Recreate\"}: must be 'RollingUpdate' or 'OnDelete'")]
    [InlineData("apps/v1/statefulsets", "\"spec\":{\"sel", "\"spec\":{\"updateStrategy\":{\"type\":\"Other\"},\"sel", "spec.updateStrategy: Invalid value: {\"type\":\"Other\"}: must be 'RollingUpdate' or 'OnDelete'")]
    [InlineData("apps/v1/statefulsets", "\"spec\":{\"sel", "\"spec\":{\"podManagementPolicy\":\"Other\",\"sel", "spec.podManagementPolicy: Invalid value: \"Other\": must be 'OrderedReady' or 'Parallel'")]
    [InlineData("apps/v1/statefulsets", "\"spec\":{\"sel", "\"spec\":{\"updateStrategy\":{\"type\":\"OnDelete\",\"rollingUpdate\":{\"partition\":-1}},\"sel", "spec.updateStrategy.rollingUpdate: Invalid value: {\"partition\":-1}: only allowed for updateStrategy 'RollingUpdate'")]
    [InlineData("apps/v1/statefulsets", "\"spec\":{\"sel", "\"spec\":{\"persistentVolumeClaimRetentionPolicy\":{\"whenDeleted\":\"Keep\"},\"sel", "spec.persistentVolumeClaimRetentionPolicy.whenDeleted: Unsupported value: \"Keep\": supported values: \"Retain\", \"Delete\"")]
    public void A_workload_that_cannot_find_its_pods_or_roll_out_is_refused(string resource, string part, string instead, params string[] faults) =>
        Assert.Equal(faults, KindBench.Faults(resource, (resource.EndsWith("jobs", StringComparison.Ordinal) ? Samples.Job : Samples.Deployment).Replace(part, instead)));

    [Theory]
    [InlineData("0 3 * * *", "TZ=UTC 0 3 * * *", "", "spec.schedule: Invalid value: \"TZ=UTC 0 3 * * *\": cannot use TZ or CRON_TZ in schedule, use timeZone field instead")]
    [InlineData("TZ=UTC 0 3 * * *", "CRON_TZ=Europe/Berlin 0 4 * * *", "")]
    [InlineData("TZ=UTC 0 3 * * *", "TZ=UTC 0 4 * * *", "Europe/Berlin", "spec.schedule: Invalid value: \"TZ=UTC 0 4 * * *\": cannot use both timeZone field and TZ or CRON_TZ in schedule")]
    [InlineData("TZ=UTC 0 3 * * *", "TZ=Mars/Olympus 0 3 * * *", "", "spec.schedule: Invalid value: \"TZ=Mars/Olympus 0 3 * * *\": provided bad location Mars/Olympus: unknown time zone Mars/Olympus")]
    [InlineData("TZ=UTC 0 3 * * *", "TZ=UTC 0 3", "", "spec.schedule: Invalid value: \"TZ=UTC 0 3\": expected exactly 5 fields, found 2: [0 3]")]
    public void A_zone_in_a_schedule_is_tolerated_where_there_was_one_before(string before, string after, string zone, params string[] faults) =>
        Assert.Equal(faults, KindBench.UpdateFaults("batch/v1/cronjobs", Samples.CronJob.Replace("*/5 0-6 1,15 * mon", before),
            Samples.CronJob.Replace("*/5 0-6 1,15 * mon", after).Replace("\"jobTemplate\"", (zone.Length > 0 ? $"\"timeZone\":\"{zone}\"," : "") + "\"jobTemplate\"")));

    [Fact]
    public void A_stateful_set_changes_in_few_fields()
    {
        Assert.Empty(KindBench.UpdateFaults("apps/v1/statefulsets", Samples.Deployment, Samples.Deployment.Replace("i:1", "i:2")));
        Assert.Equal(
            ["spec: Forbidden: updates to statefulset spec for fields other than 'replicas', 'ordinals', 'template', 'updateStrategy', 'revisionHistoryLimit', 'persistentVolumeClaimRetentionPolicy' and 'minReadySeconds' are forbidden"],
            KindBench.UpdateFaults("apps/v1/statefulsets", Samples.Deployment, Samples.Deployment.Replace("\"spec\":{\"sel", "\"spec\":{\"serviceName\":\"s\",\"sel")));
    }

    [Theory]
    [InlineData("\"restartPolicy\":\"Never\",", "", "spec.template.spec.restartPolicy: Required value: valid values: \"OnFailure\", \"Never\"")]
    [InlineData("\"spec\":{\"sel", "\"spec\":{\"completionMode\":\"Indexed\",\"parallelism\":1,\"sel", "spec.completions: Required value: when completion mode is Indexed")]
    [InlineData("\"spec\":{\"sel", "\"spec\":{\"backoffLimit\":-1,\"sel", "spec.backoffLimit: Invalid value: -1: must be greater than or equal to 0")]
    [InlineData("\"spec\":{\"sel", "\"spec\":{\"maxFailedIndexes\":1,\"backoffLimitPerIndex\":1,\"completionMode\":\"Indexed\",\"completions\":0,\"sel", "spec.maxFailedIndexes: Invalid value: 1: must be less than or equal to completions")]
    [InlineData("\"spec\":{\"sel", "\"spec\":{\"successPolicy\":{\"rules\":[]},\"completionMode\":\"Indexed\",\"completions\":1,\"sel", "spec.successPolicy.rules: Required value: at least one rules must be specified when the successPolicy is specified")]
    [InlineData("\"spec\":{\"sel", "\"spec\":{\"successPolicy\":{\"rules\":[{\"succeededCount\":2}]},\"completionMode\":\"Indexed\",\"completions\":1,\"sel", "spec.successPolicy.rules[0].succeededCount: Invalid value: 2: must be less than or equal to 1 (the number of specified completions)")]
    [InlineData("\"spec\":{\"sel", "\"spec\":{\"podFailurePolicy\":{\"rules\":[{\"action\":\"FailIndex\",\"onExitCodes\":{\"operator\":\"In\",\"values\":[1]}}]},\"sel", "spec.podFailurePolicy.rules[0].action: Invalid value: \"FailIndex\": requires the backoffLimitPerIndex to be set")]
    [InlineData("\"spec\":{\"sel", "\"spec\":{\"podFailurePolicy\":{\"rules\":[{\"action\":\"FailJob\",\"onExitCodes\":{\"operator\":\"In\",\"values\":[0]}}]},\"sel", "spec.podFailurePolicy.rules[0].onExitCodes.values[0]: Invalid value: 0: must not be 0 for the In operator")]
    [InlineData("\"spec\":{\"sel", "\"spec\":{\"podFailurePolicy\":{\"rules\":[{\"action\":\"FailJob\",\"onExitCodes\":{\"operator\":\"In\",\"values\":[2,1]}}]},\"sel", "spec.podFailurePolicy.rules[0].onExitCodes.values: Invalid value: [2,1]: must be ordered")]
    [InlineData("\"spec\":{\"sel", "\"spec\":{\"podFailurePolicy\":{\"rules\":[]},\"podReplacementPolicy\":\"TerminatingOrFailed\",\"sel", "spec.podReplacementPolicy: Unsupported value: \"TerminatingOrFailed\": supported values: \"Failed\"")]
    [InlineData("\"spec\":{\"sel", "\"spec\":{\"managedBy\":\"me\",\"sel", "spec.managedBy: Invalid value: \"me\": must be a domain-prefixed path (such as \"acme.io/foo\")")]
    [InlineData("\"spec\":{\"sel", "\"spec\":{\"backoffLimitPerIndex\":1,\"completionMode\":\"Indexed\",\"completions\":100001,\"sel", "spec.maxFailedIndexes: Required value: must be specified when completions is above 100000")]
    [InlineData("\"spec\":{\"sel", "\"spec\":{\"completionMode\":\"Each\",\"sel", "spec.completionMode: Unsupported value: \"Each\": supported values: \"NonIndexed\", \"Indexed\"")]
    [InlineData("\"spec\":{\"sel", "\"spec\":{\"podFailurePolicy\":{\"rules\":[{\"action\":\"Ignore\"}]},\"sel", "spec.podFailurePolicy.rules[0]: Invalid value: specifying one of OnExitCodes and OnPodConditions is required")]
    [InlineData("\"spec\":{\"sel", "\"spec\":{\"podFailurePolicy\":{\"rules\":[{\"action\":\"Ignore\",\"onPodConditions\":[{\"type\":\"a b\",\"status\":\"True\"}]}]},\"sel", "spec.podFailurePolicy.rules[0].onPodConditions[0].type: Invalid value: \"a b\": name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')")]
    [InlineData("\"spec\":{\"sel", "\"spec\":{\"podFailurePolicy\":{\"rules\":[{\"action\":\"Ignore\",\"onPodConditions\":[{\"type\":\"a\",\"status\":\"Yes\"}]}]},\"sel", "spec.podFailurePolicy.rules[0].onPodConditions[0].status: Unsupported value: \"Yes\": supported values: \"False\", \"True\", \"Unknown\"")]
    [InlineData("\"spec\":{\"sel", "\"spec\":{\"successPolicy\":{\"rules\":[{\"succeededIndexes\":\"0-1\",\"succeededCount\":3}]},\"completionMode\":\"Indexed\",\"completions\":5,\"sel", "spec.successPolicy.rules[0].succeededCount: Invalid value: 3: must be less than or equal to 2 (the number of indexes in the specified succeededIndexes field)")]
    [InlineData("\"spec\":{\"sel", "\"spec\":{\"successPolicy\":{\"rules\":[{\"succeededIndexes\":\"7\"}]},\"completionMode\":\"Indexed\",\"completions\":5,\"sel", "spec.successPolicy.rules[0].succeededIndexes: Invalid value: \"7\": error parsing succeededIndexes: too large index: \"7\"")]
    [InlineData("{\"name\":\"j\",\"uid\":\"u\"},\"spec\":{", "{\"name\":\"a.b\",\"uid\":\"u\"},\"spec\":{\"completionMode\":\"Indexed\",\"completions\":5,", "metadata.name: Invalid value: \"a.b\": will not able to create pod with invalid DNS label: a.b-4")]
    public void A_bad_job_is_refused(string part, string instead, string fault) => Assert.Equal([fault], KindBench.Faults("batch/v1/jobs", Samples.Job.Replace(part, instead)));

    [Fact]
    public void A_condition_of_a_pod_that_a_policy_names_is_there_unless_it_says_otherwise()
    {
        const string policy = "\"spec\":{\"podFailurePolicy\":{\"rules\":[{\"action\":\"Ignore\",\"onPodConditions\":[{\"type\":\"DisruptionTarget\"}]}]},\"sel";
        var job = Samples.Job.Replace("\"spec\":{\"sel", policy);
        Assert.Empty(KindBench.Faults("batch/v1/jobs", job));
        Assert.Equal("True", (string?)KindBench.Defaulted("batch/v1/jobs", job)["spec"]!["podFailurePolicy"]!["rules"]![0]!["onPodConditions"]![0]!["status"]);
    }

    [Fact]
    public void An_indexed_job_grows_together_with_its_parallelism()
    {
        static string Sized(int completions, int parallelism) =>
            Samples.Job.Replace("\"spec\":{\"sel", $"\"spec\":{{\"completionMode\":\"Indexed\",\"completions\":{completions},\"parallelism\":{parallelism},\"sel");
        Assert.Empty(KindBench.UpdateFaults("batch/v1/jobs", Sized(3, 2), Sized(4, 4)));
        Assert.Equal(["spec.completions: Invalid value: 4: can only be modified in tandem with spec.parallelism"], KindBench.UpdateFaults("batch/v1/jobs", Sized(3, 3), Sized(4, 3)));
    }

    [Fact]
    public void A_copy_of_another_job_does_not_take_its_pods()
    {
        const string copy = """
            {"metadata":{"name":"j","uid":"u"},"spec":{"selector":{"matchLabels":{"batch.kubernetes.io/controller-uid":"v"}},"template":{"metadata":{"labels":{"batch.kubernetes.io/controller-uid":"v","job-name":"j"}},
            "spec":{"restartPolicy":"Never","containers":[{"name":"c","image":"i:1"}]}}}}
            """;
        const string labels = """{"batch.kubernetes.io/controller-uid":"v","job-name":"j","controller-uid":"u","batch.kubernetes.io/job-name":"j"}""";
        Assert.Equal(
            [$"spec.template.metadata.labels[batch.kubernetes.io/controller-uid]: Invalid value: {labels}: must be 'u'",
             "spec.selector: Invalid value: {\"matchLabels\":{\"batch.kubernetes.io/controller-uid\":\"v\"}}: `selector` not auto-generated"],
            KindBench.Faults("batch/v1/jobs", copy));
        Assert.Empty(KindBench.Faults("batch/v1/jobs", Samples.Job.Replace("\"manualSelector\":true,", "").Replace("\"selector\":{\"matchLabels\":{\"a\":\"b\"}},", "")));
    }

    [Fact]
    public void Affinity_to_other_pods_stays_even_while_a_job_waits()
    {
        static string Waiting(string affinity) => Samples.Job.Replace("\"spec\":{\"sel", "\"spec\":{\"suspend\":true,\"sel").Replace("\"restartPolicy\"", affinity + "\"restartPolicy\"");
        const string nodes = "\"affinity\":{\"nodeAffinity\":{\"requiredDuringSchedulingIgnoredDuringExecution\":{\"nodeSelectorTerms\":[{\"matchExpressions\":[{\"key\":\"a\",\"operator\":\"Exists\"}]}]}}},";
        const string pods = "\"affinity\":{\"podAffinity\":{\"requiredDuringSchedulingIgnoredDuringExecution\":[{\"topologyKey\":\"z\",\"labelSelector\":{}}]}},";
        Assert.Empty(KindBench.UpdateFaults("batch/v1/jobs", Waiting(""), Waiting(nodes)));
        Assert.Single(KindBench.UpdateFaults("batch/v1/jobs", Waiting(""), Waiting(pods)), static f => f.StartsWith("spec.template.spec: ", StringComparison.Ordinal));
    }

    [Fact]
    public void Volumes_of_images_need_a_reference_in_templates_too() => Assert.Equal(["spec.template.spec.volumes[0].image.reference: Required value"],
        KindBench.Faults("apps/v1/deployments", Samples.Deployment.Replace("\"containers\"", "\"volumes\":[{\"name\":\"v\",\"image\":{}}],\"containers\"")));

    [Theory]
    [InlineData("", null)]
    [InlineData("\"active\":1", "spec.template")]
    [InlineData("\"startTime\":\"2026-01-01T00:00:00Z\"", "spec.template")]
    [InlineData("\"startTime\":\"2026-01-01T00:00:00Z\",\"conditions\":[{\"type\":\"Suspended\",\"status\":\"True\"}]", null)]
    public void What_a_job_that_waits_gets_can_be_changed(string status, string? fault)
    {
        var waits = Samples.Job.Replace("\"spec\":{\"sel", $"\"status\":{{{status}}},\"spec\":{{\"suspend\":true,\"sel");
        var sized = waits.Replace("\"name\":\"c\"", "\"name\":\"c\",\"resources\":{\"requests\":{\"cpu\":\"1\"}}");
        Assert.NotEqual(waits, sized);
        Assert.Equal(fault, KindBench.UpdateFaults("batch/v1/jobs", waits, sized).SingleOrDefault()?.Split(": ")[0]);
        Assert.Equal(fault ?? "spec.template.spec", KindBench.UpdateFaults("batch/v1/jobs", waits, waits.Replace("\"name\":\"c\"", "\"name\":\"d\"")).Single().Split(": ")[0]);
    }

    [Fact]
    public void The_template_of_a_job_cannot_change_while_it_runs_and_can_be_placed_while_it_waits()
    {
        var placed = Samples.Job.Replace("\"restartPolicy\"", "\"nodeSelector\":{\"a\":\"b\"},\"restartPolicy\"");
        Assert.Single(KindBench.UpdateFaults("batch/v1/jobs", Samples.Job, placed), static f => f.StartsWith("spec.template: ") && f.EndsWith("field is immutable"));
        const string waits = "\"spec\":{\"suspend\":true,\"sel";
        Assert.Empty(KindBench.UpdateFaults("batch/v1/jobs", Samples.Job.Replace("\"spec\":{\"sel", waits), placed.Replace("\"spec\":{\"sel", waits)));
    }

    [Theory]
    [InlineData("*/5 * * * *", null)]
    [InlineData("@hourly", null)]
    [InlineData("0 0 * jan-mar sun", null)]
    [InlineData("* * * *", "expected exactly 5 fields, found 4: [* * * *]")]
    [InlineData("61 * * * *", "end of range (61) above maximum (59): 61")]
    [InlineData("5-1 * * * *", "beginning of range (5) beyond end of range (1): 5-1")]
    [InlineData("*/0 * * * *", "step of range should be a positive number: */0")]
    [InlineData("a * * * *", "failed to parse int from a: strconv.Atoi: parsing \"a\": invalid syntax")]
    public void Schedules_are_read_as_cron_reads_them(string schedule, string? fault)
    {
        string[] expected = fault is null ? [] : [$"spec.schedule: Invalid value: \"{schedule}\": {fault}"];
        Assert.Equal(expected, KindBench.Faults("batch/v1/cronjobs", Samples.CronJob.Replace("*/5 0-6 1,15 * mon", schedule)));
    }

    [Theory]
    [InlineData("Europe/Berlin", null)]
    [InlineData("Etc/UTC", null)]
    [InlineData("UTC", null)]
    [InlineData("Etc/GMT+9", null)]
    [InlineData("", "timeZone must be nil or non-empty string")]
    [InlineData("Local", "timeZone must be an explicit time zone as defined in https://www.iana.org/time-zones")]
    [InlineData("Nowhere/Land", "unknown time zone Nowhere/Land")]
    [InlineData("europe/berlin", "unknown time zone europe/berlin")]
    [InlineData("../etc/passwd", "unknown time zone ../etc/passwd")]
    public void Time_zones_are_those_of_the_IANA_database(string zone, string? fault)
    {
        string[] expected = fault is null ? [] : [$"spec.timeZone: Invalid value: \"{zone}\": {fault}"];
        Assert.Equal(expected, KindBench.Faults("batch/v1/cronjobs", Samples.CronJob.Replace("\"schedule\":", $"\"timeZone\":\"{zone}\",\"schedule\":")));
    }

    [Fact]
    public void A_stateful_set_may_keep_all_of_its_history()
    {
        var set = Samples.Deployment.Replace("\"spec\":{\"sel", "\"spec\":{\"revisionHistoryLimit\":-1,\"sel");
        Assert.Empty(KindBench.Faults("apps/v1/statefulsets", set));
        Assert.Equal(["spec.revisionHistoryLimit: a negative value retains all historical revisions; a value >= 0 is recommended"], KindBench.Warnings("apps/v1/statefulsets", set));
    }

    [Theory]
    [InlineData("apps/v1/statefulsets", "a.b", false)]
    [InlineData("apps/v1/statefulsets", "a-b", true)]
    [InlineData("apps/v1/deployments", "a.b", true)]
    public void Host_names_are_made_of_the_names_of_stateful_sets(string resource, string name, bool isName) =>
        Assert.Equal(isName, KindBench.Strategy(resource).Names(name, false).Count == 0);
}
