using System.Net;
using ActorKube.Api.Names;
using ActorKube.ApiServer.Allocation;
using ActorKube.ApiServer.Pipeline;
using ActorKube.ApiServer.Pipeline.Bootstrap;
using ActorKube.ApiServer.Tests.Fakes;
using ActorKube.Machinery.Recording;
using static ActorKube.ApiServer.Tests.Fakes.PipelineBench;

namespace ActorKube.ApiServer.Tests.Pipeline;

public sealed class BootstrapTests
{
    private readonly PipelineBench _bench = PipelineBench.Whole("10.96.0.0/12");

    private static readonly GroupVersionResource StorageClasses = new("storage.k8s.io", "v1", "storageclasses");
    private static readonly GroupVersionResource ServiceCidrs = new("networking.k8s.io", "v1", "servicecidrs");
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
        foreach (var step in BootstrapSteps.Kept(new AddressRange(IPNetwork.Parse("10.96.0.0/12")), 6443, _bench.Time, static _ => { }))
            await step.RunAsync(_bench.Client, default);
        Assert.Equal("10.96.0.1", (string?)(await _bench.JsonAsync(Request(RequestVerb.Get, services, "kubernetes")))["spec"]!["clusterIP"]);
        Assert.Empty(((ListResponse)await _bench.Pipeline.ExecuteAsync(Request(RequestVerb.List, StorageClasses), default)).Items);
    }

    [Theory]
    [InlineData("10.96.0.0/12", "", "True : Kubernetes default Service CIDR is ready")]
    [InlineData("10.96.0.0/12", """{"type":"Ready","status":"Unknown"}""", "True : Kubernetes default Service CIDR is ready")]
    [InlineData("10.96.0.0/12", """{"type":"Ready","status":"True","reason":"","message":"Kubernetes Service CIDR is ready"}""", "True : Kubernetes Service CIDR is ready")]
    [InlineData(
        "10.96.0.0/12", """{"type":"Ready","status":"False","reason":"Terminating","message":"There are still addresses"}""", "False Terminating: There are still addresses",
        "Terminating: Configuration matches, but There are still addresses")]
    [InlineData(
        "10.97.0.0/16", """{"type":"Ready","status":"True","reason":"","message":"m"}""", "True : m",
        "KubernetesDefaultServiceCIDRInconsistent: The default ServiceCIDR [10.97.0.0/16] does not match the controller flag configurations [10.96.0.0/12]")]
    public async Task The_range_of_service_addresses_is_told_of_once_where_it_is_not_as_configured(string cidr, string condition, string ready, params string[] told)
    {
        await _bench.RunAsync(Request(RequestVerb.Create, ServiceCidrs, body: $$$"""{"metadata":{"name":"kubernetes"},"spec":{"cidrs":["{{{cidr}}}"]}}"""));
        await _bench.RunAsync(Request(RequestVerb.Patch, ServiceCidrs, "kubernetes", $$$"""{"status":{"conditions":[{{{condition}}}]}}""", "application/merge-patch+json") with { Subresource = "status" });
        var events = new List<EventSpec>();
        var step = new KeepServiceCidr(new AddressRange(IPNetwork.Parse("10.96.0.0/12")), _bench.Time, events.Add);
        await step.RunAsync(_bench.Client, default);
        await step.RunAsync(_bench.Client, default);
        var stored = await _bench.JsonAsync(Request(RequestVerb.Get, ServiceCidrs, "kubernetes"));
        var shown = Assert.Single(stored["status"]!["conditions"]!.AsArray())!;
        Assert.Equal(ready, $"{shown["status"]} {shown["reason"]}: {shown["message"]}");
        Assert.Equal(told, events.Select(static e => $"{e.Reason}: {e.Message}"));
        Assert.All(events, e => Assert.Equal((true, "kubernetes", (string?)stored["metadata"]!["uid"]), (e.Warning, e.About.Key.Name, e.About.Uid)));
    }

    [Theory]
    [InlineData(false, "The default ServiceCIDR can not be created")]
    [InlineData(true, "The default ServiceCIDR Status can not be set to Ready=True")]
    public async Task A_range_of_service_addresses_that_cannot_be_written_down_is_told(bool exists, string message)
    {
        if (exists)
            await _bench.RunAsync(Request(RequestVerb.Create, ServiceCidrs, body: """{"metadata":{"name":"kubernetes"},"spec":{"cidrs":["10.96.0.0/12"]}}"""));
        _bench.Store.BeforeWrite = static (_, _) => throw Api.Errors.ApiErrors.ServiceUnavailable("down");
        var events = new List<EventSpec>();
        var step = new KeepServiceCidr(new AddressRange(IPNetwork.Parse("10.96.0.0/12")), _bench.Time, events.Add);
        var failure = await Record.ExceptionAsync(() => step.RunAsync(_bench.Client, default));
        Assert.Equal(exists, failure is null);
        Assert.Equal($"KubernetesDefaultServiceCIDRError: {message}", Assert.Single(events.Select(static e => $"{e.Reason}: {e.Message}")));
    }
}
