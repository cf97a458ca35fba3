using ActorKube.ApiServer.Security.Pki;

namespace ActorKube.ApiServer.Tests.Security;

public sealed class KubeconfigTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public void What_is_written_is_read_back()
    {
        var written = new Kubeconfig("https://127.0.0.1:6443", "AUTHORITY\n") { Client = new KeyedCertificate("CERT\n", "KEY\n") };
        Assert.Equal(written, Read(written.ToYaml()));
        var token = new Kubeconfig("https://[::1]:6443", "AUTHORITY\n") { Token = "abc" };
        Assert.Equal(token, Read(token.ToYaml()));
    }

    [Fact]
    public void Files_beside_the_kubeconfig_are_followed()
    {
        File.WriteAllText(_directory.File("ca.pem"), "AUTHORITY");
        var read = Read("""
            current-context: b
            contexts: [{name: a, context: {cluster: x, user: x}}, {name: b, context: {cluster: c, user: u}}]
            clusters: [{name: c, cluster: {server: "https://h:1", certificate-authority: ca.pem}}]
            users: [{name: u, user: {token: t}}]
            """);
        Assert.Equal(("https://h:1", "AUTHORITY", "t"), (read.Server, read.AuthorityPem, read.Token));
    }

    [Theory]
    [InlineData("", "is empty")]
    [InlineData("a: [", "not valid YAML")]
    [InlineData("kind: Config", "has no current-context")]
    [InlineData("current-context: x", "no entry \"x\" under contexts")]
    [InlineData("{current-context: x, contexts: [{name: x, context: {cluster: c, user: u}}], clusters: [{name: c, cluster: {certificate-authority-data: '!'}}], users: [{name: u, user: {}}]}", "names no server")]
    [InlineData("{current-context: x, contexts: [{name: x, context: {cluster: c, user: u}}], clusters: [{name: c, cluster: {server: s, certificate-authority-data: '!'}}], users: [{name: u, user: {}}]}", "damaged certificate-authority-data")]
    public void What_is_wrong_is_said(string text, string complaint) => Assert.Contains(complaint, Assert.Throws<PkiException>(() => Read(text)).Message);

    private Kubeconfig Read(string text)
    {
        var path = _directory.File("config");
        File.WriteAllText(path, text);
        return Kubeconfig.Read(path);
    }
}
