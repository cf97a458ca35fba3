using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using ActorKube.Api.Names;
using ActorKube.ApiServer.Security;
using ActorKube.ApiServer.Security.Authentication;
using ActorKube.ApiServer.Security.Tokens;
using Microsoft.Extensions.Time.Testing;
using Microsoft.IdentityModel.Tokens;

namespace ActorKube.ApiServer.Tests.Security;

public sealed class LegacyTokenTests
{
    private static readonly ECDsa Key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private readonly MemoryStore _store = new();
    private readonly FakeTimeProvider _clock = SecurityFixtures.Clock();
    private readonly TokenOptions _options = new();
    private readonly ServiceAccountKeys _keys;
    private readonly LegacyTokenTracking _tracking;
    private readonly TokenCounts _counts = new();
    private readonly LegacyTokenAuthenticator _authenticator;
    private readonly string _token;

    public LegacyTokenTests()
    {
        _keys = new ServiceAccountKeys(Key, _options.Issuer);
        _tracking = new LegacyTokenTracking(_clock);
        _authenticator = new LegacyTokenAuthenticator(_keys, _options.ApiAudiences, new StoreLookup(_store), _tracking, _counts);
        _token = _keys.Sign(new LegacyTokenClaims(new ObjectKey("default", "web"), "u1", "s"));
        Account("u1");
        Secret(_token);
    }

    private void Account(string uid) => _store.Put(SecurityResources.ServiceAccounts, $$$"""{"metadata":{"namespace":"default","name":"web","uid":"{{{uid}}}"}}""");

    private void Secret(string token, string metadata = "") => _store.Put(
        SecurityResources.Secrets,
        $$$"""{"metadata":{"namespace":"default","name":"s","uid":"secret-1"{{{metadata}}}},"type":"kubernetes.io/service-account-token","data":{"token":"{{{Convert.ToBase64String(Encoding.ASCII.GetBytes(token))}}}"}}""");

    private async Task<string?> UserAsync(params string[] audiences) => (await _authenticator.AuthenticateAsync(_token, [.. audiences], default))?.User.Name;

    [Fact]
    public void A_token_says_upstreams_claims_and_has_no_end()
    {
        var payload = JsonNode.Parse(Base64UrlEncoder.Decode(_token.Split('.')[1]))!.AsObject();
        Assert.Equal(
            ["iss", "kubernetes.io/serviceaccount/namespace", "kubernetes.io/serviceaccount/secret.name", "kubernetes.io/serviceaccount/service-account.name", "kubernetes.io/serviceaccount/service-account.uid", "sub"],
            payload.Select(static p => p.Key));
        Assert.Equal(("kubernetes/serviceaccount", "system:serviceaccount:default:web"), ((string?)payload["iss"], (string?)payload["sub"]));
    }

    [Fact]
    public async Task A_token_in_its_secret_gives_the_account_with_uid_and_groups_for_ever()
    {
        _clock.Advance(TimeSpan.FromDays(3000));
        var user = (await _authenticator.AuthenticateAsync(_token, [], default))!.User;
        Assert.Equal(("system:serviceaccount:default:web", "u1"), (user.Name, user.Uid));
        Assert.Equal(["system:authenticated", "system:serviceaccounts", "system:serviceaccounts:default"], user.Groups.Order());
    }

    [Fact]
    public async Task A_token_is_for_the_api_only()
    {
        Assert.NotNull(await UserAsync("other", _options.ApiAudiences[0]));
        Assert.Null(await UserAsync("other"));
    }

    [Fact]
    public async Task A_token_ends_with_its_secret()
    {
        Assert.NotNull(await UserAsync());
        _store.Remove(SecurityResources.Secrets, "default", "s");
        Assert.Null(await UserAsync());
    }

    [Theory]
    [InlineData(""","deletionTimestamp":"2026-05-01T12:00:00Z" """)]
    [InlineData(""","labels":{"kubernetes.io/legacy-token-invalid-since":"2026-01-01"}""")]
    public async Task A_token_ends_when_its_secret_is_about_to(string metadata)
    {
        Secret(_token, metadata);
        Assert.Null(await UserAsync());
    }

    [Fact]
    public async Task A_token_that_its_secret_does_not_hold_any_more_is_nobodys()
    {
        Secret("another");
        Assert.Null(await UserAsync());
    }

    [Fact]
    public async Task A_token_does_not_serve_the_next_account_of_that_name()
    {
        Account("u2");
        Assert.Null(await UserAsync());
    }

    [Fact]
    public async Task Neither_kind_of_token_passes_for_the_other()
    {
        Assert.Null(await _keys.VerifyAsync(_token));
        using var foreign = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        Assert.Null(await _keys.VerifyLegacyAsync(new ServiceAccountKeys(foreign, _options.Issuer).Sign(new LegacyTokenClaims(new ObjectKey("default", "web"), "u1", "s"))));
    }

    [Fact]
    public async Task The_day_of_use_is_noted_once_a_day()
    {
        var client = new RecordingClient(_store);
        using var stop = new CancellationTokenSource();
        await UserAsync();
        await UserAsync();
        var running = _tracking.RunAsync(client, stop.Token);
        await client.PatchedAsync();
        Assert.Equal("2026-05-01", LastUsed);
        await UserAsync();
        _clock.Advance(TimeSpan.FromDays(1));
        await UserAsync();
        await client.PatchedAsync();
        await stop.CancelAsync();
        await running;
        Assert.Equal("2026-05-02", LastUsed);
        Assert.Equal(["patch secrets default/s", "patch secrets default/s"], client.Writes);
    }

    [Fact]
    public async Task A_server_whose_day_has_begun_earlier_is_not_contradicted()
    {
        Secret(_token, ""","labels":{"kubernetes.io/legacy-token-last-used":"2026-05-02"}""");
        var client = new RecordingClient(_store);
        using var stop = new CancellationTokenSource();
        await UserAsync();
        Secret(_token, ""","labels":{"kubernetes.io/legacy-token-last-used":"2026-05-03"}""");
        await UserAsync();
        var running = _tracking.RunAsync(client, stop.Token);
        await client.PatchedAsync();
        await stop.CancelAsync();
        await running;
        Assert.Single(client.Writes);
    }

    [Theory]
    [InlineData("", "")]
    [InlineData(""" "secrets":[{"name":"other"}],""", "")]
    [InlineData(""" "secrets":[{"name":"s"}],""", "Use tokens from the TokenRequest API or manually created secret-based tokens instead of auto-generated secret-based tokens.")]
    public async Task Who_uses_a_token_that_was_made_for_an_account_by_itself_is_warned(string secrets, string warning)
    {
        _store.Put(SecurityResources.ServiceAccounts, $$$"""{{{{secrets}}}"metadata":{"namespace":"default","name":"web","uid":"u1"}}""");
        Assert.Equal(warning, (await _authenticator.AuthenticateAsync(_token, [], default))!.Warning);
        _store.Put(SecurityResources.ServiceAccounts, """{"secrets":[{"name":"s"}],"metadata":{"namespace":"default","name":"web","uid":"u1"}}""");
        Assert.NotEqual("", (await _authenticator.AuthenticateAsync(_token, [], default))!.Warning);
    }

    [Fact]
    public async Task The_use_of_a_token_that_is_marked_invalid_is_noted_too()
    {
        Secret(_token, ""","labels":{"kubernetes.io/legacy-token-invalid-since":"2026-01-01"}""");
        var client = new RecordingClient(_store);
        using var stop = new CancellationTokenSource();
        Assert.Null(await UserAsync());
        var running = _tracking.RunAsync(client, stop.Token);
        await client.PatchedAsync();
        await stop.CancelAsync();
        await running;
        Assert.Equal("2026-05-01", LastUsed);
    }

    [Fact]
    public async Task Uses_are_counted_by_what_kind_of_token_it_is()
    {
        await UserAsync();
        _store.Put(SecurityResources.ServiceAccounts, """{"secrets":[{"name":"s"}],"metadata":{"namespace":"default","name":"web","uid":"u1"}}""");
        await UserAsync();
        await UserAsync();
        Secret(_token, ""","labels":{"kubernetes.io/legacy-token-invalid-since":"2026-01-01"}""");
        await UserAsync();
        Assert.Equal(
            ["serviceaccount_invalid_legacy_auto_token_uses_total 1", "serviceaccount_legacy_auto_token_uses_total 2", "serviceaccount_legacy_manual_token_uses_total 1"],
            _counts.Text().Split('\n').Where(static l => l.Length > 0 && l[0] != '#'));
    }

    private string? LastUsed => _store.Find(SecurityResources.Secrets, new ObjectKey("default", "s"))!.Head.Labels["kubernetes.io/legacy-token-last-used"];
}
