using System.Text.Json;
using ActorKube.ApiServer.Tests.Kinds;

namespace ActorKube.ApiServer.Tests.Certificates;

public sealed class PodCertificateRequestTests
{
    private const string Resource = "certificates.k8s.io/v1/podcertificaterequests";
    private const string Times = """ "notBefore":"2026-01-02T03:04:05Z","beginRefreshAt":"2026-01-02T12:00:00Z","notAfter":"2026-01-03T03:04:05Z" """;
    private static readonly string Chain = JsonSerializer.Serialize(ClusterTrustBundleTests.Certificate(isAuthority: false));
    private static readonly string Issued = $$"""{"conditions":[{{Condition("Issued")}}],"certificateChain":{{Chain}},{{Times}}}""";

    [Theory]
    [InlineData("", null)]
    [InlineData(""" ,"signerName":"s" """, "spec.signerName: Invalid value: \"s\": must be a fully qualified domain and path of the form 'example.com/signer-name'")]
    [InlineData(""" ,"podName":"A" """, "spec.podName: Invalid value: \"A\": a lowercase RFC 1123 subdomain")]
    [InlineData(""" ,"podUID":"" """, "spec.podUID: Invalid value: \"\": must not be empty")]
    [InlineData(""" ,"maxExpirationSeconds":60 """, "spec.maxExpirationSeconds: Invalid value: 60: must be in the range [3600, 7862400]")]
    [InlineData(""" ,"signerName":"kubernetes.io/s","maxExpirationSeconds":90000 """, "spec.maxExpirationSeconds: Invalid value: 90000: must be in the range [3600, 86400]")]
    public void What_is_asked_for_has_to_make_sense(string spec, string? fault) => Expect(fault, KindBench.Faults(Resource, Request(spec)));

    [Fact]
    public void Nothing_that_was_asked_for_changes()
    {
        Expect("spec: Invalid value: ", KindBench.UpdateFaults(Resource, Request(), Request(""" ,"maxExpirationSeconds":7200 """)));
        Expect(null, KindBench.UpdateFaults(Resource, Request(), Request()));
        Assert.Equal(86400, (long)KindBench.Defaulted(Resource, Request())["spec"]!["maxExpirationSeconds"]!);
    }

    [Fact]
    public void It_is_answered_once()
    {
        Expect(null, Answer("{}", Issued));
        Expect(null, Answer("{}", $$"""{"conditions":[{{Condition("Denied")}}]}"""));
        Expect("status: Invalid value: immutable after PodCertificateRequest is issued, denied, or failed", Answer(Issued, $$"""{"conditions":[{{Condition("Denied")}}]}"""));
        Expect("status: Invalid value: non-condition status fields must be empty when denying or failing the PodCertificateRequest", Answer("{}", $$"""{"conditions":[{{Condition("Failed")}}],{{Times}}}"""));
        Expect("status: Invalid value: status is immutable unless transitioning to \"Issued\", \"Denied\", or \"Failed\"", Answer("{}", $$"""{ {{Times}} }"""));
        Expect("status.certificateChain: Invalid value: \"x\": must contain at least one CERTIFICATE PEM block", Answer("{}", $$"""{"conditions":[{{Condition("Issued")}}],"certificateChain":"x",{{Times}}}"""));
        Expect("status.notBefore: Required value", Answer("{}", $$"""{"conditions":[{{Condition("Issued")}}],"certificateChain":{{Chain}},"beginRefreshAt":"2026-01-02T12:00:00Z","notAfter":"2026-01-03T03:04:05Z"}"""));
        Expect("status.conditions[1].type: Invalid value: \"Failed\": There may be at most one condition", Answer("{}", $$"""{"conditions":[{{Condition("Denied")}},{{Condition("Failed")}}]}"""));
        Expect("status.conditions[0].type: Unsupported value: \"Late\"", Answer("{}", $$"""{"conditions":[{{Condition("Late")}}]}"""));
        Expect("status.conditions[0].status: Unsupported value: \"False\"", Answer("{}", $$"""{"conditions":[{{Condition("Denied", "False")}}]}"""));
    }

    [Theory]
    [InlineData("{}", "Pending")]
    [InlineData("""{"conditions":[{"type":"Denied","status":"True"}]}""", "Denied")]
    public void Its_state_is_its_answer(string status, string state) => Assert.Equal(state, KindBench.Cells(Resource, Request(status: status))["State"]);

    private static string[] Answer(string before, string after) => KindBench.UpdateFaults(Resource, Request(status: before), Request(status: after), "status");

    private static string Condition(string type, string status = "True") => $$"""{"type":"{{type}}","status":"{{status}}","reason":"Why","message":""}""";

    private static void Expect(string? fault, string[] found)
    {
        if (fault is null)
            Assert.Empty(found);
        else
            Assert.StartsWith(fault, Assert.Single(found));
    }

    // Of fields given twice the last counts.
    private static string Request(string spec = "", string status = "{}") => $$$"""
        {"metadata":{"name":"r","namespace":"default"},"spec":{"signerName":"example.com/s","podName":"p","podUID":"1","serviceAccountName":"a","serviceAccountUID":"2",
          "nodeName":"n1","nodeUID":"3","stubPKCS10Request":"AAAA"{{{spec}}}},"status":{{{status}}}}
        """;
}
