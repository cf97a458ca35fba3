using ActorKube.Controllers.Nodes;
using ActorKube.Controllers.Tests.Harness;
using ActorKube.Machinery.Client;
using ActorKube.Machinery.Objects;

namespace ActorKube.Controllers.Tests;

public class ObjectTtlTests
{
    private readonly ControllerHarness _h = new ControllerHarness().Run(new ObjectTtl());

    private string[] Found => [.. _h.Cluster[WellKnownResources.Nodes].All.Select(n => n.Edit().Text("metadata", "annotations", ObjectTtl.Annotation)).Distinct()];

    private void Resize(int from, int to)
    {
        for (var i = from; i < to; i++)
            _h.Cluster.Create(WellKnownResources.Nodes, $$$"""{"apiVersion":"v1","kind":"Node","metadata":{"name":"n{{{i}}}"}}""");
        for (var i = to; i < from; i++)
            _h.Cluster.Vanish(WellKnownResources.Nodes, "", $"n{i}");
        _h.Settle();
    }

    [Fact]
    public void Nodes_may_keep_objects_the_longer_the_more_of_them_there_are_and_steps_overlap()
    {
        Resize(0, 100);
        Assert.Equal(["0"], Found);
        Resize(100, 101);
        Assert.Equal(["15"], Found);
        Resize(101, 92);
        Assert.Equal(["15"], Found);
        Resize(92, 95);
        Assert.Equal(["15"], Found);
        Resize(95, 89);
        Assert.Equal(["0"], Found);
    }

    [Fact]
    public void A_changed_annotation_is_set_right()
    {
        Resize(0, 2);
        _h.Cluster.Change(WellKnownResources.Nodes, "", "n0", n => n["metadata"]!["annotations"]![ObjectTtl.Annotation] = "soon");
        _h.Settle();
        Assert.Equal(["0"], Found);
    }
}
