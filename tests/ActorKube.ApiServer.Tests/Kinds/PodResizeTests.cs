namespace ActorKube.ApiServer.Tests.Kinds;

public sealed class PodResizeTests
{
    private const string Quantities = """ "requests":{"cpu":"1"} """;

    private static string Pod(string containers, string rest = "", string status = "") =>
        """{"metadata":{"name":"p","labels":{"a":"b"}},"spec":{"containers":[CONTAINERS]REST},"status":{STATUS}}"""
            .Replace("CONTAINERS", containers).Replace("REST", rest.Length > 0 ? "," + rest : "").Replace("STATUS", status);

    private static string Container(string name, string resources, string rest = "") =>
        """{"name":"NAME","image":"i:1","resources":{RESOURCES}REST}""".Replace("NAME", name).Replace("RESOURCES", resources).Replace("REST", rest.Length > 0 ? "," + rest : "");

    private static string[] Faults(string before, string after) => KindBench.UpdateFaults("pods", before, after, "resize");

    [Theory]
    [InlineData(""" "requests":{"cpu":"2"} """)]
    [InlineData(""" "requests":{"cpu":"1","memory":"1Gi"},"limits":{"cpu":"2"} """)]
    [InlineData("", "spec.containers[0].resources.requests: Forbidden: resource requests cannot be removed", "spec: Invalid value: \"Burstable\": Pod QOS Class may not change as a result of resizing")]
    [InlineData(""" "requests":{"cpu":"1","example.com/gpu":"1"},"limits":{"example.com/gpu":"1"} """, "spec: Forbidden: only cpu and memory resources are mutable")]
    public void A_container_gets_more_or_less_of_what_can_be_changed(string after, params string[] faults)
    {
        const string status = """ "qosClass":"Burstable" """;
        Assert.Equal(faults.Order(), Faults(Pod(Container("c", Quantities), status: status), Pod(Container("c", after), status: status)).Order());
    }

    [Theory]
    [InlineData("c,d", "c", "spec.containers: Forbidden: containers may not be added or removed on resize")]
    [InlineData("c,d", "d,c", "spec.containers[0].name: Forbidden: containers may not be renamed or reordered on resize", "spec.containers[1].name: Forbidden: containers may not be renamed or reordered on resize")]
    public void Containers_stay_who_they_are(string before, string after, params string[] faults)
    {
        string Of(string names) => Pod(string.Join(',', names.Split(',').Select(static n => Container(n, Quantities))));
        Assert.Equal(faults, Faults(Of(before), Of(after)));
    }

    [Fact]
    public void How_a_container_takes_its_resources_is_no_resource() => Assert.Equal(["spec: Forbidden: only cpu and memory resources are mutable"],
        Faults(Pod(Container("c", Quantities)), Pod(Container("c", Quantities, """ "resizePolicy":[{"resourceName":"cpu","restartPolicy":"RestartContainer"}] """))));

    [Theory]
    [InlineData("", """ "requests":{"cpu":"2"} """)]
    [InlineData(""" "restartPolicy":"Always" """, """ "requests":{"cpu":"2"} """)]
    [InlineData("", """ "requests":{"cpu":"1","ephemeral-storage":"1Gi"} """, "spec.initContainers[0]: Forbidden: only cpu and memory resources for init or sidecar containers are mutable")]
    public void Init_containers_are_resized_too(string rest, string after, params string[] faults)
    {
        string Of(string resources) => Pod(Container("c", Quantities), $""" "initContainers":[{Container("i", resources, rest)}] """);
        Assert.Equal(faults, Faults(Of(Quantities), Of(after)));
    }

    [Theory]
    [InlineData(""" "resources":{"requests":{"cpu":"2"}} """, """ "resources":{"requests":{"cpu":"3"}} """)]
    [InlineData(""" "resources":{"requests":{"cpu":"2","memory":"1Gi"}} """, """ "resources":{"requests":{"cpu":"2"}} """, "spec.resources.requests: Forbidden: pod-level resource requests cannot be removed")]
    [InlineData(""" "resources":{"requests":{"cpu":"2"}} """, "", "spec.resources: Forbidden: pod-level resources cannot be removed")]
    public void The_pods_own_resources_are_resized(string before, string after, params string[] faults) =>
        Assert.Equal(faults, Faults(Pod(Container("c", Quantities), before), Pod(Container("c", Quantities), after)));

    [Fact]
    public void Nothing_else_of_the_pod_changes()
    {
        var (old, obj) = (KindBench.Defaulted("pods", Pod(Container("c", Quantities))), KindBench.Defaulted("pods", Pod(Container("c", """ "requests":{"cpu":"2"} """), """ "hostname":"h" """)));
        obj["metadata"]!["labels"]!["a"] = "c";
        KindBench.Strategy("pods").PrepareForPartUpdate("resize", obj, old);
        Assert.Equal("b", (string?)obj["metadata"]!["labels"]!["a"]);
        Assert.Null(obj["spec"]!["hostname"]);
        Assert.Equal("2", (string?)obj["spec"]!["containers"]![0]!["resources"]!["requests"]!["cpu"]);
    }
}
