namespace ActorKube.ApiServer.Tests.Kinds;

public sealed class LimitKindTests
{
    private static string Quota(string spec) => $$"""{"metadata":{"name":"q","namespace":"d"},"spec":{{spec}}}""";

    private static string Range(string limit) => $$$"""{"metadata":{"name":"l","namespace":"d"},"spec":{"limits":[{{{limit}}}]}}""";

    [Theory]
    [InlineData("""{"hard":{"pods":"1","requests.cpu":"1","example.com/x":"1","count/widgets.example.com":"2","gold.storageclass.storage.k8s.io/requests.storage":"1Gi","hugepages-2Mi":"2Mi"}}""")]
    [InlineData("""{"hard":{"pods":"1"},"scopes":["BestEffort","Terminating"]}""")]
    [InlineData("""{"hard":{"cpu":"1"},"scopeSelector":{"matchExpressions":[{"scopeName":"PriorityClass","operator":"In","values":["high"]}]}}""")]
    [InlineData("""{"hard":{"requests.storage":"1"},"scopeSelector":{"matchExpressions":[{"scopeName":"VolumeAttributesClass","operator":"Exists"}]}}""")]
    public void A_good_quota_is_taken(string spec) => Assert.Empty(KindBench.Faults("resourcequotas", Quota(spec)));

    [Theory]
    [InlineData("""{"hard":{"gpus":"1"}}""", "spec.hard[gpus]: Invalid value: \"gpus\": must be a standard resource type or fully qualified", "spec.hard[gpus]: Invalid value: \"gpus\": must be a standard resource for quota")]
    [InlineData("""{"hard":{"storage":"1"}}""", "spec.hard[storage]: Invalid value: \"storage\": must be a standard resource for quota")]
    [InlineData("""{"hard":{"pods":"-1"}}""", "spec.hard[pods]: Invalid value: \"-1\": must be greater than or equal to 0")]
    [InlineData("""{"hard":{"pods":"1500m"}}""", "spec.hard[pods]: Invalid value: \"1500m\": must be an integer")]
    [InlineData("""{"hard":{"cpu":"1"},"scopes":["BestEffort"]}""", "spec.scopes: Invalid value: [\"BestEffort\"]: unsupported scope applied to resource")]
    [InlineData("""{"hard":{"pods":"1"},"scopes":["BestEffort","NotBestEffort"]}""", "spec.scopes: Invalid value: [\"BestEffort\",\"NotBestEffort\"]: conflicting scopes")]
    [InlineData("""{"hard":{"pods":"1"},"scopeSelector":{"matchExpressions":[{"scopeName":"PriorityClass","operator":"In"}]}}""",
        "spec.scopeSelector.matchExpressions.values: Required value: must be at least one value when `operator` is 'In' or 'NotIn' for scope selector")]
    [InlineData("""{"hard":{"pods":"1"},"scopeSelector":{"matchExpressions":[{"scopeName":"PriorityClass","operator":"Exists","values":["a"]}]}}""",
        "spec.scopeSelector.matchExpressions.values: Invalid value: [\"a\"]: must be no value when `operator` is 'Exist' or 'DoesNotExist' for scope selector")]
    [InlineData("""{"hard":{"pods":"1"},"scopeSelector":{"matchExpressions":[{"scopeName":"PriorityClass","operator":"Like"}]}}""",
        "spec.scopeSelector.matchExpressions.operator: Invalid value: \"Like\": not a valid selector operator")]
    [InlineData("""{"hard":{"pods":"1"},"scopeSelector":{"matchExpressions":[{"scopeName":"Terminating","operator":"DoesNotExist"}]}}""",
        "spec.scopeSelector.matchExpressions.operator: Invalid value: \"DoesNotExist\": must be 'Exists' when scope is any of ResourceQuotaScopeTerminating, ResourceQuotaScopeNotTerminating, "
        + "ResourceQuotaScopeBestEffort, ResourceQuotaScopeNotBestEffort or ResourceQuotaScopeCrossNamespacePodAffinity")]
    [InlineData("""{"hard":{"pods":"1"},"scopes":["Sometimes"]}""", "spec.scopes: Invalid value: [\"Sometimes\"]: unsupported scope")]
    [InlineData("""{"hard":{"cpu":"1"},"scopeSelector":{"matchExpressions":[{"scopeName":"BestEffort","operator":"Exists"}]}}""",
        "spec.scopeSelector.matchExpressions: Invalid value: {\"MatchExpressions\":[{\"ScopeName\":\"BestEffort\",\"Operator\":\"Exists\",\"Values\":null}]}: unsupported scope applied to resource")]
    [InlineData("""{"hard":{"pods":"1"},"scopeSelector":{"matchExpressions":[{"scopeName":"Sometimes","operator":"Is"}]}}""",
        "spec.scopeSelector.matchExpressions.scopeName: Invalid value: \"Sometimes\": unsupported scope", "spec.scopeSelector.matchExpressions.operator: Invalid value: \"Is\": not a valid selector operator")]
    public void A_bad_quota_is_refused(string spec, params string[] faults) => Assert.Equal(faults, KindBench.Faults("resourcequotas", Quota(spec)));

    [Theory]
    [InlineData("""{"requests.cpu":"2","limits.cpu":"1"}""", "ResourceQuota requests.cpu (2) should be less than limits.cpu (1)")]
    [InlineData("""{"cpu":"2","limits.cpu":"1","memory":"2Gi","limits.memory":"1Gi"}""", "ResourceQuota cpu (2) should be less than limits.cpu (1)", "ResourceQuota memory (2Gi) should be less than limits.memory (1Gi)")]
    [InlineData("""{"cpu":"1","requests.cpu":"3","limits.cpu":"2"}""", "ResourceQuota requests.cpu (3) should be less than limits.cpu (2)")]
    [InlineData("""{"requests.ephemeral-storage":"2Gi","limits.ephemeral-storage":"1Gi"}""", "ResourceQuota requests.ephemeral-storage (2Gi) should be less than limits.ephemeral-storage (1Gi)")]
    [InlineData("""{"requests.cpu":"1","limits.cpu":"1","ephemeral-storage":"2Gi","limits.ephemeral-storage":"1Gi"}""")]
    public void A_new_quota_that_lets_more_be_requested_than_used_is_warned_about(string hard, params string[] warnings) =>
        Assert.Equal(warnings, KindBench.Warnings("resourcequotas", Quota($$"""{"hard":{{hard}}}""")));

    [Fact]
    public void An_update_does_not_make_a_quota() => Assert.False(KindBench.Strategy("resourcequotas").AllowsCreateOnUpdate);

    [Fact]
    public void The_scopes_of_a_quota_never_change()
    {
        var before = Quota("""{"hard":{"pods":"1"},"scopes":["Terminating"]}""");
        Assert.Equal(["spec.scopes: Invalid value: [\"NotTerminating\"]: field is immutable"], KindBench.UpdateFaults("resourcequotas", before, Quota("""{"hard":{"pods":"1"},"scopes":["NotTerminating"]}""")));
        Assert.Empty(KindBench.UpdateFaults("resourcequotas", before, Quota("""{"hard":{"pods":"5"},"scopes":["Terminating"]}""")));
    }

    [Fact]
    public void What_is_used_is_checked_when_the_status_is_written() => Assert.Equal(
        ["status.used[pods]: Invalid value: \"-1\": must be greater than or equal to 0"],
        KindBench.UpdateFaults("resourcequotas", Quota("""{"hard":{"pods":"1"}}"""), """{"metadata":{"name":"q","namespace":"d"},"status":{"hard":{"pods":"1"},"used":{"pods":"-1"}}}""", "status"));

    [Theory]
    [InlineData("""{"type":"Container","max":{"cpu":"2"},"min":{"memory":"1Mi"}}""", """{"cpu":"2"}""", """{"cpu":"2","memory":"1Mi"}""")]
    [InlineData("""{"type":"Container","default":{"cpu":"1"},"max":{"cpu":"2"},"min":{"cpu":"100m"}}""", """{"cpu":"1"}""", """{"cpu":"1"}""")]
    [InlineData("""{"type":"Pod","max":{"cpu":"2"}}""", null, null)]
    public void Bounds_of_containers_give_defaults(string limit, string? given, string? request)
    {
        var item = KindBench.Defaulted("limitranges", Range(limit))["spec"]!["limits"]![0]!;
        Assert.Equal((given, request), (item["default"]?.ToJsonString(), item["defaultRequest"]?.ToJsonString()));
    }

    [Theory]
    [InlineData("""{"type":"Box"}""", "spec.limits[0].type: Invalid value: \"Box\": must be a standard limit type or fully qualified")]
    [InlineData("""{"type":"Pod","default":{"cpu":"1"}}""", "spec.limits[0].default: Forbidden: may not be specified when `type` is 'Pod'")]
    [InlineData("""{"type":"Pod","max":{"gpus":"1"}}""", "spec.limits[0].max[gpus]: Invalid value: \"gpus\": must be a standard resource type or fully qualified", "spec.limits[0].max[gpus]: Invalid value: \"gpus\": must be a standard resource for containers")]
    [InlineData("""{"type":"PersistentVolumeClaim"}""", "spec.limits[0].limits: Required value: either minimum or maximum storage value is required, but neither was provided")]
    [InlineData("""{"type":"Pod","min":{"cpu":"2"},"max":{"cpu":"1"}}""", "spec.limits[0].min[cpu]: Invalid value: \"2\": min value 2 is greater than max value 1")]
    [InlineData("""{"type":"Container","default":{"cpu":"3"},"defaultRequest":{"cpu":"1"},"max":{"cpu":"2"}}""", "spec.limits[0].default[cpu]: Invalid value: \"2\": default value 3 is greater than max value 2")]
    [InlineData("""{"type":"Container","default":{"cpu":"1"},"defaultRequest":{"cpu":"2"}}""", "spec.limits[0].defaultRequest[cpu]: Invalid value: \"2\": default request value 2 is greater than default limit value 1")]
    [InlineData("""{"type":"Pod","maxLimitRequestRatio":{"cpu":"500m"}}""", "spec.limits[0].maxLimitRequestRatio[cpu]: Invalid value: \"500m\": ratio 500m is less than 1")]
    [InlineData("""{"type":"Pod","min":{"cpu":"1"},"max":{"cpu":"2"},"maxLimitRequestRatio":{"cpu":"3"}}""", "spec.limits[0].maxLimitRequestRatio[cpu]: Invalid value: \"3\": ratio 3 is greater than max/min = 2.000000")]
    [InlineData("""{"type":"Pod","min":{"cpu":"1500u"},"max":{"cpu":"3"},"maxLimitRequestRatio":{"cpu":"1800"}}""", "spec.limits[0].maxLimitRequestRatio[cpu]: Invalid value: \"1800\": ratio 1800 is greater than max/min = 1500.000000")]
    [InlineData("""{"type":"Pod","min":{"cpu":"1500m"},"max":{"cpu":"10P"},"maxLimitRequestRatio":{"cpu":"6P"}}""",
        "spec.limits[0].maxLimitRequestRatio[cpu]: Invalid value: \"6P\": ratio 6P is greater than max/min = 5000000000000000.000000")]
    [InlineData("""{"type":"Pod","min":{"cpu":"0"},"max":{"cpu":"-1"},"maxLimitRequestRatio":{"cpu":"2"}}""", "spec.limits[0].min[cpu]: Invalid value: \"0\": min value 0 is greater than max value -1",
        "spec.limits[0].maxLimitRequestRatio[cpu]: Invalid value: \"2\": ratio 2 is greater than max/min = -Inf")]
    [InlineData("""{"type":"Container","default":{"example.com/g":"2"},"defaultRequest":{"example.com/g":"1"}}""",
        "spec.limits[0].defaultRequest[example.com/g]: Invalid value: \"1\": default value 2 must equal to defaultRequest value 1 in example.com/g")]
    public void A_bad_limit_range_is_refused(string limit, params string[] faults) => Assert.Equal(faults, KindBench.Faults("limitranges", Range(limit)));

    [Fact]
    public void Each_type_has_one_limit() => Assert.Equal(
        ["spec.limits[1].type: Duplicate value: \"Pod\""], KindBench.Faults("limitranges", Range("""{"type":"Pod"},{"type":"Pod"}""")));
}
