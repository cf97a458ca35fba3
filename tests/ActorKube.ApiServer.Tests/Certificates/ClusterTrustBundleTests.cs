using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using ActorKube.ApiServer.Tests.Kinds;

namespace ActorKube.ApiServer.Tests.Certificates;

public sealed class ClusterTrustBundleTests
{
    private const string Resource = "certificates.k8s.io/v1/clustertrustbundles";
    private const string OmittedValue = "spec.trustBundle: Invalid value: \"<value omitted>\": ";
    private static readonly string Authority = Certificate(isAuthority: true);
    private static readonly string Other = Certificate(isAuthority: true);

    [Theory]
    [InlineData("roots", "", null)]
    [InlineData("a:roots", "", "metadata.name: Invalid value: \"a:roots\": ClusterTrustBundle without signer name must not have \":\" in its name")]
    [InlineData("example.com:s:roots", "example.com/s", null)]
    [InlineData("roots", "example.com/s", "metadata.name: Invalid value: \"roots\": ClusterTrustBundle for signerName example.com/s must be named with prefix example.com:s:")]
    [InlineData("example.com:s:Roots", "example.com/s", "metadata.name: Invalid value: \"example.com:s:Roots\": a lowercase RFC 1123 subdomain")]
    [InlineData("s:roots", "s", "spec.signerName: Invalid value: \"s\": must be a fully qualified domain and path of the form 'example.com/signer-name'")]
    public void A_bundle_of_a_signer_says_so_in_its_name(string name, string signer, string? fault) => Expect(fault, KindBench.Faults(Resource, Bundle(Authority, name, signer)));

    [Fact]
    public void A_bundle_holds_authorities_each_once_and_nothing_else()
    {
        Expect(null, KindBench.Faults(Resource, Bundle(Authority + "# between\n" + Other)));
        Expect(OmittedValue + "entry 1 has PEM block headers", KindBench.Faults(Resource, Bundle(Authority + Other.Replace("-----BEGIN CERTIFICATE-----\n", "-----BEGIN CERTIFICATE-----\nProc-Type: 4,ENCRYPTED\n\n"))));
        Expect(OmittedValue + "at least one trust anchor must be provided", KindBench.Faults(Resource, Bundle("nothing")));
        Expect(OmittedValue + "duplicate trust anchor (indices [0 2])", KindBench.Faults(Resource, Bundle(Authority + Other + Authority)));
        Expect(OmittedValue + "entry 1 does not have the CA bit set", KindBench.Faults(Resource, Bundle(Authority + Certificate(isAuthority: false))));
        Expect(OmittedValue + "entry 0 has bad block type: PRIVATE KEY", KindBench.Faults(Resource, Bundle(PemEncoding.WriteString("PRIVATE KEY", [1, 2, 3]))));
        Expect(OmittedValue + "entry 0 does not parse as X.509", KindBench.Faults(Resource, Bundle(PemEncoding.WriteString("CERTIFICATE", [1, 2, 3]))));
        Expect("spec.trustBundle: Too long: may not be more than 1048576 bytes", KindBench.Faults(Resource, Bundle(new string(' ', (1 << 20) + 1))));
        Expect("spec.trustBundle: Required value", KindBench.Faults(Resource, """{"metadata":{"name":"roots"},"spec":{}}"""));
    }

    [Fact]
    public void The_signer_stays_and_a_bundle_that_stays_is_not_looked_at_again()
    {
        Expect(null, KindBench.UpdateFaults(Resource, Bundle("from before there were rules"), Bundle("from before there were rules")));
        Expect(OmittedValue, KindBench.UpdateFaults(Resource, Bundle(Authority), Bundle("nothing")));
        Expect("spec.signerName: Invalid value: \"example.com/t\": field is immutable", KindBench.UpdateFaults(Resource, Bundle(Authority, "example.com:s:r", "example.com/s"), Bundle(Authority, "example.com:t:r", "example.com/t")));
    }

    [Fact]
    public void Its_maker_is_told_that_pods_do_not_get_it() => Assert.Equal(["cluster trust bundles are stored but not mounted into pods yet"], KindBench.Warnings(Resource, Bundle(Authority)));

    private static void Expect(string? fault, string[] found)
    {
        if (fault is null)
            Assert.Empty(found);
        else
            Assert.StartsWith(fault, Assert.Single(found));
    }

    /// <summary>An object as a client sends it.</summary>
    public static string Bundle(string pem, string name = "roots", string signer = "") =>
        $$$"""{"metadata":{"name":"{{{name}}}"},"spec":{{{{(signer.Length > 0 ? $"\"signerName\":\"{signer}\"," : "")}}}"trustBundle":{{{JsonSerializer.Serialize(pem)}}}}}""";

    /// <summary>A certificate as PEM.</summary>
    public static string Certificate(bool isAuthority)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=root", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(isAuthority, false, 0, true));
        using var certificate = request.CreateSelfSigned(DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch.AddYears(50));
        return certificate.ExportCertificatePem() + "\n";
    }
}
