using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using ActorKube.Api.Certificates;
using ActorKube.Api.Errors;
using ActorKube.Api.Json;
using ActorKube.Api.Validation;
using ActorKube.ApiServer.Kinds.Certificates;
using ActorKube.ApiServer.Tests.Kinds;

namespace ActorKube.ApiServer.Tests.Certificates;

public sealed class PodCertificateRequestTests
{
    private const string Resource = "certificates.k8s.io/v1/podcertificaterequests";
    private static readonly DateTimeOffset Now = new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);
    private static readonly ECDsa Key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    /// <summary>A request signed with <see cref="Key"/>.</summary>
    public static readonly string Stub = Encoded(new CertificateRequest("", Key, HashAlgorithmName.SHA256));
    private static readonly string Issued = Answered(Chain());

    // An empty request that OpenSSL signed with a key of that kind.
    private const string Ed25519 = "MH8wMwIBADAAMCowBQYDK2VwAyEAez8nVgTZwf3abHSjqanMPQtI6EWt0eUbW7vVhMMwZfigADAFBgMrZXADQQA3FyHklMGc5MunmrMTbQkHv+FHDRJKJb/EXIbba7VuC5dziFQSKD/F1dfL0MeZcO9VGk63nrfW26+bBMtxbZwL";

    public static TheoryData<string, string?> Keys => new()
    {
        { Stub, null },
        { Encoded(new CertificateRequest("", ECDsa.Create(ECCurve.NamedCurves.nistP384), HashAlgorithmName.SHA384)), null },
        { Encoded(new CertificateRequest("", ECDsa.Create(ECCurve.NamedCurves.nistP521), HashAlgorithmName.SHA512)), null },
        { Encoded(new CertificateRequest("", RSA.Create(3072), HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1)), null },
        { Encoded(new CertificateRequest("", RSA.Create(2048), HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1)), "spec.stubPKCS10Request: Invalid value: \"2048-bit modulus\": RSA keys must have modulus size 3072 or 4096" },
        { Encoded(new CertificateRequest("", ECDsa.Create(ECCurve.CreateFromFriendlyName("secp256k1")), HashAlgorithmName.SHA256)), "spec.stubPKCS10Request: Invalid value: \"curve 1.3.132.0.10\": elliptic public keys must use curve P256 or P384" },
        { Ed25519, null },
        { Broken(Ed25519), "spec.stubPKCS10Request: Invalid value: could not verify proof-of-possession signature" },
        { Broken(Stub), "spec.stubPKCS10Request: Invalid value: could not verify proof-of-possession signature" },
        { X25519(), "spec.stubPKCS10Request: Invalid value: \"1.3.101.110\": unknown public key type; supported types are Ed25519, ECDSA, and RSA" },
        { "", "spec.stubPKCS10Request: Invalid value: must be a valid PKCS#10 CSR" },
        { "AAAA", "spec.stubPKCS10Request: Invalid value: must be a valid PKCS#10 CSR" },
        { "MIAwMIAw", "spec.stubPKCS10Request: Invalid value: must be a valid PKCS#10 CSR" },
        { "no base64", "spec.stubPKCS10Request: Invalid value: must be a valid PKCS#10 CSR" },
        { Convert.ToBase64String(new byte[10 * 1024 + 1]), "spec.stubPKCS10Request: Too long: may not be more than 10240 bytes" },
    };

    [Theory]
    [MemberData(nameof(Keys))]
    public void Who_asks_has_to_hold_a_key_that_is_strong_enough(string stub, string? fault) =>
        Expect(fault, Faults(errors => PodRequestRules.Check(Tree(Request($$""" ,"stubPKCS10Request":"{{stub}}" """)).Object("spec"), errors)));

    [Theory]
    [InlineData("", null)]
    [InlineData(""" ,"signerName":"s" """, "spec.signerName: Invalid value: \"s\": must be a fully qualified domain and path of the form 'example.com/signer-name'")]
    [InlineData(""" ,"podName":"A" """, "spec.podName: Invalid value: \"A\": a lowercase RFC 1123 subdomain")]
    [InlineData(""" ,"podUID":"" """, "spec.podUID: Invalid value: \"\": must not be empty")]
    [InlineData(""" ,"maxExpirationSeconds":60 """, "spec.maxExpirationSeconds: Invalid value: 60: must be in the range [3600, 7862400]")]
    [InlineData(""" ,"signerName":"kubernetes.io/s","maxExpirationSeconds":90000 """, "spec.maxExpirationSeconds: Invalid value: 90000: must be in the range [3600, 86400]")]
    [InlineData(""" ,"unverifiedUserAnnotations":{"example.com/a":"1"} """, null)]
    [InlineData(""" ,"unverifiedUserAnnotations":{"a":"1"} """, "spec.unverifiedUserAnnotations: Invalid value: \"a\": must be a domain-prefixed key (such as \"acme.io/foo\")")]
    public void What_is_asked_for_has_to_make_sense(string spec, string? fault) => Expect(fault, KindBench.Faults(Resource, Request(spec)));

    [Fact]
    public void Nothing_that_was_asked_for_changes()
    {
        Expect("spec: Invalid value: ", KindBench.UpdateFaults(Resource, Request(), Request(""" ,"maxExpirationSeconds":7200 """)));
        Expect(null, KindBench.UpdateFaults(Resource, Request(), Request()));
        Assert.Equal(86400, (long)KindBench.Defaulted(Resource, Request())["spec"]!["maxExpirationSeconds"]!);
    }

    public static TheoryData<string, string, string?> Answers => new()
    {
        { "{}", Issued, null },
        { "{}", $$"""{"conditions":[{{Condition("Denied")}}]}""", null },
        { Issued, Issued, null },
        { Issued, $$"""{"conditions":[{{Condition("Denied")}}]}""", "status: Invalid value: immutable after PodCertificateRequest is issued, denied, or failed" },
        { "{}", $$"""{"conditions":[{{Condition("Failed")}}],"notBefore":"2026-01-02T03:04:05Z"}""", "status: Invalid value: non-condition status fields must be empty when denying or failing the PodCertificateRequest" },
        { "{}", """{"notBefore":"2026-01-02T03:04:05Z"}""", "status: Invalid value: status is immutable unless transitioning to \"Issued\", \"Denied\", or \"Failed\"" },
        { "{}", $$"""{"conditions":[{{Condition("Denied")}},{{Condition("Failed")}}]}""", "status.conditions[1].type: Invalid value: \"Failed\": There may be at most one condition" },
        { "{}", $$"""{"conditions":[{{Condition("Late")}}]}""", "status.conditions[0].type: Unsupported value: \"Late\"" },
        { "{}", $$"""{"conditions":[{{Condition("Denied", "False")}}]}""", "status.conditions[0].status: Unsupported value: \"False\"" },
        { "{}", Answered("x"), "status.certificateChain: Invalid value: \"x\": issued certificate chain must contain at least one certificate" },
        { "{}", Answered(new string('x', 100 * 1024 + 1)), "status.certificateChain: Too long" },
        { "{}", Answered(PemEncoding.WriteString("CERTIFICATE", [1, 2, 3])), "status.certificateChain: Invalid value: \"-----BEGIN CERTIFICATE-----\\nAQID\\n-----END CERTIFICATE-----\": leaf certificate does not parse as valid X.509" },
        { "{}", Answered(PemEncoding.WriteString("PUBLIC KEY", [1, 2, 3])), "status.certificateChain: Invalid value: \"-----BEGIN PUBLIC KEY-----\\nAQID\\n-----END PUBLIC KEY-----\": issued certificate chain must consist entirely of CERTIFICATE PEM blocks" },
        { "{}", Answered(Chain(key: ECDsa.Create(ECCurve.NamedCurves.nistP256))), "status.certificateChain: Invalid value: *leaf certificate was not issued to the requested public key" },
        { "{}", Answered(Chain() + PemEncoding.WriteString("CERTIFICATE", [1, 2, 3])), "status.certificateChain: Invalid value: *intermediate certificate does not parse as valid X.509" },
        { "{}", Answered(Chain(name: "a..example.com")), "status.certificateChain: Invalid value: \"a..example.com\": leaf certificate's DNSName should not contain '..'" },
        { "{}", Answered(Chain(name: ".example.com")), "status.certificateChain: Invalid value: \".example.com\": leaf certificate's DNSName should not start or end with '.'" },
        { "{}", Answered(Chain(), notBefore: ""), "status.notBefore: Required value: must be present and consistent with the issued certificate" },
        { "{}", Answered(Chain(), notBefore: "2026-01-02T03:04:06Z"), "status.notBefore: Invalid value: \"2026-01-02T03:04:06Z\": must be set to the NotBefore time encoded in the leaf certificate" },
        { "{}", Answered(Chain(from: Now.AddMinutes(-6)), notBefore: "2026-01-02T02:58:05Z"), "status.notBefore: Invalid value: \"2026-01-02T02:58:05Z\": must be set to within 5 minutes of kube-apiserver's current time" },
        { "{}", Answered(Chain(), notAfter: "2026-01-03T03:04:06Z"), "status.notAfter: Invalid value: \"2026-01-03T03:04:06Z\": must be set to the NotAfter time encoded in the leaf certificate" },
        { "{}", Answered(Chain(until: Now.AddMinutes(59)), notAfter: "2026-01-02T04:03:05Z"), "status.certificateChain: Invalid value: \"59m0s\": leaf certificate lifetime must be >= 1 hour" },
        { "{}", Answered(Chain(until: Now.AddHours(25)), notAfter: "2026-01-03T04:04:05Z"), "status.certificateChain: Invalid value: \"25h0m0s\": leaf certificate lifetime must be <= spec.maxExpirationSeconds (86400)" },
        { "{}", Answered(Chain(), refresh: "2026-01-02T03:14:04Z"), "status.beginRefreshAt: Invalid value: \"2026-01-02T03:14:04Z\": must be at least 10 minutes after status.notBefore" },
        { "{}", Answered(Chain(), refresh: "2026-01-03T02:54:06Z"), "status.beginRefreshAt: Invalid value: \"2026-01-03T02:54:06Z\": must be at least 10 minutes before status.notAfter" },
    };

    [Theory]
    [MemberData(nameof(Answers))]
    public void It_is_answered_once_and_with_a_certificate_for_its_key(string before, string after, string? fault) =>
        Expect(fault, Faults(errors => PodRequestRules.CheckStatus(Tree(Request(status: after)), Tree(Request(status: before)), Now, errors)));

    [Theory]
    [InlineData("{}", "Pending")]
    [InlineData("""{"conditions":[{"type":"Denied","status":"True"}]}""", "Denied")]
    public void Its_state_is_its_answer(string status, string state) => Assert.Equal(state, KindBench.Cells(Resource, Request(status: status))["State"]);

    private static string[] Faults(Action<FieldErrors> check)
    {
        var errors = new FieldErrors();
        check(errors);
        var failure = Record.Exception(() => errors.ThrowIfAny("", "", "")) as ApiException;
        return [.. (failure?.Status.Causes ?? []).Select(static c => $"{c.Field}: {c.Message}")];
    }

    private static JsonObject Tree(string json) => (JsonObject)JsonDecoder.Decode(Encoding.UTF8.GetBytes(json)).Root!;

    private static string Condition(string type, string status = "True") =>
        $$"""{"type":"{{type}}","status":"{{status}}","reason":"Why","message":"","lastTransitionTime":"2026-01-02T03:04:05Z"}""";

    private static string Answered(string chain, string notBefore = "2026-01-02T03:04:05Z", string notAfter = "2026-01-03T03:04:05Z", string refresh = "2026-01-02T12:00:00Z") =>
        $$"""{"conditions":[{{Condition("Issued")}}],"certificateChain":{{JsonSerializer.Serialize(chain)}}{{(notBefore.Length > 0 ? $",\"notBefore\":\"{notBefore}\"" : "")}},"notAfter":"{{notAfter}}","beginRefreshAt":"{{refresh}}"}""";

    /// <summary>A certificate for <see cref="Key"/> as PEM, unless a test wants it otherwise.</summary>
    public static string Chain(ECDsa? key = null, string name = "web.example.com", DateTimeOffset? from = null, DateTimeOffset? until = null)
    {
        var request = new CertificateRequest("CN=pod", key ?? Key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddEmailAddress("pod@example.com");
        request.CertificateExtensions.Add(names.Build());
        if (name != "web.example.com")
            request.CertificateExtensions[0] = AlternativeName.Extension([new AlternativeName(AlternativeNameKind.Dns, [0x82, (byte)name.Length, .. Encoding.ASCII.GetBytes(name)])]);
        using var certificate = request.CreateSelfSigned(from ?? Now, until ?? Now.AddDays(1));
        return certificate.ExportCertificatePem() + "\n";
    }

    private static string Encoded(CertificateRequest request) => Convert.ToBase64String(request.CreateSigningRequest());

    // The same with a key for agreeing on secrets, which signs nothing.
    private static string X25519()
    {
        var bytes = Convert.FromBase64String(Ed25519);
        bytes[bytes.AsSpan().IndexOf((ReadOnlySpan<byte>)[0x2b, 0x65, 0x70]) + 2] = 0x6e;
        return Convert.ToBase64String(bytes);
    }

    private static string Broken(string stub)
    {
        var bytes = Convert.FromBase64String(stub);
        bytes[^1] ^= 1;
        return Convert.ToBase64String(bytes);
    }

    // A star stands for what is shown of the value.
    private static void Expect(string? fault, string[] found)
    {
        if (fault is null)
        {
            Assert.Empty(found);
            return;
        }
        var parts = fault.Split('*');
        Assert.StartsWith(parts[0], Assert.Single(found));
        Assert.EndsWith(parts.Length > 1 ? parts[1] : "", found[0]);
    }

    // Of fields given twice the last counts.
    private static string Request(string spec = "", string status = "{}") => $$$"""
        {"metadata":{"name":"r","namespace":"default"},"spec":{"signerName":"example.com/s","podName":"p","podUID":"1","serviceAccountName":"a","serviceAccountUID":"2","maxExpirationSeconds":86400,
          "nodeName":"n1","nodeUID":"3","stubPKCS10Request":"{{{Stub}}}"{{{spec}}}},"status":{{{status}}}}
        """;
}
