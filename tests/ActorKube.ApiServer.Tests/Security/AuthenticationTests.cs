using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json.Nodes;
using ActorKube.ApiServer.Security;
using ActorKube.ApiServer.Security.Authentication;
using ActorKube.ApiServer.Security.Pki;
using ActorKube.ApiServer.Security.Tokens;
using Microsoft.Extensions.Time.Testing;

namespace ActorKube.ApiServer.Tests.Security;

public sealed class AuthenticationTests
{
    private static readonly CertificateAuthority Authority = CertificateAuthority.Create("kubernetes", TimeSpan.FromDays(3650), SecurityFixtures.Clock());
    private readonly MemoryStore _store = new();
    private readonly FakeTimeProvider _clock = SecurityFixtures.Clock();

    [Fact]
    public void A_client_certificate_gives_user_and_groups()
    {
        using var certificate = Client("alice", CertificateUsage.Client, "dev", "ops");
        var user = new CertificateAuthenticator(Authority.Certificate, _clock).Authenticate(certificate)!;
        Assert.Equal("alice", user.Name);
        Assert.Equal(["dev", "ops", "system:authenticated"], user.Groups.AsEnumerable());
        Assert.Equal("X509SHA256=" + Convert.ToHexStringLower(SHA256.HashData(certificate.RawData)), user.Extra["authentication.kubernetes.io/credential-id"].Single());
    }

    [Fact]
    public void Certificates_for_servers_of_other_authorities_or_of_the_past_give_nobody()
    {
        var authenticator = new CertificateAuthenticator(Authority.Certificate, _clock);
        using var server = Client("alice", CertificateUsage.Server);
        Assert.Null(authenticator.Authenticate(server));
        using var other = CertificateAuthority.Create("kubernetes", TimeSpan.FromDays(10), _clock);
        using var foreign = X509Certificate2.CreateFromPem(other.Issue(Profile("alice", CertificateUsage.Client)).CertificatePem);
        Assert.Null(authenticator.Authenticate(foreign));
        using var good = Client("alice", CertificateUsage.Client);
        Assert.NotNull(authenticator.Authenticate(good));
        _clock.Advance(TimeSpan.FromDays(2));
        Assert.Null(authenticator.Authenticate(good));
    }

    [Fact]
    public async Task A_static_token_gives_its_user()
    {
        var tokens = StaticTokens.Parse("# comment\nsecret-1,alice,u1,\"dev,ops\"\n\nsecret-2,bob,u2\r\n");
        Assert.Equal(["dev", "ops", "system:authenticated"], (await tokens.AuthenticateAsync("secret-1", [], default))!.User.Groups.AsEnumerable());
        Assert.Equal(("bob", "u2"), ((await tokens.AuthenticateAsync("secret-2", [], default))!.User.Name, "u2"));
        Assert.Null(await tokens.AuthenticateAsync("secret-3", [], default));
    }

    [Theory]
    [InlineData("a,b", "Line 1")]
    [InlineData("t,alice,1\n,bob,2", "Line 2")]
    [InlineData("t,alice,1\nt,bob,2", "repeats a token")]
    public void A_bad_token_file_names_its_line(string csv, string complaint) => Assert.Contains(complaint, Assert.Throws<PkiException>(() => StaticTokens.Parse(csv)).Message);

    [Theory]
    [InlineData(null, null, true)]
    [InlineData("expiration", "2026-05-01T12:00:01Z", true)]
    [InlineData("expiration", "2026-05-01T12:00:00Z", false)]
    [InlineData("expiration", "soon", false)]
    [InlineData("usage-bootstrap-authentication", "false", false)]
    [InlineData("token-secret", "0123456789abcdeg", false)]
    [InlineData("token-id", "abcdeg", false)]
    [InlineData("auth-extra-groups", "system:bootstrappers:a,system:bootstrappers:b", true)]
    [InlineData("auth-extra-groups", "system:masters", false)]
    public async Task A_bootstrap_token_is_what_its_secret_says(string? key, string? value, bool valid)
    {
        var data = new JsonObject
        {
            ["token-id"] = Base64("abcdef"),
            ["token-secret"] = Base64("0123456789abcdef"),
            ["usage-bootstrap-authentication"] = Base64("true"),
        };
        if (key is not null)
            data[key] = Base64(value!);
        _store.Put(SecurityResources.Secrets, new JsonObject
        {
            ["metadata"] = new JsonObject { ["name"] = "bootstrap-token-abcdef", ["namespace"] = "kube-system" },
            ["type"] = "bootstrap.kubernetes.io/token",
            ["data"] = data,
        });
        var identity = await Bootstrap("abcdef.0123456789abcdef");
        Assert.Equal(valid, identity is not null);
        if (identity is null)
            return;
        Assert.Equal("system:bootstrap:abcdef", identity.User.Name);
        var extra = key == "auth-extra-groups" ? value!.Split(',') : [];
        Assert.Equal(["system:bootstrappers", .. extra, "system:authenticated"], identity.User.Groups.AsEnumerable());
    }

    [Theory]
    [InlineData("abcdef.0123456789abcdef")]
    [InlineData("ABCDEF.0123456789abcdef")]
    [InlineData("abcdef-0123456789abcdef")]
    [InlineData("../../.0123456789abcdef")]
    public async Task Tokens_without_a_secret_give_nobody(string token) => Assert.Null(await Bootstrap(token));

    [Fact]
    public async Task A_secret_of_another_type_is_no_token()
    {
        _store.Put(SecurityResources.Secrets, $$"""{"metadata":{"name":"bootstrap-token-abcdef","namespace":"kube-system"},"type":"Opaque","data":{"token-id":"{{Base64("abcdef")}}","token-secret":"{{Base64("0123456789abcdef")}}","usage-bootstrap-authentication":"{{Base64("true")}}"} }""");
        Assert.Null(await Bootstrap("abcdef.0123456789abcdef"));
    }

    [Fact]
    public async Task A_service_account_token_names_account_pod_and_node()
    {
        var (authenticator, token) = ServiceAccountToken(Claims());
        var user = (await authenticator.AuthenticateAsync(token, [], default))!.User;
        Assert.Equal("system:serviceaccount:default:web", user.Name);
        Assert.Equal("sa-uid", user.Uid);
        Assert.Equal(["system:serviceaccounts", "system:serviceaccounts:default", "system:authenticated"], user.Groups.AsEnumerable());
        Assert.Equal("JTI=token-1", user.Extra["authentication.kubernetes.io/credential-id"].Single());
        Assert.Equal("p1", user.Extra["authentication.kubernetes.io/pod-name"].Single());
        Assert.Equal("pod-uid", user.Extra["authentication.kubernetes.io/pod-uid"].Single());
        Assert.Equal("n1", user.Extra["authentication.kubernetes.io/node-name"].Single());
        Assert.Same(user, (await authenticator.AuthenticateAsync(token, [], default))!.User);
    }

    [Theory]
    [InlineData("pods")]
    [InlineData("serviceaccounts")]
    public async Task A_cached_token_dies_with_what_it_is_bound_to(string resource)
    {
        var (authenticator, token) = ServiceAccountToken(Claims());
        Assert.NotNull(await authenticator.AuthenticateAsync(token, [], default));
        var name = resource == "pods" ? "p1" : "web";
        _store.Put(new("", resource), $$"""{"metadata":{"namespace":"default","name":"{{name}}","uid":"reborn"} }""");
        Assert.Null(await authenticator.AuthenticateAsync(token, [], default));
        _store.Remove(new("", resource), "default", name);
        Assert.Null(await authenticator.AuthenticateAsync(token, [], default));
    }

    [Fact]
    public async Task What_is_being_deleted_is_honoured_for_a_minute()
    {
        var (authenticator, token) = ServiceAccountToken(Claims());
        _store.Put(SecurityResources.Pods, """{"metadata":{"namespace":"default","name":"p1","uid":"pod-uid","deletionTimestamp":"2026-05-01T12:00:00Z"}}""");
        Assert.NotNull(await authenticator.AuthenticateAsync(token, [], default));
        _clock.Advance(TimeSpan.FromSeconds(61));
        Assert.Null(await authenticator.AuthenticateAsync(token, [], default));
    }

    [Theory]
    [InlineData(-2, false)]
    [InlineData(0, true)]
    [InlineData(60, true)]
    [InlineData(62, false)]
    public async Task A_token_lives_between_its_times_with_a_minute_of_tolerance(int minutes, bool valid)
    {
        var (authenticator, token) = ServiceAccountToken(Claims());
        Assert.NotNull(await authenticator.AuthenticateAsync(token, [], default));
        var later = new FakeTimeProvider(SecurityFixtures.Start.AddMinutes(minutes));
        Assert.Equal(valid, await Authenticator(later).AuthenticateAsync(token, [], default) is not null);
    }

    [Fact]
    public async Task Audiences_decide_who_a_token_is_for()
    {
        var (authenticator, token) = ServiceAccountToken(Claims() with { Audiences = ["vault"] });
        Assert.Null(await authenticator.AuthenticateAsync(token, [], default));
        Assert.Equal(["vault"], (await authenticator.AuthenticateAsync(token, ["other", "vault"], default))!.Audiences.AsEnumerable());
    }

    [Fact]
    public async Task A_token_that_was_touched_or_signed_by_somebody_else_is_nobodys()
    {
        var (authenticator, token) = ServiceAccountToken(Claims());
        var parts = token.Split('.');
        var forged = Encoding.UTF8.GetString(Convert.FromBase64String(Pad(parts[1]))).Replace("\"web\"", "\"admin\"").Replace(":web\"", ":admin\"");
        Assert.Null(await authenticator.AuthenticateAsync($"{parts[0]}.{Convert.ToBase64String(Encoding.UTF8.GetBytes(forged)).TrimEnd('=').Replace('+', '-').Replace('/', '_')}.{parts[2]}", [], default));
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        Assert.Null(await authenticator.AuthenticateAsync(new ServiceAccountKeys(key, "https://kubernetes.default.svc").Sign(Claims()), [], default));
        Assert.Null(await authenticator.AuthenticateAsync(Keys("https://elsewhere").Sign(Claims() with { Issuer = "https://elsewhere" }), [], default));
        Assert.Null(await authenticator.AuthenticateAsync("eyJhbGciOiJub25lIn0." + parts[1] + ".", [], default));
        foreach (var garbage in new[] { "ey..", "ey.ey.ey", "eyJ9.%%%.x", new string('e', 20_000) })
            Assert.Null(await authenticator.AuthenticateAsync(garbage, [], default));
    }

    [Fact]
    public async Task The_first_authenticator_that_knows_a_token_decides()
    {
        var (serviceAccounts, token) = ServiceAccountToken(Claims());
        var all = new Authenticator(
            new CertificateAuthenticator(Authority.Certificate, _clock),
            [StaticTokens.Parse("fixed,alice,1"), new BootstrapTokenAuthenticator(new StoreLookup(_store), _clock), serviceAccounts]);
        Assert.Equal("alice", (await all.AuthenticateTokenAsync("fixed", default))!.User.Name);
        Assert.Equal("system:serviceaccount:default:web", (await all.AuthenticateTokenAsync(token, default))!.User.Name);
        Assert.Null(await all.AuthenticateTokenAsync("", default));
        Assert.Null(await all.AuthenticateTokenAsync("nonsense", default));
    }

    private static readonly ECDsa Key = ECDsa.Create(ECCurve.NamedCurves.nistP256);

    private static ServiceAccountKeys Keys(string issuer = "https://kubernetes.default.svc") => new(Key, issuer);

    private ServiceAccountTokenAuthenticator Authenticator(TimeProvider clock) => new(Keys(), ["https://kubernetes.default.svc"], new StoreLookup(_store), clock);

    private (ServiceAccountTokenAuthenticator Authenticator, string Token) ServiceAccountToken(ServiceAccountClaims claims)
    {
        _store.Put(SecurityResources.ServiceAccounts, """{"metadata":{"namespace":"default","name":"web","uid":"sa-uid"}}""");
        _store.Put(SecurityResources.Pods, """{"metadata":{"namespace":"default","name":"p1","uid":"pod-uid"}}""");
        return (Authenticator(_clock), Keys().Sign(claims));
    }

    private static ServiceAccountClaims Claims() => new()
    {
        Issuer = "https://kubernetes.default.svc",
        Audiences = ["https://kubernetes.default.svc"],
        IssuedAt = SecurityFixtures.Start,
        NotBefore = SecurityFixtures.Start,
        Expires = SecurityFixtures.Start.AddHours(1),
        Id = "token-1",
        Namespace = "default",
        ServiceAccount = new ObjectReference("web", "sa-uid"),
        Pod = new ObjectReference("p1", "pod-uid"),
        Node = new ObjectReference("n1", "node-uid"),
    };

    private ValueTask<TokenIdentity?> Bootstrap(string token) => new BootstrapTokenAuthenticator(new StoreLookup(_store), _clock).AuthenticateAsync(token, [], default);

    private static X509Certificate2 Client(string user, CertificateUsage usage, params string[] groups) => X509Certificate2.CreateFromPem(Authority.Issue(Profile(user, usage, groups)).CertificatePem);

    private static CertificateProfile Profile(string user, CertificateUsage usage, params string[] groups) => new() { CommonName = user, Organizations = groups, Usage = usage, Lifetime = TimeSpan.FromDays(1) };

    private static string Base64(string text) => Convert.ToBase64String(Encoding.UTF8.GetBytes(text));

    private static string Pad(string base64Url) => base64Url.Replace('-', '+').Replace('_', '/').PadRight((base64Url.Length + 3) / 4 * 4, '=');
}
