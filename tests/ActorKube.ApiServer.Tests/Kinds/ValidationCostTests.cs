using System.Diagnostics;
using System.Text.Json.Nodes;
using ActorKube.Api.Validation;
using ActorKube.ApiServer.Kinds;

namespace ActorKube.ApiServer.Tests.Kinds;

/// <summary>
/// No rule compares every item of a list with every other. What it costs to check an object is measured in what it costs to read it, on the same machine
/// at the same time: with lists as long as these, a rule that compares all with all costs hundreds of times as much, and one that does not about once.
/// </summary>
public sealed class ValidationCostTests(ITestOutputHelper output)
{
    private const int MostReadings = 15;
    private const int Attempts = 3;
    private static readonly string Addresses = Long("""{"podIPs":[@]}""", 50_000, """{"ip":"a#"}""");
    private static readonly string Ended = Long("""{"containerStatuses":[@]}""", 10_000, """{"name":"c#","state":{"terminated":{"exitCode":0}}}""");

    [Fact]
    public void Exit_codes_of_a_job_cost_no_more_than_reading_them() => AssertCheap("batch/v1/jobs", Long(
        """{"metadata":{"name":"j"},"spec":{"podFailurePolicy":{"rules":[{"action":"FailJob","onExitCodes":{"operator":"In","values":[@]}}]},"template":{"spec":{}}}}""", 400_000, "#"));

    [Fact]
    public void Versions_of_a_webhook_cost_no_more_than_reading_them() => AssertCheap("admissionregistration.k8s.io/v1/validatingwebhookconfigurations", Long(
        """{"metadata":{"name":"w"},"webhooks":[{"name":"a.b.c","clientConfig":{},"admissionReviewVersions":[@]}]}""", 100_000, "\"v#\""));

    [Fact]
    public void Topologies_of_a_storage_class_cost_no_more_than_reading_them() => AssertCheap("storage.k8s.io/v1/storageclasses", Long(
        """{"metadata":{"name":"s"},"provisioner":"p","allowedTopologies":[{"matchLabelExpressions":[{"key":"k","values":[@]}]}]}""", 100_000, "\"v#\""));

    [Fact]
    public void Scopes_of_a_quota_cost_no_more_than_reading_them() => AssertCheap("resourcequotas",
        Long(Long("""{"metadata":{"name":"q"},"spec":{"scopes":[@],"hard":{%}}}""", 20_000, "\"BestEffort\""), 20_000, "\"hugepages-#\":\"1\"", "%"));

    [Fact]
    public void Claims_of_a_pod_cost_no_more_than_reading_them() => AssertCheapStatus(
        Long("""{"resourceClaims":[@]}""", 10_000, """{"name":"c#"}"""), "{}", Long("""{"resourceClaimStatuses":[@]}""", 10_000, """{"name":"x#"}"""));

    [Fact]
    public void Addresses_of_a_pod_cost_no_more_than_reading_them() => AssertCheapStatus("{}", Addresses, Addresses);

    [Fact]
    public void Containers_of_a_pod_that_has_ended_cost_no_more_than_reading_them() => AssertCheapStatus(
        Long("""{"restartPolicy":"Never","containers":[@]}""", 10_000, """{"name":"c#"}"""), Ended, Ended);

    [Fact]
    public void Extended_claims_of_a_pod_cost_no_more_than_reading_them() => AssertCheapStatus(
        Long("""{"containers":[@]}""", 10_000, """{"name":"c#"}"""), "{}",
        Long("""{"extendedResourceClaimStatus":{"requestMappings":[@]}}""", 10_000, """{"containerName":"x#","requestName":"r"}"""));

    [Fact]
    public void Devices_of_a_container_cost_no_more_than_reading_them() => AssertCheapStatus(
        Long("""{"containers":[{"name":"c","resources":{"claims":[@]}}]}""", 10_000, """{"name":"c#"}"""), "{}",
        Long("""{"containerStatuses":[{"name":"c","allocatedResourcesStatus":[@]}]}""", 10_000, """{"name":"claim:x#"}"""));

    [Fact]
    public void Drivers_of_a_node_cost_no_more_than_reading_them() => AssertCheap("storage.k8s.io/v1/csinodes",
        Long("""{"metadata":{"name":"n"},"spec":{"drivers":[@]}}""", 10_000, """{"name":"d#","nodeID":"n"}"""),
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
        var most = 0.0;
        for (var attempt = 0; attempt < Attempts; attempt++)
        {
            var watch = Stopwatch.StartNew();
            var obj = KindBench.Defaulted(resource, json);
            var reading = watch.Elapsed;
            watch.Restart();
            check(strategy, obj, new FieldErrors());
            most = watch.Elapsed / reading;
            output.WriteLine($"reading: {reading.TotalMilliseconds:F0} ms, checking: {watch.Elapsed.TotalMilliseconds:F0} ms");
            if (most < MostReadings)
                return;
        }
        Assert.InRange(most, 0, MostReadings);
    }
}
