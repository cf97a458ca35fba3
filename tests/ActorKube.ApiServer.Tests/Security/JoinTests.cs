using System.Net;
using ActorKube.Api.Errors;
using ActorKube.Api.Users;
using ActorKube.ApiServer.Security;
using ActorKube.ApiServer.Security.Authentication;
using ActorKube.ApiServer.Security.Join;
using ActorKube.ApiServer.Security.Nodes;
using ActorKube.ApiServer.Security.Pki;
using ActorKube.ApiServer.Tests.Endpoint;
using ActorKube.Machinery.Objects;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace ActorKube.ApiServer.Tests.Security;

public sealed class JoinTests : IAsyncLifetime
{
    private readonly TemporaryDirectory _directory = new();
    private readonly MemoryStore _store = new();
    private readonly ScriptedClaims _nodes = new();
    private readonly ClusterPki _pki;
    private readonly WebApplication _server;
    private Uri _address = new("https://127.0.0.1");

    public JoinTests()
    {
        _pki = ClusterPki.Open(_directory.File("pki"), SecurityFixtures.Options(), TimeProvider.System);
        var lookup = new StoreLookup(_store);
        var authenticator = new Authenticator(new CertificateAuthenticator(_pki.Authority.Certificate, TimeProvider.System), [new BootstrapTokenAuthenticator(lookup, TimeProvider.System)]);
        var endpoint = new JoinEndpoint(
            _pki, authenticator, new JoinDecision(_pki, _nodes, () => ["akka.tcp://k@127.0.0.1:1"]), new FailureLimiter(SecurityFixtures.Clock()));
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().UseKestrelHttpsConfiguration().ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, listen => listen.UseHttps(https =>
        {
            https.ServerCertificateSelector = (_, _) => _pki.Serving;
            https.ClientCertificateMode = ClientCertificateMode.AllowCertificate;
            https.AllowAnyClientCertificate();
        })));
        _server = builder.Build();
        _server.Run(async context =>
        {
            try
            {
                await endpoint.HandleAsync(context, new UserInfo("system:anonymous"));
            }
            catch (ApiException e)
            {
                context.Response.StatusCode = e.Status.Code;
                await context.Response.WriteAsync(e.Status.ToJson().ToJsonString());
            }
        });
    }

    public async ValueTask InitializeAsync()
    {
        await _server.StartAsync();
        _address = new Uri(_server.Urls.Single());
    }

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        _pki.Dispose();
        _directory.Dispose();
    }

    [Fact]
    public async Task An_agent_joins_keeps_what_it_got_and_renews_it()
    {
        var token = await CreateAsync(JoinRole.Agent);
        var request = new JoinRequest(JoinRole.Agent, "n1") { DnsNames = ["n1.example.com"], Addresses = ["192.0.2.9"] };
        var joined = await AgentCredentials.JoinAsync(_directory.File("agent"), Client(), token, request, default);
        var again = AgentCredentials.TryOpen(_directory.File("agent"))!;
        Assert.Equal(joined.Client, again.Client);
        Assert.Equal(["akka.tcp://k@127.0.0.1:1"], again.SeedNodes);
        using (var client = again.Client.Load())
            Assert.Equal("system:node:n1", new CertificateAuthenticator(_pki.Authority.Certificate, TimeProvider.System).Authenticate(client)!.Name);
        using (var process = again.Process.Load())
            Assert.True(CertificateTrust.IsAgent(process, _pki.ProcessAuthority.Certificate, "n1", TimeProvider.System));
        Assert.InRange(again.End - TimeProvider.System.GetUtcNow(), TimeSpan.FromDays(364), TimeSpan.FromDays(365));

        _store.Remove(SecurityResources.Secrets, "kube-system", "bootstrap-token-" + token.Id);
        var renewed = await again.RenewAsync(Client(), request, default);
        Assert.NotEqual(again.Client.CertificatePem, renewed.Client.CertificatePem);
        Assert.Equal(again.Client.KeyPem, renewed.Client.KeyPem);
        var stolen = await Assert.ThrowsAsync<PkiException>(() => renewed.RenewAsync(Client(), request with { Name = "n2" }, default));
        Assert.Contains("may not join as node \"n2\"", stolen.Message);
    }

    [Fact]
    public async Task Each_start_of_an_agent_has_a_greater_number_whatever_becomes_of_clock_and_directory()
    {
        var path = _directory.File("agent");
        await AgentCredentials.JoinAsync(path, Client(), await CreateAsync(JoinRole.Agent), new JoinRequest(JoinRole.Agent, "n1"), default);
        ulong Begin(DateTimeOffset at) => AgentCredentials.TryOpen(path)!.BeginLife(at);
        var noon = new DateTimeOffset(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);
        var first = Begin(noon);
        var after = Begin(noon.AddDays(-400));
        Assert.Equal(first + 1, after);
        Assert.Equal(first + 2, Begin(noon));
        File.Delete(Path.Combine(path, "life"));
        Assert.True(Begin(noon.AddSeconds(1)) > first + 2);
        await File.WriteAllTextAsync(Path.Combine(path, "life"), "cut off");
        Assert.True(Begin(noon.AddSeconds(2)) > first + 2);
    }

    [Fact]
    public async Task An_agent_forgets_no_server_when_it_renews()
    {
        var request = new JoinRequest(JoinRole.Agent, "n1");
        var joined = await AgentCredentials.JoinAsync(_directory.File("agent"), Client(), await CreateAsync(JoinRole.Agent), request, default);
        joined.Remember(["akka.tcp://k@127.0.0.1:2"]);
        var renewed = await joined.RenewAsync(Client(), request, default);
        Assert.Equal(["akka.tcp://k@127.0.0.1:1", "akka.tcp://k@127.0.0.1:2"], renewed.SeedNodes);
    }

    [Fact]
    public async Task A_running_agent_renews_late_in_the_life_of_its_certificates_and_keeps_the_new_ones()
    {
        var request = new JoinRequest(JoinRole.Agent, "n1");
        var path = _directory.File("agent");
        var first = await AgentCredentials.JoinAsync(path, Client(), await CreateAsync(JoinRole.Agent), request, default);
        // The server judges by the machine's clock: the agent's own is ahead by most of a year.
        var clock = new FakeTimeProvider(first.TimeWithin(0.8));
        var renewal = new AgentRenewal(first, clock, () => 0.5, NullLogger<AgentRenewal>.Instance);
        await renewal.NextAsync((present, cancel) => present.RenewAsync(Client(), request, cancel), default);
        Assert.NotEqual(first.Client, renewal.Current.Client);
        Assert.NotEqual(first.Process, renewal.Current.Process);
        Assert.Equal(renewal.Current.Client, AgentCredentials.TryOpen(path)!.Client);
        Assert.Equal(renewal.Current.Process, AgentCredentials.TryOpen(path)!.Process);
        foreach (var file in Directory.EnumerateFiles(path))
            Assert.True(OperatingSystem.IsWindows() || File.GetUnixFileMode(file) == (UnixFileMode.UserRead | UnixFileMode.UserWrite), file);
    }

    [Fact]
    public async Task A_node_that_joins_again_gets_a_new_key()
    {
        var path = _directory.File("agent");
        var first = await AgentCredentials.JoinAsync(path, Client(), await CreateAsync(JoinRole.Agent), new JoinRequest(JoinRole.Agent, "n1"), default);
        var second = await AgentCredentials.JoinAsync(path, Client(), await CreateAsync(JoinRole.Agent), new JoinRequest(JoinRole.Agent, "n1"), default);
        Assert.NotEqual(first.Client.KeyPem, second.Client.KeyPem);
        Assert.Equal(second.Client, AgentCredentials.TryOpen(path)!.Client);
    }

    [Fact]
    public async Task A_server_joins_with_a_token_for_servers_only()
    {
        var request = new JoinRequest(JoinRole.Server, "machine-2");
        var refused = await Assert.ThrowsAsync<PkiException>(async () => await Client().JoinAsync(await CreateAsync(JoinRole.Agent), request, default));
        Assert.Contains("not for servers", refused.Message);
        var grant = await Client().JoinAsync(await CreateAsync(JoinRole.Server), request, default);
        Assert.Equal(_pki.Share(), grant.Keys);
        ClusterPki.Receive(_directory.File("second"), grant.Keys!);
        using var second = ClusterPki.Open(_directory.File("second"), SecurityFixtures.Options(), TimeProvider.System);
        Assert.Equal(_pki.Authority.PublicKeyHash, second.Authority.PublicKeyHash);
    }

    [Fact]
    public async Task A_server_of_another_cluster_never_sees_the_token()
    {
        using var other = CertificateAuthority.Create("kubernetes", TimeSpan.FromDays(1), TimeProvider.System);
        var token = await CreateAsync(JoinRole.Agent) with { AuthorityHash = other.PublicKeyHash };
        var error = await Assert.ThrowsAsync<PkiException>(() => Client().JoinAsync(token, new JoinRequest(JoinRole.Agent, "n1"), default));
        Assert.Contains("does not belong to the cluster", error.Message);
    }

    [Fact]
    public async Task Guessing_is_slowed_down()
    {
        var wrong = await CreateAsync(JoinRole.Agent) with { Secret = "0000000000000000" };
        for (var i = 0; i < 10; i++)
            Assert.Contains("wrong, expired or deleted", (await Assert.ThrowsAsync<PkiException>(() => Client().JoinAsync(wrong, new JoinRequest(JoinRole.Agent, "n1"), default))).Message);
        Assert.Contains("too many wrong tokens", (await Assert.ThrowsAsync<PkiException>(() => Client().JoinAsync(wrong, new JoinRequest(JoinRole.Agent, "n1"), default))).Message);
    }

    [Fact]
    public async Task A_server_that_is_not_there_is_named()
    {
        var client = new JoinClient(new Uri("https://127.0.0.1:1"), TimeProvider.System);
        var error = await Assert.ThrowsAsync<PkiException>(() => client.JoinAsync(new JoinToken("abcdef", "0123456789abcdef", new string('0', 64)), new JoinRequest(JoinRole.Agent, "n1"), default));
        Assert.Contains("https://127.0.0.1:1/ cannot be reached", error.Message);
    }

    [Fact]
    public async Task An_agent_whose_node_is_anothers_is_told_so_and_keeps_nothing()
    {
        _nodes.OnClaim = (_, _) => new NodeClaim(1, new NodeRefusal("Node \"n1\" is run by another agent", 7));
        var refused = await Assert.ThrowsAsync<PkiException>(async () => await AgentCredentials.JoinAsync(_directory.File("agent"), Client(), await CreateAsync(JoinRole.Agent), new JoinRequest(JoinRole.Agent, "n1"), default));
        Assert.Equal("Node \"n1\" is run by another agent: stop that one, or give this one a name of its own with --node-name. If that agent is gone for good, try again in 7 s.", refused.Message);
        Assert.Null(AgentCredentials.TryOpen(_directory.File("agent")));
    }

    [Fact]
    public async Task An_agent_that_joins_and_one_that_renews_ask_for_their_node_as_who_they_are()
    {
        var asked = new List<(string, AgentIdentity)>();
        _nodes.OnClaim = (node, agent) =>
        {
            asked.Add((node, agent));
            return new NodeClaim(1);
        };
        var joined = await AgentCredentials.JoinAsync(_directory.File("agent"), Client(), await CreateAsync(JoinRole.Agent), new JoinRequest(JoinRole.Agent, "n1"), default);
        using var client = joined.Client.Load();
        var renewed = await joined.RenewAsync(Client(), new JoinRequest(JoinRole.Agent, "n1"), default);
        Assert.Equal("n1", renewed.Node);
        Assert.Equal(Enumerable.Repeat(("n1", AgentIdentity.Of(client.PublicKey.ExportSubjectPublicKeyInfo(), 0)), 2), asked);
    }

    [Theory]
    [InlineData("Upper", null, null, "not a lower-case DNS subdomain")]
    [InlineData("n1", "bad_name", null, "the host name \"bad_name\"")]
    [InlineData("n1", null, "x.y", "is not an IP address")]
    [InlineData("n1", null, null, "the signing request cannot be used")]
    public async Task Requests_that_make_no_sense_are_refused(string name, string? dns, string? address, string complaint)
    {
        var request = new JoinRequest(JoinRole.Agent, name) { DnsNames = dns is null ? [] : [dns], Addresses = address is null ? [] : [address], SigningRequest = "garbage" };
        var caller = new UserInfo("system:bootstrap:abcdef") { Groups = ["system:bootstrappers:actorkube:agents"] };
        var decision = new JoinDecision(_pki, _nodes, () => []);
        _nodes.OnClaim = (_, _) => throw new InvalidOperationException("Nobody may get a node by this.");
        Assert.Contains(complaint, (await Assert.ThrowsAsync<ApiException>(() => decision.DecideAsync(caller, request, default))).Message);
    }

    [Fact]
    public void Penalties_end_with_their_minute()
    {
        var clock = SecurityFixtures.Clock();
        var limiter = new FailureLimiter(clock);
        for (var i = 0; i < 10; i++)
            limiter.Failed(IPAddress.Loopback);
        Assert.Equal(60, limiter.Penalty(IPAddress.Loopback));
        clock.Advance(TimeSpan.FromSeconds(61));
        Assert.Equal(0, limiter.Penalty(IPAddress.Loopback));
    }

    [Theory]
    [InlineData("ak1-abcdef.0123456789abcdef-", false)]
    [InlineData("ak1-ABCDEF.0123456789abcdef-0000000000000000000000000000000000000000000000000000000000000000", false)]
    [InlineData("abcdef.0123456789abcdef", false)]
    [InlineData(" ak1-abcdef.0123456789abcdef-0000000000000000000000000000000000000000000000000000000000000000\n", true)]
    public void A_token_is_one_word(string text, bool valid)
    {
        Assert.Equal(valid, JoinToken.TryParse(text, out var token));
        if (valid)
            Assert.Equal(text.Trim(), token!.ToString());
    }

    private JoinClient Client() => new(_address, TimeProvider.System);

    private Task<JoinToken> CreateAsync(JoinRole role) => new JoinTokens(new RecordingClient(_store), _pki.Authority.PublicKeyHash, TimeProvider.System).CreateAsync(role, TimeSpan.FromHours(1), "test", default);
}
