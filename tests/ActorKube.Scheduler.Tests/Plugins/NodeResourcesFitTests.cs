using ActorKube.Scheduler.Framework;
using ActorKube.Scheduler.Plugins;
using static ActorKube.Scheduler.Tests.Harness.Objects;

namespace ActorKube.Scheduler.Tests.Plugins;

public sealed class NodeResourcesFitTests
{
    [Theory]
    [InlineData("1", "1Gi", "", nameof(StatusCode.Success), "")]
    [InlineData("2", "1Gi", "", nameof(StatusCode.Success), "")]
    [InlineData("2001m", "1Gi", "", nameof(StatusCode.Unschedulable), "Insufficient cpu")]
    [InlineData("1", "4097Mi", "", nameof(StatusCode.Unschedulable), "Insufficient memory")]
    [InlineData("3", "5Gi", "", nameof(StatusCode.Unschedulable), "Insufficient cpu, Insufficient memory")]
    [InlineData("5", "1Gi", "", nameof(StatusCode.UnschedulableAndUnresolvable), "Insufficient cpu")]
    [InlineData("3", "9Gi", "", nameof(StatusCode.UnschedulableAndUnresolvable), "Insufficient cpu, Insufficient memory")]
    [InlineData("", "", "", nameof(StatusCode.Success), "")]
    [InlineData("1", "", """ "overhead":{"cpu":"1500m"} """, nameof(StatusCode.Unschedulable), "Insufficient cpu")]
    [InlineData("1", "", """ "resources":{"requests":{"cpu":"3"}} """, nameof(StatusCode.Unschedulable), "Insufficient cpu")]
    [InlineData("3", "", """ "resources":{"requests":{"cpu":"1"}} """, nameof(StatusCode.Success), "")]
    [InlineData("1", "", """ "initContainers":[{"name":"i","resources":{"requests":{"cpu":"3"}}}] """, nameof(StatusCode.Unschedulable), "Insufficient cpu")]
    [InlineData("1", "", """ "initContainers":[{"name":"i","resources":{"requests":{"cpu":"2"}}}] """, nameof(StatusCode.Success), "")]
    [InlineData("1", "", """ "initContainers":[{"name":"i","restartPolicy":"Always","resources":{"requests":{"cpu":"1500m"}}}] """, nameof(StatusCode.Unschedulable), "Insufficient cpu")]
    public void A_node_has_to_have_what_the_pod_asks_for(string cpu, string memory, string spec, string code, string reasons)
    {
        // Half of 4 CPU and 8 GiB is taken.
        var status = new NodeResourcesFit(FitArguments.Default).Filter(new CycleState(), Pod("p", cpu, memory, spec), Filled(Node("n"), Pod("q", "2", "4Gi")));
        Assert.Equal((code, reasons), (status.Code.ToString(), status.Message));
    }

    [Theory]
    [InlineData("1", nameof(StatusCode.Success), "")]
    [InlineData("2", nameof(StatusCode.Unschedulable), "Insufficient example.com/gpu")]
    [InlineData("3", nameof(StatusCode.UnschedulableAndUnresolvable), "Insufficient example.com/gpu")]
    public void Extended_resources_count(string gpus, string code, string reasons)
    {
        var gpu = (string name, string amount) => Pod(name, spec: $$$"""  "overhead":{"example.com/gpu":"{{{amount}}}"} """);
        var node = Filled(Node("n", allocatable: """ "example.com/gpu":"2" """), gpu("q", "1"));
        var status = new NodeResourcesFit(FitArguments.Default).Filter(new CycleState(), gpu("p", gpus), node);
        Assert.Equal((code, reasons), (status.Code.ToString(), status.Message));
        Assert.True(new NodeResourcesFit(FitArguments.Default with { Ignored = ["example.com/gpu"] }).Filter(new CycleState(), gpu("p", gpus), node).IsSuccess);
        Assert.True(new NodeResourcesFit(FitArguments.Default with { IgnoredGroups = ["example.com"] }).Filter(new CycleState(), gpu("p", gpus), node).IsSuccess);
        Assert.Equal(status.Code, new NodeResourcesFit(FitArguments.Default with { IgnoredGroups = ["example"] }).Filter(new CycleState(), gpu("p", gpus), node).Code);
    }

    [Fact]
    public void What_is_no_extended_resource_is_checked_even_where_it_is_to_be_ignored()
    {
        var pages = Pod("p", spec: """ "overhead":{"hugepages-2Mi":"4Mi"} """);
        var status = new NodeResourcesFit(FitArguments.Default with { Ignored = ["hugepages-2Mi"] }).Filter(new CycleState(), pages, Filled(Node("n")));
        Assert.Equal((StatusCode.UnschedulableAndUnresolvable, "Insufficient hugepages-2Mi"), (status.Code, status.Message));
    }

    [Fact]
    public void A_node_takes_no_more_pods_than_it_says()
    {
        var status = new NodeResourcesFit(FitArguments.Default).Filter(new CycleState(), Pod("p"), Filled(Node("n", pods: 1), Pod("q")));
        Assert.Equal((StatusCode.Unschedulable, "Too many pods"), (status.Code, status.Message));
    }

    // 4 CPU and 8 GiB; the pod on it takes 1 CPU and 2 GiB.
    [Theory]
    [InlineData("1", "2Gi", false, 50)]
    [InlineData("3", "6Gi", false, 0)]
    [InlineData("1", "6Gi", false, 25)]
    [InlineData("1", "2Gi", true, 50)]
    [InlineData("3", "6Gi", true, 100)]
    [InlineData("", "", false, 72)]
    public void Emptier_or_fuller_nodes_are_preferred(string cpu, string memory, bool most, long score)
    {
        var arguments = FitArguments.Default with { Strategy = most ? ScoringStrategy.MostAllocated : ScoringStrategy.LeastAllocated };
        Assert.Equal(score, new NodeResourcesFit(arguments).Score(new CycleState(), Pod("p", cpu, memory), Filled(Node("n"), Pod("q", "1", "2Gi"))));
    }

    // 4 CPU and 8 GiB; CPU counts three times. Half of the CPU and a quarter of the memory: (3·50 + 1·25) / 4 = 43.75.
    [Theory]
    [InlineData("2", "2Gi", "0:0 100:10", 44)]
    [InlineData("2", "2Gi", "0:10 100:0", 56)]
    [InlineData("2", "2Gi", "30:0 50:10", 100)]
    [InlineData("5", "8Gi", "0:0 100:10", 100)]
    [InlineData("2", "2Gi", "0:0 100:0", 0)]
    public void A_shape_says_what_the_share_in_use_scores(string cpu, string memory, string points, long score)
    {
        var arguments = FitArguments.Default with { Strategy = ScoringStrategy.RequestedToCapacityRatio, Resources = [new PluginUse("cpu", 3), new PluginUse("memory", 1)], Shape = Shape(points) };
        Assert.Equal(score, new NodeResourcesFit(arguments).Score(new CycleState(), Pod("p", cpu, memory), Filled(Node("n"))));
    }

    [Fact]
    public void Weights_of_resources_count()
    {
        var arguments = FitArguments.Default with { Resources = [new PluginUse("cpu", 3), new PluginUse("memory", 1)] };
        // CPU (4-2)/4 = 50, memory (8-8)/8 = 0: (3·50 + 1·0) / 4.
        Assert.Equal(37, new NodeResourcesFit(arguments).Score(new CycleState(), Pod("p", "2", "8Gi"), Filled(Node("n"))));
    }
}
