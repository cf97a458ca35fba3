using ActorKube.Api.Names;
using ActorKube.Api.Times;
using ActorKube.ApiServer.Pipeline;
using ActorKube.ApiServer.Security;
using ActorKube.ApiServer.Security.Certificates;
using ActorKube.ApiServer.Tests.Fakes;
using static ActorKube.ApiServer.Tests.Fakes.PipelineBench;

namespace ActorKube.ApiServer.Tests.Certificates;

public sealed class CertificateAdmissionTests
{
    private static readonly GroupVersionResource Csrs = new("certificates.k8s.io", "v1", "certificatesigningrequests");
    private static readonly GroupVersionResource Bundles = new("certificates.k8s.io", "v1", "clustertrustbundles");
    private static readonly GroupVersionResource PodRequests = new("certificates.k8s.io", "v1", "podcertificaterequests");
    private readonly PipelineBench _bench = With();
    private readonly List<string> _granted = [];

    private static PipelineBench With() => PipelineBench.WithPlugins(static bench =>
    {
        var access = new SignerAccess(bench.Authorizer);
        return [new CertificateApproval(access), new CertificateSigning(access), new PodCertificateSigning(access), new ClusterTrustBundleAttest(access), new CertificateSubjectRestriction()];
    });

    public CertificateAdmissionTests() =>
        _bench.Authorizer.Decide = a => a.Resource != "signers" || _granted.Contains($"{a.Verb} {a.Name}") ? new(AccessVerdict.Allow, "") : AccessDecision.NoOpinion;

    private Task CreateAsync() => _bench.RunAsync(Request(RequestVerb.Create, Csrs, body: Requests.Json(signer: "example.com/s")));

    private static ApiRequest Write(string part, string status) => Request(RequestVerb.Patch, Csrs, "r", $$"""{"status":{{status}}}""", "application/merge-patch+json") with { Subresource = part };

    private const string Approve = """{"conditions":[{"type":"Approved","status":"True"}]}""";
    private const string Fail = """{"conditions":[{"type":"Failed","status":"True"}]}""";

    [Theory]
    [InlineData("approval", Approve, "", "user not permitted to approve requests with signerName \"example.com/s\"")]
    [InlineData("approval", Approve, "approve example.com/s", "")]
    [InlineData("approval", Approve, "approve example.com/*", "")]
    [InlineData("approval", Approve, "sign example.com/s", "user not permitted to approve requests with signerName \"example.com/s\"")]
    [InlineData("status", Fail, "approve example.com/s", "user not permitted to sign requests with signerName \"example.com/s\"")]
    [InlineData("status", Fail, "sign example.com/s", "")]
    [InlineData("status", "{}", "", "")]
    public async Task Who_decides_and_who_signs_needs_the_signer(string part, string status, string granted, string why)
    {
        await CreateAsync();
        _granted.Add(granted);
        if (why.Length == 0)
        {
            await _bench.RunAsync(Write(part, status));
            return;
        }
        var refused = await _bench.ErrorAsync(Write(part, status));
        Assert.Equal((403, $"certificatesigningrequests.certificates.k8s.io \"r\" is forbidden: {why}"), (refused.Code, refused.Message));
    }

    [Theory]
    [InlineData("", "", true)]
    [InlineData("example.com/s", "attest example.com/s", true)]
    [InlineData("example.com/s", "attest example.com/*", true)]
    [InlineData("example.com/s", "sign example.com/s", false)]
    public async Task Who_publishes_what_to_trust_of_a_signer_needs_the_signer(string signer, string granted, bool isAllowed)
    {
        _granted.Add(granted);
        var name = signer.Length > 0 ? "example.com:s:r" : "r";
        var create = Request(RequestVerb.Create, Bundles, body: ClusterTrustBundleTests.Bundle(ClusterTrustBundleTests.Certificate(isAuthority: true), name, signer));
        if (isAllowed)
        {
            await _bench.RunAsync(create);
            return;
        }
        var refused = await _bench.ErrorAsync(create);
        Assert.Equal((403, $"clustertrustbundles.certificates.k8s.io \"{name}\" is forbidden: user not permitted to attest for signerName \"{signer}\""), (refused.Code, refused.Message));
    }

    [Fact]
    public async Task A_bundle_may_be_let_go_by_who_may_not_change_it()
    {
        _granted.Add("attest example.com/s");
        var body = ClusterTrustBundleTests.Bundle(ClusterTrustBundleTests.Certificate(isAuthority: true), "example.com:s:r", "example.com/s").Replace("\"name\"", "\"finalizers\":[\"example.com/f\"],\"name\"");
        await _bench.RunAsync(Request(RequestVerb.Create, Bundles, body: body));
        _granted.Clear();
        Assert.Equal(403, (await _bench.ErrorAsync(Patch("""{"metadata":{"labels":{"a":"b"}}}"""))).Code);
        await _bench.RunAsync(Patch("""{"metadata":{"finalizers":null}}"""));

        static ApiRequest Patch(string patch) => Request(RequestVerb.Patch, Bundles, "example.com:s:r", patch, "application/merge-patch+json");
    }

    [Fact]
    public async Task Who_gives_pods_certificates_needs_the_signer()
    {
        await _bench.RunAsync(Request(RequestVerb.Create, PodRequests, body: """
            {"metadata":{"name":"r"},"spec":{"signerName":"example.com/s","podName":"p","podUID":"1","serviceAccountName":"a","serviceAccountUID":"2","nodeName":"n1","nodeUID":"3","stubPKCS10Request":"STUB"}}
            """.Replace("STUB", PodCertificateRequestTests.Stub)));
        // The kinds of all tests share the system's clock.
        var now = KubeTime.Truncate(TimeProvider.System.GetUtcNow());
        var chain = System.Text.Json.JsonSerializer.Serialize(PodCertificateRequestTests.Chain(from: now, until: now.AddHours(2)));
        var issue = Request(RequestVerb.Patch, PodRequests, "r", $$$"""
            {"status":{"conditions":[{"type":"Issued","status":"True","reason":"Done","message":""}],"certificateChain":{{{chain}}},
              "notBefore":"{{{KubeTime.Format(now)}}}","beginRefreshAt":"{{{KubeTime.Format(now.AddHours(1))}}}","notAfter":"{{{KubeTime.Format(now.AddHours(2))}}}"}}
            """, "application/merge-patch+json") with { Subresource = "status" };
        var refused = await _bench.ErrorAsync(issue);
        Assert.Equal((422, "PodCertificateRequest.certificates.k8s.io \"r\" is invalid: spec.signerName: Forbidden: User \"alice\" is not permitted to \"sign\" for signer \"example.com/s\""), (refused.Code, refused.Message));
        _granted.Add("sign example.com/s");
        await _bench.RunAsync(issue);
    }

    [Theory]
    [InlineData("CN=eve,O=system:masters", "kubernetes.io/kube-apiserver-client", true)]
    [InlineData("CN=eve,O=dev,O=system:masters", "kubernetes.io/kube-apiserver-client", true)]
    [InlineData("CN=eve,O=system:masters", "example.com/s", false)]
    [InlineData("CN=eve,O=dev", "kubernetes.io/kube-apiserver-client", false)]
    public async Task Nobody_asks_for_the_masters(string subject, string signer, bool refused)
    {
        var request = Request(RequestVerb.Create, Csrs, body: Requests.Json(pem: Requests.Pem(subject), signer: signer));
        if (!refused)
        {
            await _bench.RunAsync(request);
            return;
        }
        var status = await _bench.ErrorAsync(request);
        Assert.Equal(
            (403, "certificatesigningrequests.certificates.k8s.io \"r\" is forbidden: use of kubernetes.io/kube-apiserver-client signer with system:masters group is not allowed"),
            (status.Code, status.Message));
    }
}
