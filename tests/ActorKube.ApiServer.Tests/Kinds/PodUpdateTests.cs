namespace ActorKube.ApiServer.Tests.Kinds;

public sealed class PodUpdateTests
{
    private const string Fields = "pod updates may not change fields other than `spec.containers[*].image`,`spec.initContainers[*].image`,`spec.activeDeadlineSeconds`,"
        + "`spec.tolerations` (only additions to existing tolerations),`spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it was previously negative)\n";

    private static string Pod(string rest, string status = "{}") => $$"""{"metadata":{"name":"p"},"spec":{"containers":[{"name":"c","image":"i:1"}]{{rest}}},"status":{{status}}}""";

    [Theory]
    [InlineData("", ""","tolerations":[{"key":"a","operator":"Exists"}]""")]
    [InlineData("", ""","activeDeadlineSeconds":5""")]
    [InlineData(""","activeDeadlineSeconds":6""", ""","activeDeadlineSeconds":5""")]
    [InlineData(""","terminationGracePeriodSeconds":-5""", ""","terminationGracePeriodSeconds":1""")]
    [InlineData(""","schedulingGates":[{"name":"a"}],"nodeSelector":{"x":"y"}""", ""","nodeSelector":{"x":"y","z":"w"}""")]
    [InlineData(""","tolerations":[{"key":"a","operator":"Exists","effect":"NoExecute","tolerationSeconds":3}]""", ""","tolerations":[{"key":"a","operator":"Exists","effect":"NoExecute","tolerationSeconds":9}]""")]
    public void What_may_change_changes(string before, string after) => Assert.Empty(KindBench.UpdateFaults("pods", Pod(before), Pod(after)));

    [Fact]
    public void An_image_can_be_replaced() => Assert.Empty(KindBench.UpdateFaults("pods", Pod(""), Pod("").Replace("i:1", "i:2")));

    [Theory]
    [InlineData("", ""","hostNetwork":true""", "spec: Forbidden: " + Fields + "  changed: spec.hostNetwork")]
    [InlineData("", ""","nodeName":"n" """, "spec: Forbidden: " + Fields + "  changed: spec.nodeName")]
    [InlineData("", ""","initContainers":[{"name":"x","image":"i"}]""", "spec.initContainers: Forbidden: pod updates may not add or remove containers")]
    [InlineData(""","activeDeadlineSeconds":5""", ""","activeDeadlineSeconds":6""", "spec.activeDeadlineSeconds: Invalid value: 6: must be less than or equal to previous value")]
    [InlineData(""","activeDeadlineSeconds":5""", "", "spec.activeDeadlineSeconds: Invalid value: null: must not update from a positive integer to nil value")]
    [InlineData(""","tolerations":[{"key":"a","operator":"Exists"}]""", "", "spec.tolerations: Forbidden: existing toleration can not be modified except its tolerationSeconds")]
    [InlineData("", ""","schedulingGates":[{"name":"a"}]""", "spec.schedulingGates[0].name: Forbidden: only deletion is allowed, but found new scheduling gate 'a'")]
    public void What_is_fixed_stays(string before, string after, string fault) => Assert.Equal([fault], KindBench.UpdateFaults("pods", Pod(before), Pod(after)));

    [Fact]
    public void A_container_that_ended_for_good_does_not_run_again()
    {
        var before = Pod(""","restartPolicy":"Never" """, """{"containerStatuses":[{"name":"c","state":{"terminated":{"exitCode":1}}}]}""");
        var after = Pod(""","restartPolicy":"Never" """, """{"containerStatuses":[{"name":"c","state":{"running":{}}}]}""");
        var faults = KindBench.UpdateFaults("pods", before, after, "status");
        Assert.Contains("status.containerStatuses[0].state: Forbidden: may not be transitioned to non-terminated state", faults);
        Assert.DoesNotContain(KindBench.UpdateFaults("pods", before.Replace("Never", "Always"), after.Replace("Never", "Always"), "status"), static f => f.Contains("transitioned"));
    }

    [Fact]
    public void The_class_of_service_is_kept_and_a_status_may_leave_it_out()
    {
        Assert.Empty(KindBench.UpdateFaults("pods", Pod("", """{"qosClass":"BestEffort"}"""), Pod("", """{"phase":"Running"}"""), "status"));
        Assert.Equal(["status.qosClass: Invalid value: \"Guaranteed\": field is immutable"],
            KindBench.UpdateFaults("pods", Pod("", """{"qosClass":"BestEffort"}"""), Pod("", """{"qosClass":"Guaranteed","phase":"Running"}"""), "status"));
    }

    [Fact]
    public void A_container_for_debugging_can_be_added_and_not_changed()
    {
        var one = Pod(""","ephemeralContainers":[{"name":"d","image":"i"}]""");
        Assert.Empty(KindBench.UpdateFaults("pods", Pod(""), one, "ephemeralcontainers"));
        Assert.Equal(["spec.ephemeralContainers: Forbidden: existing ephemeral containers \"d\" may not be removed\n"], KindBench.UpdateFaults("pods", one, Pod(""), "ephemeralcontainers"));
        Assert.Equal(["spec.ephemeralContainers: Forbidden: existing ephemeral containers \"d\" may not be changed\n"],
            KindBench.UpdateFaults("pods", one, one.Replace("\"d\",", "\"d\",\"tty\":true,"), "ephemeralcontainers"));
    }
}
