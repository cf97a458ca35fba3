using System.Diagnostics;
using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using ActorKube.ApiServer.Security.Pki;

namespace ActorKube.ApiServer.Tests.Security;

public sealed class ClusterPkiTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public void A_second_start_finds_the_same_keys()
    {
        using var first = Open();
        var admin = first.Administrator();
        using var second = Open();
        Assert.Equal(first.Authority.CertificatePem, second.Authority.CertificatePem);
        Assert.Equal(first.Serving.Thumbprint, second.Serving.Thumbprint);
        Assert.Equal(first.Process.Thumbprint, second.Process.Thumbprint);
        Assert.Equal(admin, second.Administrator());
        Assert.Equal(first.ServiceAccountKey.ExportSubjectPublicKeyInfo(), second.ServiceAccountKey.ExportSubjectPublicKeyInfo());
    }

    [Fact]
    public void The_serving_certificate_names_the_server_in_every_way_it_is_reached()
    {
        using var pki = Open();
        var names = pki.Serving.Extensions.OfType<X509SubjectAlternativeNameExtension>().Single();
        Assert.Equal(
            ["kubernetes", "kubernetes.default", "kubernetes.default.svc", "kubernetes.default.svc.cluster.local", "localhost", "machine-1"],
            names.EnumerateDnsNames());
        Assert.Equal([IPAddress.Loopback, IPAddress.IPv6Loopback, IPAddress.Parse("10.96.0.1"), IPAddress.Parse("192.0.2.7")], names.EnumerateIPAddresses());
        Assert.True(pki.Serving.HasPrivateKey);
        Assert.True(CertificateTrust.IsIssuedBy(pki.Serving, pki.Authority.Certificate, CertificateUsage.Server, SecurityFixtures.Clock()));
        Assert.False(CertificateTrust.IsIssuedBy(pki.Serving, pki.Authority.Certificate, CertificateUsage.Client, SecurityFixtures.Clock()));
    }

    [Fact]
    public void A_new_name_gets_a_new_certificate_from_the_same_authority()
    {
        using var before = Open();
        using var after = ClusterPki.Open(_directory.Path, SecurityFixtures.Options("api.example.com"), SecurityFixtures.Clock());
        Assert.NotEqual(before.Serving.Thumbprint, after.Serving.Thumbprint);
        Assert.Equal(before.Authority.CertificatePem, after.Authority.CertificatePem);
        Assert.True(CertificateTrust.Covers(after.Serving, ["api.example.com"], []));
    }

    [Theory]
    [InlineData(200, false)]
    [InlineData(243, false)]
    [InlineData(244, true)]
    [InlineData(370, true)]
    public void Certificates_are_renewed_when_a_third_of_their_life_is_left(int days, bool renewed)
    {
        var clock = SecurityFixtures.Clock();
        using var pki = ClusterPki.Open(_directory.Path, SecurityFixtures.Options(), clock);
        var (serving, process, admin) = (pki.Serving.Thumbprint, pki.Process.Thumbprint, pki.Administrator());
        clock.Advance(TimeSpan.FromDays(days));
        pki.Renew();
        Assert.Equal(renewed, pki.Serving.Thumbprint != serving);
        Assert.Equal(renewed, pki.Process.Thumbprint != process);
        Assert.Equal(renewed, pki.Administrator() != admin);
    }

    [Fact]
    public void Keys_are_for_their_owner_only()
    {
        if (OperatingSystem.IsWindows())
            return;
        using var pki = Open();
        pki.Administrator();
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(_directory.Path));
        foreach (var file in Directory.EnumerateFiles(_directory.Path))
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file));
    }

    [Theory]
    [InlineData("ca.crt", "garbage", "ca.crt")]
    [InlineData("ca.key", "", "ca")]
    [InlineData("sa.key", "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n", "sa.key")]
    [InlineData("apiserver.crt", "garbage", "apiserver")]
    [InlineData("process-ca.key", "garbage", "process-ca")]
    public void A_damaged_file_is_named_in_one_sentence(string file, string content, string named)
    {
        Open().Dispose();
        File.WriteAllText(_directory.File(file), content);
        var error = Assert.Throws<PkiException>(Open);
        Assert.Contains(_directory.File(named), error.Message);
        Assert.DoesNotContain('\n', error.Message);
    }

    [Fact]
    public void A_lost_authority_is_not_replaced_silently()
    {
        Open().Dispose();
        File.Delete(_directory.File("ca.crt"));
        Assert.Contains("ca.crt is missing", Assert.Throws<PkiException>(Open).Message);
    }

    [Fact]
    public void The_key_of_another_certificate_is_refused()
    {
        Open().Dispose();
        File.Copy(_directory.File("process.key"), _directory.File("apiserver.key"), overwrite: true);
        Assert.Contains("do not belong together", Assert.Throws<PkiException>(Open).Message);
    }

    [Fact]
    public void A_process_that_joins_shares_authorities_and_signing_key()
    {
        using var first = Open();
        using var other = new TemporaryDirectory();
        ClusterPki.Receive(other.Path, first.Share());
        using var second = ClusterPki.Open(other.Path, SecurityFixtures.Options(), SecurityFixtures.Clock());
        Assert.Equal(first.Authority.PublicKeyHash, second.Authority.PublicKeyHash);
        Assert.True(CertificateTrust.IsIssuedBy(second.Process, first.ProcessAuthority.Certificate, CertificateUsage.Both, SecurityFixtures.Clock()));
        Assert.NotEqual(first.Serving.Thumbprint, second.Serving.Thumbprint);
    }

    [Fact]
    public void A_directory_of_another_cluster_takes_no_keys()
    {
        using var first = Open();
        using var other = new TemporaryDirectory();
        ClusterPki.Open(other.Path, SecurityFixtures.Options(), SecurityFixtures.Clock()).Dispose();
        Assert.Contains("another cluster", Assert.Throws<PkiException>(() => ClusterPki.Receive(other.Path, first.Share())).Message);
    }

    [Fact]
    public void A_signing_request_gives_its_key_and_nothing_else()
    {
        using var pki = Open();
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=system:node:other, O=system:masters", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName("kubernetes.default.svc");
        request.CertificateExtensions.Add(names.Build());

        var issued = pki.IssueAgent("n1", ["n1.example.com"], [IPAddress.Parse("192.0.2.9")], request.CreateSigningRequestPem());
        using var client = X509Certificate2.CreateFromPem(issued.ClientPem);
        using var serving = X509Certificate2.CreateFromPem(issued.ProcessPem);
        Assert.Equal("CN=system:node:n1, O=system:nodes", client.Subject);
        Assert.Equal(key.ExportSubjectPublicKeyInfo(), client.PublicKey.ExportSubjectPublicKeyInfo());
        Assert.Equal(["n1", "n1.example.com"], serving.Extensions.OfType<X509SubjectAlternativeNameExtension>().Single().EnumerateDnsNames());
        Assert.True(CertificateTrust.IsIssuedBy(client, pki.Authority.Certificate, CertificateUsage.Client, SecurityFixtures.Clock()));
        Assert.False(CertificateTrust.IsIssuedBy(serving, pki.Authority.Certificate, CertificateUsage.Server, SecurityFixtures.Clock()));
        Assert.True(CertificateTrust.IsAgent(serving, pki.ProcessAuthority.Certificate, "n1", SecurityFixtures.Clock()));
        Assert.False(CertificateTrust.IsAgent(serving, pki.ProcessAuthority.Certificate, "n1.example.com", SecurityFixtures.Clock()));
        Assert.False(CertificateTrust.IsAgent(pki.Process, pki.ProcessAuthority.Certificate, "machine-1", SecurityFixtures.Clock()));
        Assert.True(CertificateTrust.IsIssuedBy(serving, pki.ProcessAuthority.Certificate, CertificateUsage.Both, SecurityFixtures.Clock()));
    }

    [Fact]
    public void Openssl_agrees_with_the_chains()
    {
        if (!OperatingSystem.IsLinux() || !File.Exists("/usr/bin/openssl"))
            Assert.Skip("There is no openssl on this machine.");
        using var pki = ClusterPki.Open(_directory.Path, SecurityFixtures.Options(), TimeProvider.System);
        pki.Administrator();
        Assert.Contains("apiserver.crt: OK", Openssl("verify", "-x509_strict", "-purpose", "sslserver", "-verify_hostname", "kubernetes.default.svc", "-CAfile", "ca.crt", "apiserver.crt"));
        Assert.Contains("admin.crt: OK", Openssl("verify", "-x509_strict", "-purpose", "sslclient", "-CAfile", "ca.crt", "admin.crt"));
        Assert.Contains("process.crt: OK", Openssl("verify", "-x509_strict", "-purpose", "sslclient", "-CAfile", "process-ca.crt", "process.crt"));
        Assert.Contains("verification failed", Openssl("verify", "-CAfile", "ca.crt", "process.crt"));
    }

    private ClusterPki Open() => ClusterPki.Open(_directory.Path, SecurityFixtures.Options(), SecurityFixtures.Clock());

    private string Openssl(params string[] arguments)
    {
        var start = new ProcessStartInfo("/usr/bin/openssl", arguments) { WorkingDirectory = _directory.Path, RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false };
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEnd() + process.StandardError.ReadToEnd();
        process.WaitForExit(10_000);
        return output;
    }
}
