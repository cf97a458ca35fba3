using ActorKube.Api.Names;
using ActorKube.ApiServer.Pipeline;
using ActorKube.ApiServer.Security;
using ActorKube.ApiServer.Security.Certificates;
using ActorKube.ApiServer.Tests.Fakes;
using static ActorKube.ApiServer.Tests.Fakes.PipelineBench;

namespace ActorKube.ApiServer.Tests.Certificates;

public sealed class CertificateAdmissionTests
{
    private static readonly GroupVersionResource Csrs = new("certificates.k8s.io", "v1", "certificatesigningrequests");
    private readonly PipelineBench _bench = With();
    private readonly List<string> _granted = [];

    private static PipelineBench With() => PipelineBench.WithPlugins(static bench =>
    {
        var access = new SignerAccess(bench.Authorizer);
        return [new CertificateApproval(access), new CertificateSigning(access), new CertificateSubjectRestriction()];
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
