using ActorKube.Api.Errors;
using ActorKube.Controllers.Tests.Harness;
using ActorKube.Controllers.Volumes;
using ActorKube.Machinery.Objects;
using static ActorKube.Machinery.Client.WellKnownResources;

namespace ActorKube.Controllers.Tests.Volumes;

public class EphemeralVolumeTests
{
    private const string Template = """
        "ephemeral":{"volumeClaimTemplate":{"metadata":{"labels":{"a":"b"}},"spec":{"accessModes":["ReadWriteOnce"],"resources":{"requests":{"storage":"1Gi"}}}}}
        """;

    private readonly ControllerHarness _h = new ControllerHarness().Run(new EphemeralVolumes());

    [Fact]
    public void A_pod_gets_a_claim_of_its_own_which_it_owns()
    {
        var pod = _h.AddPodWith("p", Template);
        _h.Settle();
        var claim = _h.Cluster.Find(PersistentVolumeClaims, "default", "p-data")!;
        var owner = Assert.Single(claim.Head.Owners);
        Assert.Equal((pod.Head.Uid, "Pod", "v1", true, true), (owner.Uid, owner.Kind, owner.ApiVersion, owner.Controller, owner.BlockOwnerDeletion));
        Assert.Equal(("b", "1Gi"), (claim.Head.Labels["a"], claim.Edit().Text("spec", "resources", "requests", "storage")));
    }

    [Fact]
    public void A_claim_that_goes_before_its_pod_is_made_again_and_none_is_made_for_a_pod_that_goes()
    {
        _h.AddPodWith("p", Template);
        _h.Settle();
        _h.Cluster.Vanish(PersistentVolumeClaims, "default", "p-data");
        _h.Settle();
        Assert.NotNull(_h.Cluster.Find(PersistentVolumeClaims, "default", "p-data"));
        _h.Cluster.Change(Pods, "default", "p", p => p["metadata"]!["deletionTimestamp"] = "2030-01-01T00:00:00Z");
        _h.Cluster.Vanish(PersistentVolumeClaims, "default", "p-data");
        _h.Settle();
        Assert.Null(_h.Cluster.Find(PersistentVolumeClaims, "default", "p-data"));
    }

    [Fact]
    public void A_claim_of_somebody_else_is_left_alone_and_the_pod_is_told()
    {
        _h.AddClaim("p-data");
        _h.AddPodWith("p", Template);
        _h.Advance(TimeSpan.FromSeconds(1));
        Assert.Contains(_h.Events, e => e is { Reason: "FailedBinding", Warning: true, Message: "ephemeral volume data: PVC default/p-data was not created for pod default/p (pod is not owner)" });
        Assert.Empty(_h.Cluster.Find(PersistentVolumeClaims, "default", "p-data")!.Head.Owners);
        Assert.InRange(_h.Turns, 2, 15);
    }

    [Fact]
    public void Claims_that_are_refused_are_tried_again_with_back_off_and_the_pod_is_told()
    {
        _h.Cluster.Fault = (verb, address) => verb == "create" && address.Resource == PersistentVolumeClaims ? ApiErrors.Forbidden(address.Resource.Resource, address.Name, "exceeded quota") : null;
        _h.AddPodWith("p", Template);
        _h.Advance(TimeSpan.FromMinutes(1));
        Assert.InRange(_h.Cluster.Log.Count(l => l.StartsWith("create persistentvolumeclaims", StringComparison.Ordinal)), 3, 20);
        Assert.Contains(_h.Events, e => e.Reason == "FailedBinding" && e.Message.StartsWith("ephemeral volume data: create PVC p-data: ", StringComparison.Ordinal));
    }

    [Fact]
    public void A_claim_of_somebody_else_that_goes_makes_room_at_once()
    {
        _h.AddClaim("p-data");
        _h.AddPodWith("p", Template);
        _h.Advance(TimeSpan.FromMinutes(10));
        _h.Cluster.Vanish(PersistentVolumeClaims, "default", "p-data");
        _h.Settle();
        Assert.Single(_h.Cluster.Find(PersistentVolumeClaims, "default", "p-data")!.Head.Owners);
    }

    [Fact]
    public void A_volume_that_cannot_be_had_holds_up_those_behind_it()
    {
        _h.AddClaim("p-data");
        _h.AddPodWith("p", Template);
        _h.Cluster.Vanish(Pods, "default", "p");
        _h.Cluster.Create(Pods, $$$"""{"apiVersion":"v1","kind":"Pod","metadata":{"namespace":"default","name":"p"},"spec":{"containers":[],"volumes":[{"name":"data",{{{Template}}}},{"name":"more",{{{Template}}}}]}}""");
        _h.Advance(TimeSpan.FromSeconds(1));
        Assert.Null(_h.Cluster.Find(PersistentVolumeClaims, "default", "p-more"));
        _h.Cluster.Vanish(PersistentVolumeClaims, "default", "p-data");
        _h.Settle();
        Assert.NotNull(_h.Cluster.Find(PersistentVolumeClaims, "default", "p-more"));
    }

    [Fact]
    public void What_becomes_of_a_pod_is_not_looked_at()
    {
        _h.AddPodWith("p", Template);
        _h.Settle();
        var turns = _h.Turns;
        _h.Cluster.Change(Pods, "default", "p", static p => p.Child("status")["phase"] = "Running");
        _h.Settle();
        Assert.Equal(turns, _h.Turns);
    }
}
