using System.Diagnostics;
using System.Text.Json.Nodes;
using ActorKube.Api.Validation;
using ActorKube.ApiServer.Kinds;

namespace ActorKube.ApiServer.Tests.Kinds;

/// <summary>No rule compares every item of a list with every other: with lists as long as these, one that does takes minutes.</summary>
public sealed class ValidationCostTests(ITestOutputHelper output)
{
    // Only for rules that would go on for minutes; what is right takes milliseconds.
    private static readonly TimeSpan Guard = TimeSpan.FromSeconds(30);

    private static readonly string Addresses = Long("""{"podIPs":[@]}""", 50_000, """{"ip":"a#"}""");
    private static readonly string Ended = Long("""{"containerStatuses":[@]}""", 40_000, """{"name":"c#","state":{"terminated":{"exitCode":0}}}""");

    [Fact]
    public void Exit_codes_of_a_job_are_not_compared_with_each_other() => AssertCheap("batch/v1/jobs", Long(
        """{"metadata":{"name":"j"},"spec":{"podFailurePolicy":{"rules":[{"action":"FailJob","onExitCodes":{"operator":"In","values":[@]}}]},"template":{"spec":{}}}}""", 400_000, "#"));

    [Fact]
    public void Versions_of_a_webhook_are_not_compared_with_each_other() => AssertCheap("admissionregistration.k8s.io/v1/validatingwebhookconfigurations", Long(
        """{"metadata":{"name":"w"},"webhooks":[{"name":"a.b.c","clientConfig":{},"admissionReviewVersions":[@]}]}""", 100_000, "\"v#\""));

    [Fact]
    public void Topologies_of_a_storage_class_are_not_compared_with_each_other() => AssertCheap("storage.k8s.io/v1/storageclasses", Long(
        """{"metadata":{"name":"s"},"provisioner":"p","allowedTopologies":[{"matchLabelExpressions":[{"key":"k","values":[@]}]}]}""", 100_000, "\"v#\""));

    [Fact]
    public void Scopes_of_a_quota_are_not_compared_with_each_other() => AssertCheap("resourcequotas",
        Long(Long("""{"metadata":{"name":"q"},"spec":{"scopes":[@],"hard":{%}}}""", 60_000, "\"BestEffort\""), 60_000, "\"hugepages-#\":\"1\"", "%"));

    [Fact]
    public void Claims_of_a_pod_are_not_compared_with_each_other() => AssertCheapStatus(
        Long("""{"resourceClaims":[@]}""", 40_000, """{"name":"c#"}"""), "{}", Long("""{"resourceClaimStatuses":[@]}""", 40_000, """{"name":"x#"}"""));

    [Fact]
    public void Addresses_of_a_pod_are_not_compared_with_each_other() => AssertCheapStatus("{}", Addresses, Addresses);

    [Fact]
    public void Containers_of_a_pod_that_has_ended_are_not_compared_with_each_other() => AssertCheapStatus(
        Long("""{"restartPolicy":"Never","containers":[@]}""", 40_000, """{"name":"c#"}"""), Ended, Ended);

    [Fact]
    public void Extended_claims_of_a_pod_are_not_compared_with_each_other() => AssertCheapStatus(
        Long("""{"containers":[@]}""", 40_000, """{"name":"c#"}"""), "{}",
        Long("""{"extendedResourceClaimStatus":{"requestMappings":[@]}}""", 40_000, """{"containerName":"x#","requestName":"r"}"""));

    [Fact]
    public void Devices_of_a_container_are_not_compared_with_each_other() => AssertCheapStatus(
        Long("""{"containers":[{"name":"c","resources":{"claims":[@]}}]}""", 40_000, """{"name":"c#"}"""), "{}",
        Long("""{"containerStatuses":[{"name":"c","allocatedResourcesStatus":[@]}]}""", 40_000, """{"name":"claim:x#"}"""));

    [Fact]
    public void Drivers_of_a_node_are_not_compared_with_each_other() => AssertCheap("storage.k8s.io/v1/csinodes",
        Long("""{"metadata":{"name":"n"},"spec":{"drivers":[@]}}""", 100_000, """{"name":"d#","nodeID":"n"}"""),
        static (strategy, node, errors) => strategy.ValidateUpdate(node, (JsonObject)node.DeepClone(), errors));

    // Puts many numbered items into the place of the mark.
    private static string Long(string json, int count, string item, string mark = "@") =>
        json.Replace(mark, string.Join(',', Enumerable.Range(0, count).Select(i => item.Replace("#", $"{i}", StringComparison.Ordinal))), StringComparison.Ordinal);

    private void AssertCheap(string resource, string json) => AssertCheap(resource, json, static (strategy, obj, errors) => strategy.Validate(obj, errors));

    private void AssertCheapStatus(string spec, string before, string now)
    {
        var old = KindBench.Defaulted("pods", Pod(before));
        AssertCheap("pods", Pod(now), (strategy, pod, errors) => strategy.ValidateStatusUpdate(pod, old, errors));

        string Pod(string status) => $$"""{"metadata":{"name":"p"},"spec":{{spec}},"status":{{status}} }""";
    }

    private void AssertCheap(string resource, string json, Action<KindStrategy, JsonObject, FieldErrors> check)
    {
        var strategy = KindBench.Strategy(resource);
        var obj = KindBench.Defaulted(resource, json);
        var watch = Stopwatch.StartNew();
        Assert.True(Task.Run(() => check(strategy, obj, new FieldErrors())).Wait(Guard), "The rules compare all with all.");
        output.WriteLine($"checking: {watch.Elapsed.TotalMilliseconds:F0} ms");
    }
}
