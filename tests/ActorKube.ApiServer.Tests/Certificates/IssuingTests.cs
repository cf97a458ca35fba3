using System.Formats.Asn1;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using ActorKube.Api.Certificates;
using ActorKube.ApiServer.Security.Authentication;
using ActorKube.ApiServer.Security.Pki;
using ActorKube.ApiServer.Tests.Security;

namespace ActorKube.ApiServer.Tests.Certificates;

public sealed class IssuingTests : IDisposable
{
    private readonly TimeProvider _time = SecurityFixtures.Clock();
    private readonly CertificateAuthority _authority;

    public IssuingTests() => _authority = CertificateAuthority.Create("ca", TimeSpan.FromDays(30), _time);

    public void Dispose() => _authority.Dispose();

    private X509Certificate2 Issue(string pem, TimeSpan lifetime, params string[] usages) =>
        X509Certificate2.CreateFromPem(_authority.Issue(SigningRequest.Parse(Encoding.ASCII.GetBytes(pem), verify: true), usages, lifetime));

    [Fact]
    public void A_certificate_has_what_was_asked_for_and_authenticates()
    {
        using var certificate = Issue(Requests.Pem("CN=alice,O=dev,O=ops"), TimeSpan.FromHours(1), "client auth", "digital signature");
        var user = new CertificateAuthenticator(_authority.Certificate, _time).Authenticate(certificate)!;
        Assert.Equal("alice", user.Name);
        Assert.Equal(["dev", "ops", "system:authenticated"], user.Groups.Order());
        Assert.Equal(X509KeyUsageFlags.DigitalSignature, certificate.Extensions.OfType<X509KeyUsageExtension>().Single().KeyUsages);
    }

    [Fact]
    public void A_certificate_for_servers_gives_no_user()
    {
        using var certificate = Issue(Requests.Pem("CN=alice", static n => n.AddDnsName("alice.example.com")), TimeSpan.FromHours(1), "server auth", "digital signature");
        Assert.Null(new CertificateAuthenticator(_authority.Certificate, _time).Authenticate(certificate));
        Assert.Equal(["alice.example.com"], certificate.Extensions.OfType<X509SubjectAlternativeNameExtension>().Single().EnumerateDnsNames());
    }

    [Theory]
    [InlineData(1, -5, 60)]
    [InlineData(24, -5, 24 * 60 - 5)]
    [InlineData(24 * 365, -5, 30 * 24 * 60)]
    public void Clocks_may_differ_and_nothing_outlives_the_authority(int hours, int from, int to)
    {
        using var certificate = Issue(Requests.Alice, TimeSpan.FromHours(hours), "client auth");
        var now = _time.GetUtcNow();
        Assert.Equal((now.AddMinutes(from), now.AddMinutes(to)), (new DateTimeOffset(certificate.NotBefore), new DateTimeOffset(certificate.NotAfter)));
    }

    [Fact]
    public void Several_groups_in_one_set_as_Go_writes_them_are_all_read()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var certificate = Issue(Requests.Pem(GoName("bob", "dev", "ops"), key), TimeSpan.FromHours(1), "client auth");
        var user = new CertificateAuthenticator(_authority.Certificate, _time).Authenticate(certificate)!;
        Assert.Equal(("bob", "dev,ops"), (user.Name, string.Join(',', user.Groups.Where(static g => !g.StartsWith("system:", StringComparison.Ordinal)))));
    }

    private static X500DistinguishedName GoName(string commonName, params string[] organizations)
    {
        var writer = new AsnWriter(AsnEncodingRules.DER);
        using (writer.PushSequence())
        {
            Set(writer, "2.5.4.10", organizations);
            Set(writer, "2.5.4.3", commonName);
        }
        return new X500DistinguishedName(writer.Encode());
    }

    private static void Set(AsnWriter writer, string oid, params string[] values)
    {
        using (writer.PushSetOf())
            foreach (var value in values)
                using (writer.PushSequence())
                {
                    writer.WriteObjectIdentifier(oid);
                    writer.WriteCharacterString(UniversalTagNumber.PrintableString, value);
                }
    }
}
