using System.Text.Json.Nodes;
using ActorKube.Api.Json;
using ActorKube.Api.Users;
using ActorKube.ApiServer.Tests.Kinds;

namespace ActorKube.ApiServer.Tests.Certificates;

public sealed class SigningRequestRulesTests
{
    private const string Resource = "certificates.k8s.io/v1/certificatesigningrequests";
    private const string Approved = """{"type":"Approved","status":"True"}""";
    private const string Denied = """{"type":"Denied","status":"True"}""";
    private const string Failed = """{"type":"Failed","status":"True"}""";

    private static string Conditions(params string[] conditions) => $$"""{"conditions":[{{string.Join(',', conditions)}}]}""";

    private static string Issued(string content = "-----BEGIN CERTIFICATE-----\nMA==\n-----END CERTIFICATE-----\n") => $$"""{"certificate":"{{Requests.Base64(content)}}"}""";

    [Fact]
    public void A_good_request_passes() => Assert.Empty(KindBench.Faults(Resource, Requests.Json(""","expirationSeconds":600""")));

    [Theory]
    [InlineData(""","expirationSeconds":599""", "kubernetes.io/kube-apiserver-client", """["client auth"]""", "spec.expirationSeconds: Invalid value: 599: may not specify a duration less than 600 seconds (10 minutes)")]
    [InlineData("", "kubernetes.io/legacy-unknown", """["client auth"]""", "spec.signerName: Invalid value: \"kubernetes.io/legacy-unknown\": the legacy signerName is not allowed via this API version")]
    [InlineData("", "", """["client auth"]""", "spec.signerName: Required value")]
    [InlineData("", "signer", """["client auth"]""", "spec.signerName: Invalid value: \"signer\": must be a fully qualified domain and path of the form 'example.com/signer-name'")]
    [InlineData("", "example/s", """["client auth"]""", "spec.signerName: Invalid value: \"example\": should be a domain with at least two segments separated by dots")]
    [InlineData("", "example.com/s", "[]", "spec.usages: Required value")]
    [InlineData("", "example.com/s", """["client auth","client auth"]""", "spec.usages[1]: Duplicate value: \"client auth\"")]
    public void A_bad_field_is_named(string spec, string signer, string usages, string fault) =>
        Assert.Equal([fault], KindBench.Faults(Resource, Requests.Json(spec, signer: signer, usages: usages)));

    [Fact]
    public void An_unknown_usage_is_named_with_those_there_are()
    {
        var fault = Assert.Single(KindBench.Faults(Resource, Requests.Json(usages: """["fishing"]""")));
        Assert.StartsWith("spec.usages[0]: Unsupported value: \"fishing\": supported values: \"any\", \"cert sign\", \"client auth\"", fault, StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_no_request_is_refused()
    {
        var fault = Assert.Single(KindBench.Faults(Resource, Requests.Json(pem: "-----BEGIN CERTIFICATE-----\nMA==\n-----END CERTIFICATE-----\n")));
        Assert.EndsWith("PEM block type must be CERTIFICATE REQUEST", fault, StringComparison.Ordinal);
    }

    [Fact]
    public void A_text_that_would_take_long_to_search_is_refused_for_its_length()
    {
        var fault = Assert.Single(KindBench.Faults(Resource, Requests.Json(pem: string.Concat(Enumerable.Repeat("-----BEGIN A-----\n", 10_000)))));
        Assert.EndsWith("the certificate request is longer than 65536 bytes", fault, StringComparison.Ordinal);
    }

    [Fact]
    public void A_request_that_its_own_key_did_not_sign_is_refused()
    {
        var der = Convert.FromBase64String(string.Concat(Requests.Alice.Split('\n')[1..^1]));
        der[^1] ^= 1;
        var fault = Assert.Single(KindBench.Faults(Resource, Requests.Json(pem: $"-----BEGIN CERTIFICATE REQUEST-----\n{Convert.ToBase64String(der)}\n-----END CERTIFICATE REQUEST-----\n")));
        Assert.StartsWith("spec.request: Invalid value: ", fault, StringComparison.Ordinal);
    }

    [Fact]
    public void Who_asked_is_set_by_the_server()
    {
        var obj = KindBench.Defaulted(Resource, Requests.Json(""","username":"root","uid":"0","groups":["system:masters"],"extra":{"a":["b"]}""", Conditions(Approved)));
        KindBench.Strategy(Resource).PrepareForCreate(obj, new UserInfo("bob") { Groups = ["g"] });
        var spec = obj.Object("spec");
        Assert.Equal(("bob", null, """["g"]""", null, null), (spec.Text("username"), spec!["uid"], spec["groups"]!.ToJsonString(), spec["extra"], obj["status"]));
    }

    [Theory]
    [InlineData("approval", "", Approved, "")]
    [InlineData("approval", Approved, "", "status.conditions: Forbidden: updates may not remove a condition of type \"Approved\"")]
    [InlineData("approval", Approved, Approved + "," + Denied, "status.conditions[1].type: Invalid value: \"Denied\": Approved and Denied conditions are mutually exclusive")]
    [InlineData("approval", "", """{"type":"Approved","status":"False"}""", "status.conditions[0].status: Unsupported value: \"False\": supported values: \"True\"")]
    [InlineData("approval", "", """{"type":"","status":"True"}""", "status.conditions[0].type: Required value")]
    [InlineData("approval", "", """{"type":"Ready"}""", "status.conditions[0].status: Required value")]
    [InlineData("approval", "", Approved + "," + Approved, "status.conditions[1].type: Duplicate value: \"Approved\"")]
    [InlineData("status", Approved, Approved + "," + Failed, "")]
    [InlineData("status", Approved, """{"type":"Approved","status":"True","message":"other"}""", "")]
    [InlineData("status", "", Approved, "status.conditions: Forbidden: updates may not add a condition of type \"Approved\"")]
    [InlineData("status", Approved, "", "status.conditions: Forbidden: updates may not remove a condition of type \"Approved\"")]
    [InlineData("", "", Approved, "")]
    public void Conditions_follow_the_rules_of_their_subresource(string part, string before, string after, string fault)
    {
        var faults = KindBench.UpdateFaults(Resource, Requests.Json(status: Conditions(before)), Requests.Json(status: Conditions(after)), part);
        Assert.Equal(fault.Length == 0 ? [] : [fault], faults);
    }

    [Fact]
    public void Decisions_keep_what_they_say_when_the_status_is_written()
    {
        var (obj, old) = (Of(Conditions("""{"type":"Approved","status":"True","reason":"x"}""")), Of(Conditions("""{"type":"Approved","status":"True","reason":"Why","lastUpdateTime":"2026-01-01T00:00:00Z"}""")));
        KindBench.Strategy(Resource).PrepareForStatusUpdate(obj, old);
        Assert.Equal(("Why", "2026-01-01T00:00:00Z"), ((string?)obj["status"]!["conditions"]![0]!["reason"], (string?)obj["status"]!["conditions"]![0]!["lastUpdateTime"]));
    }

    [Fact]
    public void Conditions_are_stamped_and_keep_the_time_they_began()
    {
        var (obj, old) = (Of(Conditions(Approved, """{"type":"X","status":"True"}""")), Of(Conditions("""{"type":"X","status":"True","lastTransitionTime":"2026-01-01T00:00:00Z"}""")));
        KindBench.Strategy(Resource).PrepareForPartUpdate("approval", obj, old);
        var conditions = obj["status"]!["conditions"]!.AsArray();
        Assert.All(conditions, static c => Assert.NotNull((string?)c!["lastUpdateTime"]));
        Assert.Equal("2026-01-01T00:00:00Z", (string?)conditions[1]!["lastTransitionTime"]);
    }

    [Fact]
    public void A_certificate_is_set_once_and_through_status_only()
    {
        using var authority = ActorKube.ApiServer.Security.Pki.CertificateAuthority.Create("ca", TimeSpan.FromDays(1), TimeProvider.System);
        var (none, one) = (Requests.Json(), Requests.Json(status: Issued(authority.CertificatePem)));
        Assert.Empty(KindBench.UpdateFaults(Resource, none, one, "status"));
        Assert.Empty(KindBench.UpdateFaults(Resource, none, one, "approval"));
        Assert.Equal(
            ["status.certificate: Forbidden: updates may not modify existing certificate content"],
            KindBench.UpdateFaults(Resource, one, Requests.Json(status: Issued(authority.CertificatePem + authority.CertificatePem)), "status"));
        Assert.Equal(
            ["status.certificate: Invalid value: \"<certificate data>\": must contain at least one CERTIFICATE PEM block"],
            KindBench.UpdateFaults(Resource, none, Requests.Json(status: Issued("hello")), "status"));
        Assert.Equal(
            ["status.certificate: Invalid value: \"<certificate data>\": only CERTIFICATE PEM blocks are allowed, found \"X\""],
            KindBench.UpdateFaults(Resource, none, Requests.Json(status: Issued("-----BEGIN X-----\nMA==\n-----END X-----\n")), "status"));
        Assert.Single(KindBench.UpdateFaults(Resource, none, Requests.Json(status: Issued()), "status"));
    }

    private static JsonObject Of(string status) => KindBench.Defaulted(Resource, Requests.Json(status: status));
}
