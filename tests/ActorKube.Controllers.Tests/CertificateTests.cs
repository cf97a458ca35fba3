using System.Text.Json.Nodes;
using ActorKube.Controllers.Certificates;
using ActorKube.Controllers.Tests.Harness;
using ActorKube.Machinery.Objects;
using static ActorKube.Controllers.Tests.Harness.Signing;
using static ActorKube.Machinery.Client.WellKnownResources;

namespace ActorKube.Controllers.Tests;

public class CertificateTests
{
    private readonly ControllerHarness _h = new();
    private readonly List<string> _asked = [];

    private void Approving(params string[] allowed)
    {
        _h.Cluster.Review = (address, question) =>
        {
            if (address.Resource != SubjectAccessReviews)
                return null;
            var attributes = question["spec"]!["resourceAttributes"]!;
            _asked.Add($"{question.Text("spec", "user")} {question["spec"]!["groups"]!.ToJsonString()} {attributes.Text("verb")} {attributes.Text("group")} {attributes.Text("resource")}/{attributes.Text("subresource")}");
            return new JsonObject { ["metadata"] = new JsonObject(), ["status"] = new JsonObject { ["allowed"] = allowed.Contains(attributes.Text("subresource")) } };
        };
        _h.Run(new RequestApprover());
    }

    private void Signs() => _h.Run(new RequestSigner(Keys.SignCertificate, TimeSpan.FromDays(365)));

    [Theory]
    [InlineData("selfnodeclient", "Approved AutoApproved Auto approving self kubelet client certificate after SubjectAccessReview.")]
    [InlineData("nodeclient", "Approved AutoApproved Auto approving kubelet client certificate after SubjectAccessReview.")]
    public void A_nodes_request_is_approved_for_who_may_ask(string allowed, string condition)
    {
        Approving(allowed);
        _h.AddRequest(NodeClient);
        Assert.Equal([condition], _h.Conditions());
        Assert.Equal("""system:node:n1 ["system:nodes"] create certificates.k8s.io certificatesigningrequests/selfnodeclient""", _asked[0]);
    }

    [Theory]
    [InlineData(NodeServer, "CN=system:node:n1,O=system:nodes", "")]
    [InlineData(Client, "CN=system:node:n1,O=system:nodes", "")]
    [InlineData(NodeClient, "CN=n1,O=system:nodes", "")]
    [InlineData(NodeClient, "CN=system:node:n1,O=other", "")]
    [InlineData(NodeClient, "CN=system:node:n1,O=system:nodes", "dns:n1")]
    public void Nothing_else_is_approved_without_a_human(string signer, string subject, string names)
    {
        Approving("selfnodeclient", "nodeclient");
        _h.AddRequest(signer, subject, names);
        Assert.Empty(_h.Conditions());
        Assert.Empty(_asked);
    }

    [Fact]
    public void Who_asks_for_another_node_needs_the_wider_permission_and_is_looked_at_again_with_patience()
    {
        Approving("selfnodeclient");
        _h.AddRequest(NodeClient, "CN=system:node:n2,O=system:nodes");
        Assert.Empty(_h.Conditions());
        Assert.All(_asked, static a => Assert.EndsWith("/nodeclient", a, StringComparison.Ordinal));
        _h.Advance(TimeSpan.FromHours(1));
        Assert.InRange(_asked.Count, 5, 30);
    }

    [Theory]
    [InlineData(NodeClient, "CN=system:node:n1,O=system:nodes", "", """["client auth","digital signature"]""", "")]
    [InlineData(NodeClient, "CN=system:node:n1,O=system:nodes", "", """["key encipherment","client auth","digital signature"]""", "")]
    [InlineData(NodeClient, "CN=system:node:n1,O=a", "", """["client auth"]""", "subject organization is not system:nodes")]
    [InlineData(NodeClient, "CN=system:node:n1,O=system:nodes,O=a", "", """["client auth"]""", "subject organization is not system:nodes")]
    [InlineData(NodeClient, "CN=x,O=system:nodes", "", """["client auth"]""", "subject common name does not begin with system:node:")]
    [InlineData(NodeClient, "CN=system:node:n1,O=system:nodes", "dns:a ip:10.0.0.1", """["client auth"]""", "DNS subjectAltNames are not allowed")]
    [InlineData(NodeClient, "CN=system:node:n1,O=system:nodes", "email:a@b.c ip:10.0.0.1", """["client auth"]""", "Email subjectAltNames are not allowed")]
    [InlineData(NodeClient, "CN=system:node:n1,O=system:nodes", "ip:10.0.0.1 uri:urn:a:b", """["client auth"]""", "IP subjectAltNames are not allowed")]
    [InlineData(NodeClient, "CN=system:node:n1,O=system:nodes", "uri:urn:a:b", """["client auth"]""", "URI subjectAltNames are not allowed")]
    [InlineData(NodeClient, "CN=system:node:n1,O=system:nodes", "", """["client auth"]""", "usages did not match [client auth digital signature key encipherment]")]
    [InlineData(NodeServer, "CN=system:node:n1,O=system:nodes", "ip:10.0.0.1", """["server auth","digital signature"]""", "")]
    [InlineData(NodeServer, "CN=system:node:n1,O=system:nodes", "", """["server auth","digital signature"]""", "DNS or IP subjectAltName is required")]
    [InlineData(NodeServer, "CN=x,O=system:nodes", "dns:a", """["server auth"]""", "usages did not match [digital signature key encipherment server auth]")]
    [InlineData(NodeServer, "CN=x,O=system:nodes", "dns:a", """["server auth","digital signature"]""", "subject common name does not begin with system:node:")]
    [InlineData(NodeServer, "CN=system:node:n1,O=system:nodes", "dns:a uri:urn:a:b", """["server auth","digital signature"]""", "URI subjectAltNames are not allowed")]
    [InlineData(Client, "CN=alice", "", """["client auth"]""", "")]
    [InlineData(Client, "CN=alice", "", """["digital signature"]""", "missing required usage for client certificate: client auth")]
    [InlineData(Client, "CN=alice", "", """["client auth","server auth"]""", "invalid usage for client certificate: server auth")]
    [InlineData(Client, "CN=alice", "", """["timestamping","server auth"]""", "invalid usage for client certificate: timestamping")]
    [InlineData("kubernetes.io/legacy-unknown", "CN=alice", "dns:a", """["server auth","cert sign"]""", "")]
    public void An_approved_request_is_issued_or_fails_by_its_signers_rules(string signer, string subject, string names, string usages, string fault)
    {
        Signs();
        _h.AddRequest(signer, subject, names, usages);
        Assert.Equal("", _h.Issued());
        _h.Decide("Approved");
        Assert.Equal(fault.Length == 0 ? ["Approved  "] : ["Approved  ", $"Failed SignerValidationFailure {fault}"], _h.Conditions());
        Assert.Equal(fault.Length == 0, _h.Issued().StartsWith($"{signer} {subject[3..].Split(',')[0]} ", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("", 365 * 24 * 60)]
    [InlineData(""","expirationSeconds":600""", 10)]
    [InlineData(""","expirationSeconds":1""", 10)]
    [InlineData(""","expirationSeconds":7200""", 120)]
    [InlineData(""","expirationSeconds":2000000000""", 365 * 24 * 60)]
    public void A_certificate_lives_as_long_as_was_asked_within_bounds(string spec, int minutes)
    {
        Signs();
        _h.AddRequest(Client, "CN=alice", spec: spec);
        _h.Decide("Approved");
        Assert.EndsWith($" {minutes}m", _h.Issued(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("example.com/own", "Approved")]
    [InlineData(Client, "Denied")]
    [InlineData(Client, "Failed")]
    public void Nothing_is_issued_for_others_or_against_a_decision(string signer, string decision)
    {
        Signs();
        _h.AddRequest(signer, "CN=alice");
        _h.Decide(decision);
        if (decision == "Failed")
            _h.Decide("Approved");
        Assert.Equal("", _h.Issued());
    }

    [Theory]
    [InlineData("", false, 24 * 60)]
    [InlineData("Denied", false, 60)]
    [InlineData("Failed", false, 60)]
    [InlineData("Approved", true, 60)]
    [InlineData("Approved", false, -1)]
    public void A_request_goes_when_its_time_is_over(string decision, bool issued, int minutes)
    {
        _h.Run(new RequestCleaner());
        _h.AddRequest(Client, "CN=alice", status: issued ? """{"certificate":"eA=="}""" : "{}");
        if (decision.Length > 0)
            _h.Decide(decision);
        _h.Advance(TimeSpan.FromMinutes((minutes < 0 ? 60 * 24 * 30 : minutes) - 0.1));
        Assert.NotNull(_h.Cluster.Find(CertificateSigningRequests, "", "r"));
        _h.Advance(TimeSpan.FromMinutes(0.2));
        Assert.Equal(minutes < 0, _h.Cluster.Find(CertificateSigningRequests, "", "r") is not null);
    }

    [Fact]
    public void A_request_goes_with_its_certificate()
    {
        var time = _h.Time;
        using var authority = System.Security.Cryptography.ECDsa.Create();
        var request = new System.Security.Cryptography.X509Certificates.CertificateRequest("CN=x", authority, System.Security.Cryptography.HashAlgorithmName.SHA256);
        using var certificate = request.CreateSelfSigned(time.GetUtcNow().AddHours(-1), time.GetUtcNow().AddMinutes(10));
        _h.Run(new RequestCleaner());
        _h.AddRequest(Client, "CN=alice", status: $$"""{"certificate":"{{Convert.ToBase64String(System.Text.Encoding.ASCII.GetBytes(certificate.ExportCertificatePem()))}}"}""");
        _h.Decide("Approved");
        _h.Advance(TimeSpan.FromMinutes(9.9));
        Assert.NotNull(_h.Cluster.Find(CertificateSigningRequests, "", "r"));
        _h.Advance(TimeSpan.FromMinutes(0.2));
        Assert.Null(_h.Cluster.Find(CertificateSigningRequests, "", "r"));
    }
}
