using System.Net;
using ActorKube.Api.Names;
using ActorKube.ApiServer.Allocation;
using ActorKube.ApiServer.Pipeline;
using ActorKube.ApiServer.Pipeline.Bootstrap;
using ActorKube.ApiServer.Tests.Fakes;
using static ActorKube.ApiServer.Tests.Fakes.PipelineBench;

namespace ActorKube.ApiServer.Tests.Pipeline;

public sealed class BootstrapTests
{
    private readonly PipelineBench _bench = PipelineBench.Whole("10.96.0.0/12");

    private static readonly GroupVersionResource StorageClasses = new("storage.k8s.io", "v1", "storageclasses");
    private static readonly GroupVersionResource FlowSchemas = new("flowcontrol.apiserver.k8s.io", "v1", "flowschemas");

    private async Task RunAsync()
    {
        foreach (var step in BootstrapSteps.InOrder(new AddressRange(IPNetwork.Parse("10.96.0.0/12")), 6443, _bench.Time))
            await step.RunAsync(_bench.Client, default);
    }

    [Fact]
    public async Task Every_cluster_has_its_namespaces_and_its_own_service()
    {
        await RunAsync();
        var service = await _bench.JsonAsync(Request(RequestVerb.Get, new GroupVersionResource("", "v1", "services"), "kubernetes"));
        Assert.Equal("10.96.0.1", (string?)service["spec"]!["clusterIP"]);
        var critical = await _bench.JsonAsync(Request(RequestVerb.Get, new GroupVersionResource("scheduling.k8s.io", "v1", "priorityclasses"), "system-node-critical"));
        Assert.Equal(2_000_001_000, (int)critical["value"]!);
        var names = ((ListResponse)await _bench.Pipeline.ExecuteAsync(Request(RequestVerb.List, Namespaces), default)).Items.Select(n => n.Key.Name);
        Assert.Equal(["default", "kube-node-lease", "kube-public", "kube-system"], names);
    }

    [Fact]
    public async Task A_second_start_writes_nothing()
    {
        await RunAsync();
        var writes = _bench.Store.Writes;
        await RunAsync();
        Assert.Equal(writes, _bench.Store.Writes);
    }

    [Fact]
    public async Task A_fresh_cluster_has_a_storage_class_for_claims_that_name_none()
    {
        await RunAsync();
        var made = await _bench.JsonAsync(Request(RequestVerb.Get, StorageClasses, "standard"));
        Assert.Equal(("actorkube.io/local-path", "WaitForFirstConsumer", "Delete"), ((string?)made["provisioner"], (string?)made["volumeBindingMode"], (string?)made["reclaimPolicy"]));
        Assert.Equal("true", (string?)made["metadata"]!["annotations"]!["storageclass.kubernetes.io/is-default-class"]);
    }

    [Fact]
    public async Task A_storage_class_that_was_deleted_stays_deleted()
    {
        await RunAsync();
        await _bench.Pipeline.ExecuteAsync(Request(RequestVerb.Delete, StorageClasses, "standard"), default);
        await RunAsync();
        Assert.Empty(((ListResponse)await _bench.Pipeline.ExecuteAsync(Request(RequestVerb.List, StorageClasses), default)).Items);
    }

    [Fact]
    public async Task Where_there_is_a_default_already_the_class_that_is_made_is_not_another()
    {
        var body = System.Text.Encoding.UTF8.GetBytes("""
            {"metadata":{"name":"mine","annotations":{"storageclass.kubernetes.io/is-default-class":"true"}},"provisioner":"example.com/disks"}
            """);
        await _bench.Client.CreateAsync(new Machinery.Client.ObjectAddress(StorageClasses, "", ""), body, null, default);
        await RunAsync();
        var made = await _bench.JsonAsync(Request(RequestVerb.Get, StorageClasses, "standard"));
        Assert.Equal("false", (string?)made["metadata"]!["annotations"]!["storageclass.kubernetes.io/is-default-class"]);
    }

    [Fact]
    public async Task Flow_control_objects_are_put_right_at_every_start()
    {
        await RunAsync();
        await _bench.Pipeline.ExecuteAsync(Request(RequestVerb.Delete, FlowSchemas, "catch-all"), default);
        var left = """{"metadata":{"name":"batch","annotations":{"apf.kubernetes.io/autoupdate-spec":"true"}},"spec":{"matchingPrecedence":5,"priorityLevelConfiguration":{"name":"gone"}}}"""u8.ToArray();
        await _bench.Client.CreateAsync(new Machinery.Client.ObjectAddress(FlowSchemas, "", ""), left, null, default);
        var own = """{"metadata":{"name":"own"},"spec":{"matchingPrecedence":5,"priorityLevelConfiguration":{"name":"gone"}}}"""u8.ToArray();
        await _bench.Client.CreateAsync(new Machinery.Client.ObjectAddress(FlowSchemas, "", ""), own, null, default);
        await RunAsync();
        var names = ((ListResponse)await _bench.Pipeline.ExecuteAsync(Request(RequestVerb.List, FlowSchemas), default)).Items.Select(n => n.Key.Name).ToList();
        Assert.Contains("catch-all", names);
        Assert.DoesNotContain("batch", names);
        var dangling = await _bench.JsonAsync(Request(RequestVerb.Get, FlowSchemas, "own"));
        Assert.Equal("NotFound", (string?)dangling["status"]!["conditions"]![0]!["reason"]);
    }

    [Fact]
    public async Task What_every_cluster_has_comes_back_while_it_runs_and_what_is_only_given_to_it_does_not()
    {
        await RunAsync();
        var services = new GroupVersionResource("", "v1", "services");
        await _bench.Pipeline.ExecuteAsync(Request(RequestVerb.Delete, services, "kubernetes"), default);
        await _bench.Pipeline.ExecuteAsync(Request(RequestVerb.Delete, StorageClasses, "standard"), default);
        foreach (var step in BootstrapSteps.Kept(new AddressRange(IPNetwork.Parse("10.96.0.0/12")), 6443, _bench.Time))
            await step.RunAsync(_bench.Client, default);
        Assert.Equal("10.96.0.1", (string?)(await _bench.JsonAsync(Request(RequestVerb.Get, services, "kubernetes")))["spec"]!["clusterIP"]);
        Assert.Empty(((ListResponse)await _bench.Pipeline.ExecuteAsync(Request(RequestVerb.List, StorageClasses), default)).Items);
    }
}
