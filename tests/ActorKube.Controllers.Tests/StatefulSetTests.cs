using System.Text.Json.Nodes;
using ActorKube.Api.Errors;
using ActorKube.Controllers.Tests.Harness;
using ActorKube.Controllers.Workloads.StatefulSets;
using ActorKube.Machinery.Objects;
using static ActorKube.Machinery.Client.WellKnownResources;

namespace ActorKube.Controllers.Tests;

public class StatefulSetTests
{
    private readonly ControllerHarness _h = new ControllerHarness().Run(new StatefulSetReconciler());

    private JsonNode Status => _h.Cluster.Json(StatefulSets, "default", "db")["status"]!;

    private string Names => string.Join(' ', _h.Cluster[Pods].All.Select(p => p.Key.Name).Order(StringComparer.Ordinal));

    private string Images => string.Join(' ', _h.Cluster[Pods].All.OrderBy(p => p.Key.Name, StringComparer.Ordinal).Select(Daemons.ImageOf));

    private void Add(int replicas, string extra = "", string strategy = """{"type":"RollingUpdate","rollingUpdate":{"partition":0}}""") => _h.Cluster.Create(StatefulSets, $$$"""
        {"apiVersion":"apps/v1","kind":"StatefulSet","metadata":{"namespace":"default","name":"db"},"spec":{"replicas":{{{replicas}}},"serviceName":"svc",
        "selector":{"matchLabels":{"app":"db"}},"updateStrategy":{{{strategy}}},"template":{{{Manifests.Template("db", "db:1")}}}{{{extra}}}}}
        """);

    private void Step()
    {
        _h.MakeAllReady();
        _h.Settle();
    }

    private void Steps(int count)
    {
        for (_h.Settle(); count > 0; count--)
            Step();
    }

    private void Scale(int replicas) => _h.Cluster.Change(StatefulSets, "default", "db", s => s["spec"]!["replicas"] = replicas);

    [Fact]
    public void In_order_each_pod_waits_for_the_one_before_it()
    {
        Add(3);
        _h.Settle();
        Assert.Equal("db-0", Names);
        Step();
        Assert.Equal("db-0 db-1", Names);
        Step();
        Assert.Equal("db-0 db-1 db-2", Names);
        Step();
        Assert.Equal((3L, 3L, 3L, 3L, 3L), (Status.Number("replicas"), Status.Number("readyReplicas"), Status.Number("availableReplicas"), Status.Number("currentReplicas"), Status.Number("updatedReplicas")));
        Assert.Equal(Status.Text("updateRevision"), Status.Text("currentRevision"));
        Assert.Contains(_h.Events, e => e is { Reason: "SuccessfulCreate", Message: "create Pod db-2 in StatefulSet db successful" });
        Scale(1);
        _h.Settle();
        Assert.Equal(["db-2"], _h.Cluster[Pods].All.Where(p => p.Head.Deleted is not null).Select(p => p.Key.Name));
        Steps(2);
        Assert.Equal("db-0", Names);
    }

    [Fact]
    public void In_parallel_all_pods_come_and_go_at_once()
    {
        Add(4, ",\"podManagementPolicy\":\"Parallel\",\"ordinals\":{\"start\":5}");
        _h.Settle();
        Assert.Equal("db-5 db-6 db-7 db-8", Names);
        Step();
        Scale(1);
        _h.Settle();
        Assert.Equal(3, _h.Cluster[Pods].All.Count(p => p.Head.Deleted is not null));
        Step();
        Assert.Equal("db-5", Names);
    }

    [Fact]
    public void A_pod_has_the_identity_of_its_place()
    {
        Add(1);
        _h.Settle();
        var pod = _h.Cluster.Json(Pods, "default", "db-0");
        Assert.Equal(("db-0", "svc"), (pod.Text("spec", "hostname"), pod.Text("spec", "subdomain")));
        Assert.Equal(("db-0", "0", Status.Text("updateRevision")),
            (pod.Text("metadata", "labels", "statefulset.kubernetes.io/pod-name"), pod.Text("metadata", "labels", "apps.kubernetes.io/pod-index"), pod.Text("metadata", "labels", "controller-revision-hash")));
        _h.Cluster.Change(Pods, "default", "db-0", p => p["metadata"]!["labels"]!.AsObject().Remove("statefulset.kubernetes.io/pod-name"));
        _h.Settle();
        Assert.Equal("db-0", _h.Cluster.Json(Pods, "default", "db-0").Text("metadata", "labels", "statefulset.kubernetes.io/pod-name"));
        Assert.Contains(_h.Events, e => e is { Reason: "SuccessfulUpdate", Message: "update Pod db-0 in StatefulSet db successful" });
    }

    [Fact]
    public void A_finished_pod_is_deleted_and_comes_again_under_its_name()
    {
        Add(1);
        _h.Settle();
        var before = _h.Cluster.Find(Pods, "default", "db-0")!.Head.Uid;
        _h.Cluster.Change(Pods, "default", "db-0", p => p["status"] = new JsonObject { ["phase"] = "Succeeded" });
        _h.Settle();
        Assert.NotEqual(before, _h.Cluster.Find(Pods, "default", "db-0")!.Head.Uid);
    }

    [Fact]
    public void A_rolling_update_goes_from_the_last_pod_to_the_first_one_at_a_time()
    {
        Add(3);
        Steps(3);
        var old = Status.Text("currentRevision");
        _h.SetImage(StatefulSets, "db", "db:2");
        _h.Settle();
        Assert.Equal(["db-2"], _h.Cluster[Pods].All.Where(p => p.Head.Deleted is not null).Select(p => p.Key.Name));
        Step();
        Assert.Equal("db:1 db:1 db:2", Images);
        Assert.Equal((old, 2L, 1L), (Status.Text("currentRevision"), Status.Number("currentReplicas"), Status.Number("updatedReplicas")));
        Steps(6);
        Assert.Equal("db:2 db:2 db:2", Images);
        Assert.NotEqual(old, Status.Text("currentRevision"));
        Assert.Equal(Status.Text("updateRevision"), Status.Text("currentRevision"));
        Assert.Equal(2, _h.Cluster[ControllerRevisions].All.Count);
    }

    [Theory]
    [InlineData(1, 2)]
    [InlineData(-1, 4)]
    public void Past_revisions_are_kept_up_to_the_limit_and_all_of_them_below_zero(int limit, int kept)
    {
        Add(1, $",\"revisionHistoryLimit\":{limit}");
        foreach (var image in (string[])["db:1", "db:2", "db:3", "db:4"])
        {
            _h.SetImage(StatefulSets, "db", image);
            _h.Settle();
            Steps(3);
        }
        Assert.Equal(kept, _h.Cluster[ControllerRevisions].All.Count);
    }

    [Fact]
    public void Pods_below_the_partition_keep_the_old_revision_even_when_they_are_made_again()
    {
        Add(3, strategy: """{"type":"RollingUpdate","rollingUpdate":{"partition":2}}""");
        Steps(3);
        _h.SetImage(StatefulSets, "db", "db:2");
        Steps(6);
        Assert.Equal("db:1 db:1 db:2", Images);
        _h.Cluster.Vanish(Pods, "default", "db-0");
        Steps(3);
        Assert.Equal("db:1 db:1 db:2", Images);
        Assert.NotEqual(Status.Text("updateRevision"), Status.Text("currentRevision"));
    }

    [Fact]
    public void As_many_pods_are_updated_at_once_as_may_be_unavailable()
    {
        Add(4, strategy: """{"type":"RollingUpdate","rollingUpdate":{"partition":0,"maxUnavailable":"50%"}}""");
        Steps(4);
        _h.SetImage(StatefulSets, "db", "db:2");
        _h.Settle();
        Assert.Equal(["db-2", "db-3"], _h.Cluster[Pods].All.Where(p => p.Head.Deleted is not null).Select(p => p.Key.Name).Order());
    }

    [Fact]
    public void On_delete_waits_for_somebody_to_delete()
    {
        Add(2, strategy: """{"type":"OnDelete"}""");
        Steps(2);
        _h.SetImage(StatefulSets, "db", "db:2");
        Steps(2);
        Assert.Equal("db:1 db:1", Images);
        _h.Cluster.Vanish(Pods, "default", "db-0");
        Steps(2);
        Assert.Equal("db:2 db:1", Images);
    }

    [Fact]
    public void The_next_pod_waits_until_the_one_before_has_been_ready_long_enough()
    {
        Add(2, ",\"minReadySeconds\":10");
        _h.Settle();
        Step();
        Assert.Equal("db-0", Names);
        Assert.Equal((1L, 0L), (Status.Number("readyReplicas"), Status.Number("availableReplicas")));
        _h.Advance(TimeSpan.FromSeconds(11));
        Assert.Equal("db-0 db-1", Names);
    }

    [Theory]
    [InlineData("Retain", "Retain", "", "")]
    [InlineData("Delete", "Retain", "StatefulSet/db", "StatefulSet/db")]
    [InlineData("Retain", "Delete", "", "Pod/db-1")]
    [InlineData("Delete", "Delete", "StatefulSet/db", "Pod/db-1")]
    public void Claims_are_made_for_each_pod_and_go_as_the_policy_says(string whenDeleted, string whenScaled, string atFirst, string whenCondemned)
    {
        Add(2, $$$""","persistentVolumeClaimRetentionPolicy":{"whenDeleted":"{{{whenDeleted}}}","whenScaled":"{{{whenScaled}}}"},"volumeClaimTemplates":[{"metadata":{"name":"data"},"spec":{"accessModes":["ReadWriteOnce"]}}]""");
        Steps(2);
        string Owner() => string.Join(' ', _h.Cluster.Find(PersistentVolumeClaims, "default", "data-db-1")!.Head.Owners.Select(o => $"{o.Kind}/{o.Name}"));
        Assert.Equal(["data-db-0", "data-db-1"], _h.Cluster[PersistentVolumeClaims].All.Select(c => c.Key.Name).Order());
        Assert.Equal("data-db-1", _h.Cluster.Json(Pods, "default", "db-1")["spec"]!["volumes"]![0].Text("persistentVolumeClaim", "claimName"));
        Assert.Equal("db", _h.Cluster.Find(PersistentVolumeClaims, "default", "data-db-1")!.Head.Labels["app"]);
        Assert.Contains(_h.Events, e => e is { Reason: "SuccessfulCreate", Message: "create Claim data-db-1 Pod db-1 in StatefulSet db success" });
        Assert.Equal(atFirst, Owner());
        Scale(1);
        _h.Settle();
        Assert.Equal(whenCondemned, Owner());
        if (whenScaled == "Retain")
            return;
        // The claim is still there when the place is wanted again: the pod waits for a new one.
        Step();
        Scale(2);
        Steps(1);
        Assert.Equal("db-0", Names);
        _h.Cluster.Vanish(PersistentVolumeClaims, "default", "data-db-1");
        Steps(1);
        Assert.Equal("db-0 db-1", Names);
        Assert.Equal(atFirst, Owner());
    }

    private const string DataClaims = """
        ,"volumeClaimTemplates":[{"metadata":{"name":"data"},"spec":{"accessModes":["ReadWriteOnce"]}}]
        """;

    [Fact]
    public void Old_pods_that_are_unavailable_anyway_are_replaced_wherever_they_stand()
    {
        Add(4, ",\"podManagementPolicy\":\"Parallel\"", """{"type":"RollingUpdate","rollingUpdate":{"partition":0,"maxUnavailable":2}}""");
        Steps(2);
        foreach (var broken in (string[])["db-0", "db-1"])
            _h.Cluster.Change(Pods, "default", broken, p => p["status"]!["conditions"]![0]!["status"] = "False");
        _h.SetImage(StatefulSets, "db", "db:2");
        _h.Settle();
        // Two may be unavailable, and two are: no more of those that serve.
        Assert.Equal(["db-0", "db-1"], _h.Cluster[Pods].All.Where(p => p.Head.Deleted is not null).Select(p => p.Key.Name).Order());
    }

    [Fact]
    public void A_pod_waits_for_a_claim_that_is_being_deleted_to_go()
    {
        Add(1, DataClaims);
        Steps(1);
        _h.Cluster.Change(PersistentVolumeClaims, "default", "data-db-0", c =>
        {
            c["metadata"]!["finalizers"] = new JsonArray("kubernetes.io/pvc-protection");
            c["metadata"]!["deletionTimestamp"] = "2030-01-01T00:00:00Z";
        });
        _h.Cluster.Vanish(Pods, "default", "db-0");
        _h.Settle();
        Assert.Equal("", Names);
        Assert.Contains(_h.Events, e => e is { Warning: true, Reason: "FailedCreate", Message: "create Pod db-0 in StatefulSet db failed error: pvc data-db-0 is being deleted" });
        _h.Cluster.Vanish(PersistentVolumeClaims, "default", "data-db-0");
        _h.Settle();
        Assert.Equal("db-0", Names);
        Assert.Null(_h.Cluster.Find(PersistentVolumeClaims, "default", "data-db-0")!.Head.Deleted);
    }

    [Fact]
    public void A_claim_that_is_refused_is_told_about_the_claim_and_about_its_pod()
    {
        _h.Cluster.Fault = (verb, address) => verb == "create" && address.Resource == PersistentVolumeClaims ? ApiErrors.Forbidden(address.Resource.Resource, address.Name, "exceeded quota") : null;
        Add(1, DataClaims);
        _h.Advance(TimeSpan.FromSeconds(2));
        var told = _h.Events.Where(e => e is { Warning: true, Reason: "FailedCreate" }).Select(e => e.Message).ToList();
        Assert.Contains(told, m => m.StartsWith("create Claim data-db-0 for Pod db-0 in StatefulSet db failed error: ", StringComparison.Ordinal));
        Assert.Contains(told, m => m.StartsWith("create Pod db-0 in StatefulSet db failed error: failed to create PVC data-db-0: ", StringComparison.Ordinal));
        Assert.Equal("", Names);
    }

    [Fact]
    public void A_refused_claim_is_told_about_its_own_pod_even_if_another_template_has_a_name_like_it()
    {
        _h.Cluster.Fault = (verb, address) => verb == "create" && address.Name == "data-db-db-0" ? ApiErrors.Forbidden(address.Resource.Resource, address.Name, "exceeded quota") : null;
        Add(1, ""","volumeClaimTemplates":[{"metadata":{"name":"data"},"spec":{}},{"metadata":{"name":"data-db"},"spec":{}}]""");
        _h.Advance(TimeSpan.FromSeconds(2));
        Assert.Contains(_h.Events, e => e.Message.StartsWith("create Pod db-0 in StatefulSet db failed error: failed to create PVC data-db-db-0: ", StringComparison.Ordinal));
    }

    [Fact]
    public void A_claim_that_somebody_else_manages_is_left_to_them()
    {
        Add(1, DataClaims + ""","persistentVolumeClaimRetentionPolicy":{"whenDeleted":"Delete","whenScaled":"Delete"}""");
        Steps(2);
        _h.Cluster.Change(PersistentVolumeClaims, "default", "data-db-0", c => c["metadata"]!["ownerReferences"]!.AsArray().Add(
            JsonNode.Parse("""{"apiVersion":"example.com/v1","kind":"Backup","name":"b","uid":"b","controller":true}""")));
        _h.Cluster.Change(StatefulSets, "default", "db", s => s.Child("metadata").Child("annotations")["look"] = "again");
        Steps(2);
        Assert.Equal(["Backup"], _h.Cluster.Find(PersistentVolumeClaims, "default", "data-db-0")!.Head.Owners.Select(o => o.Kind));
        Assert.Single(_h.Events, e => e is
        {
            Warning: true,
            Reason: "ConflictingController",
            Message: "PersistentVolumeClaim data-db-0 has a conflicting OwnerReference that acts as a manging controller, the retention policy is ignored for this claim",
        });
    }

    [Fact]
    public void Refused_creations_are_tried_with_back_off_and_told()
    {
        _h.Cluster.Fault = (verb, address) => verb == "create" && address.Resource == Pods ? ApiErrors.Forbidden(Pods.Resource, address.Name, "exceeded quota: q") : null;
        Add(50, ",\"podManagementPolicy\":\"Parallel\"");
        _h.Advance(TimeSpan.FromSeconds(1));
        Assert.InRange(_h.Cluster.Log.Count(l => l.StartsWith("create pods", StringComparison.Ordinal)), 4, 9);
        Assert.Equal(1, Status.Number("observedGeneration"));
        Assert.Contains(_h.Events, e => e.Warning && e.Reason == "FailedCreate" && e.Message.StartsWith("create Pod db-0 in StatefulSet db failed error: pods ", StringComparison.Ordinal));
        _h.Cluster.Fault = null;
        _h.Advance(TimeSpan.FromSeconds(10));
        Assert.Equal(50, _h.Cluster[Pods].All.Count);
    }

    [Fact]
    public void A_set_at_rest_is_left_alone()
    {
        Add(3);
        Steps(5);
        var writes = _h.Cluster.Log.Count;
        _h.Cluster.Change(StatefulSets, "default", "db", s => s.Child("metadata").Child("annotations")["a"] = "b");
        _h.Advance(TimeSpan.FromHours(1));
        Assert.Equal(writes, _h.Cluster.Log.Count);
    }
}
