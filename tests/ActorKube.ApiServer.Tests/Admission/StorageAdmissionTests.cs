using System.Text.Json.Nodes;
using ActorKube.Api.Names;
using ActorKube.ApiServer.Pipeline;
using ActorKube.ApiServer.Tests.Fakes;
using static ActorKube.ApiServer.Tests.Fakes.PipelineBench;

namespace ActorKube.ApiServer.Tests.Admission;

public sealed class StorageAdmissionTests
{
    private static readonly GroupVersionResource Claims = new("", "v1", "persistentvolumeclaims");
    private static readonly GroupVersionResource Volumes = new("", "v1", "persistentvolumes");
    private static readonly GroupVersionResource Classes = new("storage.k8s.io", "v1", "storageclasses");
    private readonly PipelineBench _bench = PipelineBench.WithAdmission();

    private static ApiRequest Claim(string spec = "") => Request(RequestVerb.Create, Claims, body:
        $$$"""{"metadata":{"name":"c"},"spec":{"accessModes":["ReadWriteOnce"],"resources":{"requests":{"storage":"1Gi"}}{{{spec}}}}}""");

    private Task ClassAsync(string name, bool isDefault, string extra = "") => _bench.RunAsync(Request(RequestVerb.Create, Classes, body:
        $$$"""{"metadata":{"name":"{{{name}}}","annotations":{"storageclass.kubernetes.io/is-default-class":"{{{(isDefault ? "true" : "false")}}}"}},"provisioner":"example.com/x"{{{extra}}}}"""));

    private async Task NamespaceAsync() => await _bench.RunAsync(Request(RequestVerb.Create, Namespaces, body: """{"metadata":{"name":"default"}}"""));

    [Fact]
    public async Task Claims_and_volumes_are_born_protected()
    {
        await NamespaceAsync();
        Assert.Equal(["kubernetes.io/pvc-protection"], Finalizers(await _bench.JsonAsync(Claim())));
        var volume = await _bench.JsonAsync(Request(RequestVerb.Create, Volumes, body:
            """{"metadata":{"name":"v","finalizers":["example.com/mine"]},"spec":{"accessModes":["ReadWriteOnce"],"capacity":{"storage":"1Gi"},"hostPath":{"path":"/a"}}}"""));
        Assert.Equal(["example.com/mine", "kubernetes.io/pv-protection"], Finalizers(volume));
    }

    [Theory]
    [InlineData("", "new")]
    [InlineData(",\"storageClassName\":\"other\"", "other")]
    [InlineData(",\"storageClassName\":\"\"", "")]
    public async Task A_claim_that_names_no_class_gets_the_newest_default(string spec, string expected)
    {
        await NamespaceAsync();
        await ClassAsync("old", isDefault: true);
        _bench.Time.Advance(TimeSpan.FromSeconds(2));
        await ClassAsync("new", isDefault: true);
        await ClassAsync("plain", isDefault: false);
        Assert.Equal(expected, (string?)(await _bench.JsonAsync(Claim(spec)))["spec"]!["storageClassName"]);
    }

    [Theory]
    [InlineData("Pending", true, "persistentvolumeclaims \"c\" is forbidden: Only bound persistent volume claims can be expanded")]
    [InlineData("Bound", false, "persistentvolumeclaims \"c\" is forbidden: only dynamically provisioned pvc can be resized and the storageclass that provisions the pvc must support resize")]
    [InlineData("Bound", true, null)]
    public async Task A_claim_grows_when_it_is_bound_and_its_class_allows_it(string phase, bool allowed, string? refusal)
    {
        await NamespaceAsync();
        await ClassAsync("fast", isDefault: false, allowed ? ",\"allowVolumeExpansion\":true" : "");
        var claim = await _bench.JsonAsync(Claim(",\"storageClassName\":\"fast\""));
        claim["status"] = new JsonObject { ["phase"] = phase, ["capacity"] = new JsonObject { ["storage"] = "1Gi" } };
        claim = await _bench.JsonAsync(Request(RequestVerb.Update, Claims, "c", body: claim.ToJsonString()) with { Subresource = "status" });
        claim["spec"]!["resources"]!["requests"]!["storage"] = "2Gi";
        var grow = Request(RequestVerb.Update, Claims, "c", body: claim.ToJsonString());
        if (phase == "Pending")
            // Validation, which comes before this plug-in, knows already that only bound claims change.
            Assert.Equal(422, (await _bench.ErrorAsync(grow)).Code);
        else if (refusal is not null)
            Assert.Equal(refusal, (await _bench.ErrorAsync(grow)).Message);
        else
            Assert.Equal("2Gi", (string?)(await _bench.JsonAsync(grow))["spec"]!["resources"]!["requests"]!["storage"]);
    }

    private static IEnumerable<string?> Finalizers(JsonNode item) => item["metadata"]!["finalizers"]!.AsArray().Select(static f => (string?)f);
}
