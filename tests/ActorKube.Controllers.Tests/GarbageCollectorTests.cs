using System.Text.Json.Nodes;
using ActorKube.Api.Errors;
using ActorKube.Api.Names;
using ActorKube.Api.Objects;
using ActorKube.Controllers.GarbageCollection;
using ActorKube.Controllers.Tests.Harness;
using ActorKube.Machinery.Client;
using ActorKube.Machinery.Objects;
using static ActorKube.Machinery.Client.WellKnownResources;

namespace ActorKube.Controllers.Tests;

public class GarbageCollectorTests
{
    private static readonly GroupVersionResource Widgets = new("example.com", "v1", "widgets");

    private readonly ControllerHarness _h = new();

    public GarbageCollectorTests()
    {
        _h.Catalog.Serve("Pod", Pods).Serve("ReplicaSet", ReplicaSets).Serve("Deployment", Deployments).Serve("ConfigMap", ConfigMaps)
            .Serve("Node", WellKnownResources.Nodes, namespaced: false).Serve("PersistentVolume", PersistentVolumes, namespaced: false);
        _h.Run(new GarbageCollector());
    }

    private StoredObject Add(GroupVersionResource resource, string kind, string name, params (string Kind, StoredObject Owner)[] owners) => Add(resource, kind, "default", name, owners);

    private StoredObject Add(GroupVersionResource resource, string kind, string ns, string name, params (string Kind, StoredObject Owner)[] owners)
    {
        var json = new JsonObject
        {
            ["apiVersion"] = resource.ApiVersion,
            ["kind"] = kind,
            ["metadata"] = new JsonObject
            {
                ["name"] = name,
                ["namespace"] = ns,
                ["ownerReferences"] = new JsonArray([.. owners.Select(o => OwnerReferences.ToJson(new OwnerReference(o.Owner.Edit().Text("apiVersion"), o.Kind, o.Owner.Key.Name, o.Owner.Head.Uid, true, true)))]),
            },
        };
        return _h.Cluster.Create(new ObjectAddress(resource, ns, name), json);
    }

    private void Delete(GroupVersionResource resource, string name, string policy = "Background") =>
        _h.Cluster.Delete(new ObjectAddress(resource, "default", name), new DeleteOptions { PropagationPolicy = policy });

    private bool Exists(GroupVersionResource resource, string name) => _h.Cluster.Find(resource, "default", name) is not null;

    [Fact]
    public void Background_deletion_reaches_the_dependents_of_dependents()
    {
        var deployment = Add(Deployments, "Deployment", "web");
        var set = Add(ReplicaSets, "ReplicaSet", "web-1", ("Deployment", deployment));
        Add(Pods, "Pod", "web-1-a", ("ReplicaSet", set));
        Add(Pods, "Pod", "other");
        _h.Settle();
        Delete(Deployments, "web");
        _h.Settle();
        Assert.Equal((false, false, true), (Exists(ReplicaSets, "web-1"), Exists(Pods, "web-1-a"), Exists(Pods, "other")));
    }

    [Fact]
    public void Many_dependents_of_one_owner_cost_no_lookup()
    {
        var set = Add(ReplicaSets, "ReplicaSet", "web");
        for (var i = 0; i < 200; i++)
            Add(Pods, "Pod", $"p{i}", ("ReplicaSet", set));
        _h.Settle();
        var gets = 0;
        _h.Cluster.Fault = (verb, _) =>
        {
            gets += verb == "get" ? 1 : 0;
            return null;
        };
        Delete(ReplicaSets, "web");
        _h.Settle();
        Assert.Empty(_h.Cluster[Pods].All);
        Assert.Equal(0, gets);
    }

    [Fact]
    public void Foreground_deletion_removes_the_owner_last()
    {
        var deployment = Add(Deployments, "Deployment", "web");
        var set = Add(ReplicaSets, "ReplicaSet", "web-1", ("Deployment", deployment));
        var pod = Add(Pods, "Pod", "web-1-a", ("ReplicaSet", set));
        _h.Cluster.Change(Pods, "default", "web-1-a", p => p["metadata"]!["finalizers"] = new JsonArray("example.com/hold"));
        _h.Settle();
        Delete(Deployments, "web", "Foreground");
        _h.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal((true, true, true), (Exists(Deployments, "web"), Exists(ReplicaSets, "web-1"), Exists(Pods, "web-1-a")));
        Assert.NotNull(_h.Cluster.Find(Pods, "default", "web-1-a")!.Head.Deleted);
        _h.Cluster.Vanish(Pods, "default", "web-1-a");
        _h.Settle();
        Assert.Equal((false, false), (Exists(Deployments, "web"), Exists(ReplicaSets, "web-1")));
        Assert.NotNull(pod);
    }

    [Fact]
    public void Orphaning_deletion_leaves_the_dependents_without_that_owner()
    {
        var set = Add(ReplicaSets, "ReplicaSet", "web");
        Add(Pods, "Pod", "a", ("ReplicaSet", set));
        Add(Pods, "Pod", "b", ("ReplicaSet", set));
        _h.Settle();
        Delete(ReplicaSets, "web", "Orphan");
        _h.Settle();
        Assert.False(Exists(ReplicaSets, "web"));
        Assert.All(_h.Cluster[Pods].All, p => Assert.Empty(p.Head.Owners));
        Assert.Equal(2, _h.Cluster[Pods].All.Count);
    }

    [Fact]
    public void An_object_with_another_owner_stays_and_loses_the_reference()
    {
        var one = Add(ReplicaSets, "ReplicaSet", "one");
        var two = Add(ReplicaSets, "ReplicaSet", "two");
        Add(Pods, "Pod", "shared", ("ReplicaSet", one), ("ReplicaSet", two));
        _h.Settle();
        Delete(ReplicaSets, "one");
        _h.Settle();
        Assert.Equal("two", Assert.Single(_h.Cluster.Find(Pods, "default", "shared")!.Head.Owners).Name);
    }

    [Fact]
    public void An_object_whose_owner_never_existed_is_deleted_after_looking_for_it()
    {
        var ghost = StoredObject.Parse("""{"apiVersion":"apps/v1","metadata":{"name":"ghost","uid":"no-such-uid"}}"""u8.ToArray());
        Add(Pods, "Pod", "lost", ("ReplicaSet", ghost));
        _h.Settle();
        Assert.False(Exists(Pods, "lost"));
    }

    [Fact]
    public void A_namesake_of_the_owner_is_not_the_owner()
    {
        var set = Add(ReplicaSets, "ReplicaSet", "web");
        Add(Pods, "Pod", "a", ("ReplicaSet", set));
        _h.Settle();
        _h.Cluster.Vanish(ReplicaSets, "default", "web");
        Add(ReplicaSets, "ReplicaSet", "web");
        _h.Settle();
        Assert.False(Exists(Pods, "a"));
    }

    [Fact]
    public void Nothing_is_deleted_while_the_owner_cannot_be_looked_up()
    {
        var ghost = StoredObject.Parse("""{"apiVersion":"apps/v1","metadata":{"name":"ghost","uid":"unknown"}}"""u8.ToArray());
        _h.Cluster.Fault = (verb, _) => verb == "get" ? ApiErrors.ServiceUnavailable("not now") : null;
        Add(Pods, "Pod", "a", ("ReplicaSet", ghost));
        _h.Advance(TimeSpan.FromSeconds(10));
        Assert.True(Exists(Pods, "a"));
        _h.Cluster.Fault = null;
        _h.Advance(TimeSpan.FromMinutes(1));
        Assert.False(Exists(Pods, "a"));
    }

    [Fact]
    public void A_cluster_scoped_object_with_a_namespaced_owner_is_never_collected()
    {
        var map = Add(ConfigMaps, "ConfigMap", "owner");
        Add(PersistentVolumes, "PersistentVolume", "", "volume", ("ConfigMap", map));
        _h.Settle();
        Delete(ConfigMaps, "owner");
        _h.Advance(TimeSpan.FromMinutes(1));
        Assert.NotNull(_h.Cluster.Find(PersistentVolumes, "", "volume"));
    }

    [Fact]
    public void A_namespaced_object_may_belong_to_a_cluster_scoped_owner()
    {
        var node = Add(WellKnownResources.Nodes, "Node", "", "n1");
        Add(Pods, "Pod", "mirror", ("Node", node));
        _h.Settle();
        Assert.True(Exists(Pods, "mirror"));
        _h.Cluster.Vanish(WellKnownResources.Nodes, "", "n1");
        _h.Settle();
        Assert.False(Exists(Pods, "mirror"));
    }

    [Fact]
    public void Whoever_names_an_owner_of_another_namespace_goes_and_the_owners_own_dependents_stay()
    {
        var set = Add(ReplicaSets, "ReplicaSet", "web");
        Add(Pods, "Pod", "stranger", "thief", ("ReplicaSet", set));
        _h.Settle();
        Assert.Null(_h.Cluster.Find(Pods, "stranger", "thief"));
        Assert.Equal(
            $"OwnerRefInvalidNamespace: ownerRef [apps/v1/ReplicaSet, namespace: stranger, name: web, uid: {set.Head.Uid}] does not exist in namespace \"stranger\"",
            Assert.Single(_h.Events.Select(static e => $"{e.Reason}: {e.Message}")));
        // An own dependent that is seen before its owner is looked for where the owner is.
        Add(Pods, "Pod", "own", ("ReplicaSet", set), ("Pod", StoredObject.Parse("""{"apiVersion":"v1","metadata":{"name":"ghost","uid":"ghost"}}"""u8.ToArray())));
        _h.Settle();
        Assert.Equal("web", Assert.Single(_h.Cluster.Find(Pods, "default", "own")!.Head.Owners).Name);
    }

    [Fact]
    public void Owners_that_are_not_there_do_not_cost_a_walk_through_the_cache_each()
    {
        var uids = new KnownUids();
        var walks = 0;
        IEnumerable<string> Walk()
        {
            walks++;
            yield return "there";
        }

        Assert.True(uids.Contains(ReplicaSets.Resource, "there", Walk()));
        Assert.All(Enumerable.Range(0, 100), i => Assert.False(uids.Contains(ReplicaSets.Resource, $"ghost-{i}", Walk())));
        Assert.Equal(1, walks);
    }

    [Fact]
    public void Whether_an_owner_is_elsewhere_is_known_after_what_was_there_has_changed()
    {
        var thieves = 0;
        bool IsToldToBeElsewhere(StoredObject set)
        {
            _h.Events.Clear();
            Add(Pods, "Pod", "stranger", $"thief-{thieves++}", ("ReplicaSet", set));
            _h.Settle();
            return _h.Events.Exists(static e => e.Reason == "OwnerRefInvalidNamespace");
        }

        var first = Add(ReplicaSets, "ReplicaSet", "first");
        _h.Settle();
        Assert.True(IsToldToBeElsewhere(first));
        var later = Add(ReplicaSets, "ReplicaSet", "later");
        _h.Settle();
        Assert.True(IsToldToBeElsewhere(later));
        Delete(ReplicaSets, "first");
        _h.Settle();
        Delete(ReplicaSets, "later");
        var last = Add(ReplicaSets, "ReplicaSet", "later");
        _h.Settle();
        Assert.False(IsToldToBeElsewhere(first));
        Assert.True(IsToldToBeElsewhere(last));
    }

    [Fact]
    public void What_names_it_from_another_namespace_does_not_hold_up_a_foreground_deletion()
    {
        var set = Add(ReplicaSets, "ReplicaSet", "web");
        Add(Pods, "Pod", "stranger", "stuck", ("ReplicaSet", set));
        _h.Cluster.Change(Pods, "stranger", "stuck", static p => p["metadata"]!["finalizers"] = new JsonArray("example.com/hold"));
        _h.Settle();
        Delete(ReplicaSets, "web", "Foreground");
        _h.Settle();
        Assert.False(Exists(ReplicaSets, "web"));
    }

    [Fact]
    public void A_deletion_that_turns_into_one_in_the_foreground_reaches_the_dependents()
    {
        var set = Add(ReplicaSets, "ReplicaSet", "web");
        Add(Pods, "Pod", "a", ("ReplicaSet", set));
        _h.Cluster.Change(ReplicaSets, "default", "web", static s =>
        {
            s["metadata"]!["finalizers"] = new JsonArray("example.com/hold");
            s["metadata"]!["deletionTimestamp"] = "2030-01-01T00:00:00Z";
        });
        _h.Settle();
        Assert.True(Exists(Pods, "a"));
        _h.Cluster.Change(ReplicaSets, "default", "web", static s => s["metadata"]!["finalizers"] = new JsonArray("example.com/hold", GarbageCollector.Foreground));
        _h.Settle();
        Assert.False(Exists(Pods, "a"));
        Assert.Equal(["example.com/hold"], _h.Cluster.Find(ReplicaSets, "default", "web")!.Head.Finalizers);
    }

    [Fact]
    public void A_kind_that_is_gone_for_a_while_leaves_nothing_behind()
    {
        var owner = Add(ConfigMaps, "ConfigMap", "owner");
        _h.Catalog.Serve("Widget", Widgets);
        Add(Widgets, "Widget", "w", ("ConfigMap", owner));
        _h.Settle();
        _h.Catalog.Remove(Widgets);
        _h.Settle();
        _h.Cluster.Vanish(Widgets, "default", "w");
        Add(Widgets, "Widget", "w");
        _h.Catalog.Serve("Widget", Widgets);
        _h.Settle();
        Delete(ConfigMaps, "owner", "Foreground");
        _h.Settle();
        Assert.False(Exists(ConfigMaps, "owner"));
        Assert.True(Exists(Widgets, "w"));
    }

    [Fact]
    public void A_resource_that_cannot_be_listed_holds_nobody_up_and_its_objects_are_looked_up()
    {
        var h = new ControllerHarness();
        h.Catalog.Serve("Pod", Pods).Serve("ReplicaSet", ReplicaSets).Serve("ConfigMap", ConfigMaps);
        h.Cluster.Fault = static (verb, address) => verb == "list" && address.Resource == ReplicaSets ? ApiErrors.ServiceUnavailable("not now") : null;
        var set = h.Cluster.Create(ReplicaSets, Manifests.ReplicaSet("web", 1));
        h.Cluster.Create(Pods, Manifests.Pod("a", "web").Replace("\"labels\"", $"\"ownerReferences\":[{{\"apiVersion\":\"apps/v1\",\"kind\":\"ReplicaSet\",\"name\":\"web\",\"uid\":\"{set.Head.Uid}\"}}],\"labels\"", StringComparison.Ordinal));
        h.Cluster.Create(ConfigMaps, """{"apiVersion":"v1","kind":"ConfigMap","metadata":{"namespace":"default","name":"lost","ownerReferences":[{"apiVersion":"apps/v1","kind":"ReplicaSet","name":"gone","uid":"gone"}]}}""");
        h.Run(new GarbageCollector()).Advance(TimeSpan.FromMinutes(1));
        Assert.NotNull(h.Cluster.Find(Pods, "default", "a"));
        Assert.Null(h.Cluster.Find(ConfigMaps, "default", "lost"));
    }

    [Fact]
    public void A_circle_of_owners_can_be_deleted_in_the_foreground()
    {
        var a = Add(ConfigMaps, "ConfigMap", "a");
        var b = Add(ConfigMaps, "ConfigMap", "b", ("ConfigMap", a));
        _h.Cluster.Change(ConfigMaps, "default", "a", m => m["metadata"]!["ownerReferences"] = new JsonArray(OwnerReferences.ToJson(new OwnerReference("v1", "ConfigMap", "b", b.Head.Uid, true, true))));
        _h.Settle();
        Delete(ConfigMaps, "a", "Foreground");
        _h.Advance(TimeSpan.FromMinutes(1));
        Assert.Empty(_h.Cluster[ConfigMaps].All);
    }

    [Fact]
    public void Kinds_served_later_are_collected_too()
    {
        var owner = Add(ConfigMaps, "ConfigMap", "owner");
        Add(Widgets, "Widget", "w", ("ConfigMap", owner));
        _h.Settle();
        _h.Catalog.Serve("Widget", Widgets);
        _h.Settle();
        Delete(ConfigMaps, "owner");
        _h.Settle();
        Assert.False(Exists(Widgets, "w"));
    }

    [Fact]
    public void What_became_garbage_while_nobody_watched_is_found_at_the_start()
    {
        var cluster = new ControllerHarness();
        cluster.Catalog.Serve("Pod", Pods).Serve("ReplicaSet", ReplicaSets);
        cluster.Cluster.Create(Pods, """{"apiVersion":"v1","kind":"Pod","metadata":{"namespace":"default","name":"old","ownerReferences":[{"apiVersion":"apps/v1","kind":"ReplicaSet","name":"gone","uid":"gone"}]}}""");
        cluster.Run(new GarbageCollector()).Settle();
        Assert.Empty(cluster.Cluster[Pods].All);
    }
}
