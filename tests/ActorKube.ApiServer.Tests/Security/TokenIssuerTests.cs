using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using ActorKube.Api.Errors;
using ActorKube.Api.Objects;
using ActorKube.Api.Users;
using ActorKube.ApiServer.Pipeline;
using ActorKube.ApiServer.Security;
using ActorKube.ApiServer.Security.Authentication;
using ActorKube.ApiServer.Security.Pki;
using ActorKube.ApiServer.Security.Nodes;
using ActorKube.ApiServer.Security.Tokens;
using Microsoft.Extensions.Time.Testing;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;
using ActorKube.ApiServer.Tests.Fakes;

namespace ActorKube.ApiServer.Tests.Security;

public sealed class TokenIssuerTests
{
    private static readonly ECDsa Key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private readonly MemoryStore _store = new();
    private readonly FakeTimeProvider _clock = SecurityFixtures.Clock();
    private readonly TokenOptions _options = new();
    private readonly StoredObject _account;

    public TokenIssuerTests()
    {
        _account = _store.Put(SecurityResources.ServiceAccounts, """{"metadata":{"namespace":"default","name":"web","uid":"sa-uid"}}""");
        _store.Put(SecurityResources.Pods, """{"metadata":{"namespace":"default","name":"p1","uid":"pod-uid"},"spec":{"serviceAccountName":"web","nodeName":"n1","volumes":[{"projected":{"sources":[{"serviceAccountToken":{"path":"t"}}]}}]}}""");
        _store.Put(SecurityResources.Nodes, """{"metadata":{"name":"n1","uid":"node-uid"}}""");
        _store.Put(SecurityResources.Secrets, """{"metadata":{"namespace":"default","name":"s1","uid":"secret-uid"}}""");
    }

    [Fact]
    public async Task A_plain_request_gets_an_hour_for_the_api()
    {
        var answer = await Issue("{}");
        Assert.Equal("2026-05-01T13:00:00Z", (string?)answer["status"]!["expirationTimestamp"]);
        Assert.Equal(3600, (long)answer["spec"]!["expirationSeconds"]!);
        Assert.Equal(_options.Issuer, (string?)answer["spec"]!["audiences"]![0]);
        Assert.Equal("web", (string?)answer["metadata"]!["name"]);
        var user = await Authenticate((string)answer["status"]!["token"]!);
        Assert.Equal("system:serviceaccount:default:web", user!.User.Name);
    }

    [Fact]
    public async Task A_token_bound_to_a_pod_carries_pod_and_node()
    {
        var answer = await Issue("""{"spec":{"expirationSeconds":600,"audiences":["a","b"],"boundObjectRef":{"apiVersion":"v1","kind":"Pod","name":"p1","uid":"pod-uid"}}}""");
        var payload = JsonNode.Parse(Base64UrlEncoder.Decode(((string)answer["status"]!["token"]!).Split('.')[1]))!;
        Assert.Equal("""{"namespace":"default","node":{"name":"n1","uid":"node-uid"},"pod":{"name":"p1","uid":"pod-uid"},"serviceaccount":{"name":"web","uid":"sa-uid"}}""", payload["kubernetes.io"]!.ToJsonString());
        Assert.Equal("""["a","b"]""", payload["aud"]!.ToJsonString());
        Assert.Equal("id-1", (string?)payload["jti"]);
        Assert.Equal(600, (long)payload["exp"]! - (long)payload["iat"]!);
    }

    [Fact]
    public async Task A_token_bound_to_a_secret_or_node_dies_with_it()
    {
        var secret = (string)(await Issue("""{"spec":{"boundObjectRef":{"apiVersion":"v1","kind":"Secret","name":"s1"}}}"""))["status"]!["token"]!;
        var node = (string)(await Issue("""{"spec":{"boundObjectRef":{"apiVersion":"v1","kind":"Node","name":"n1"}}}"""))["status"]!["token"]!;
        Assert.NotNull(await Authenticate(secret));
        Assert.NotNull(await Authenticate(node));
        _store.Remove(SecurityResources.Secrets, "default", "s1");
        _store.Remove(SecurityResources.Nodes, "", "n1");
        Assert.Null(await Authenticate(secret));
        Assert.Null(await Authenticate(node));
    }

    [Theory]
    [InlineData("""{"spec":{"expirationSeconds":599}}""", 422, "TokenRequest.authentication.k8s.io \"web\" is invalid: spec.expirationSeconds: Invalid value: 599: may not specify a duration less than 10 minutes")]
    [InlineData("""{"spec":{"expirationSeconds":4294967297}}""", 422, "TokenRequest.authentication.k8s.io \"web\" is invalid: spec.expirationSeconds: Invalid value: 4294967297: may not specify a duration larger than 2^32 seconds")]
    [InlineData("""{"metadata":{"name":"db"}}""", 422, "TokenRequest.authentication.k8s.io \"web\" is invalid: metadata.name: Invalid value: \"db\": must match the service account name if specified")]
    [InlineData("""{"spec":{"boundObjectRef":{"apiVersion":"v1","kind":"Pod","name":"gone"}}}""", 404, "pods \"gone\" not found")]
    [InlineData("""{"spec":{"boundObjectRef":{"apiVersion":"v1","kind":"ConfigMap","name":"x"}}}""", 400, "cannot bind token to object of type v1, Kind=ConfigMap")]
    [InlineData("""{"spec":{"boundObjectRef":{"apiVersion":"v1","kind":"Secret","name":"s1","uid":"x"}}}""", 409, "Operation cannot be fulfilled on Secret \"s1\": the UID in the bound object reference (x) does not match the UID in record. The object might have been deleted and then recreated")]
    public async Task Requests_that_make_no_sense_are_refused_in_upstreams_words(string request, int code, string message)
    {
        var error = await Assert.ThrowsAsync<ApiException>(async () => await Issue(request));
        Assert.Equal((code, message), (error.Status.Code, error.Message));
    }

    [Fact]
    public async Task A_pod_of_another_account_gets_nothing()
    {
        _store.Put(SecurityResources.Pods, """{"metadata":{"namespace":"default","name":"p2"},"spec":{"serviceAccountName":"db"}}""");
        var error = await Assert.ThrowsAsync<ApiException>(async () => await Issue("""{"spec":{"boundObjectRef":{"apiVersion":"v1","kind":"Pod","name":"p2"}}}"""));
        Assert.Equal("cannot bind token for serviceaccount \"web\" to pod running with serviceaccount \"db\"", error.Message);
    }

    [Fact]
    public async Task An_agent_gets_tokens_for_pods_on_its_node_only()
    {
        var bound = JsonNode.Parse("""{"spec":{"boundObjectRef":{"apiVersion":"v1","kind":"Pod","name":"p1","uid":"pod-uid"}}}""")!.AsObject();
        Assert.NotNull(await Issuer().IssueAsync(_account, bound, new UserInfo("system:node:n1") { Groups = ["system:nodes"] }, default));
        var error = await Assert.ThrowsAsync<ApiException>(async () => await Issuer().IssueAsync(_account, bound, new UserInfo("system:node:n2") { Groups = ["system:nodes"] }, default));
        Assert.Contains("node requested token bound to a pod scheduled on a different node", error.Message);
    }

    [Fact]
    public async Task Anybody_can_verify_tokens_with_the_published_keys()
    {
        var keys = new ServiceAccountKeys(Key, _options.Issuer);
        var published = new JsonWebKeySet(Encoding.UTF8.GetString(keys.KeySet()));
        var token = (string)(await Issue("{}"))["status"]!["token"]!;
        var result = await new JsonWebTokenHandler().ValidateTokenAsync(token, new TokenValidationParameters
        {
            IssuerSigningKeys = published.GetSigningKeys(), ValidIssuer = _options.Issuer, ValidAudience = _options.Issuer, ValidateLifetime = false,
        });
        Assert.True(result.IsValid);
        var discovery = JsonNode.Parse(keys.DiscoveryDocument("https://x/openid/v1/jwks"))!;
        Assert.Equal(_options.Issuer, (string?)discovery["issuer"]);
        Assert.Equal("https://x/openid/v1/jwks", (string?)discovery["jwks_uri"]);
    }

    [Fact]
    public async Task A_token_review_tells_whose_token_it_is()
    {
        using var authority = CertificateAuthority.Create("ca", TimeSpan.FromDays(1), _clock);
        var reviews = new AuthenticationReviews(new Authenticator(new CertificateAuthenticator(authority.Certificate, _clock), [TokenAuthenticator()]), _options.ApiAudiences);
        var token = (string)(await Issue("""{"spec":{"audiences":["vault"]}}"""))["status"]!["token"]!;
        var good = await reviews.TokenReviewAsync(new JsonObject { ["spec"] = new JsonObject { ["token"] = token, ["audiences"] = new JsonArray("vault", "x") } }, new WarningList(), default);
        Assert.True((bool)good["status"]!["authenticated"]!);
        Assert.Equal("system:serviceaccount:default:web", (string?)good["status"]!["user"]!["username"]);
        Assert.Equal("""["vault"]""", good["status"]!["audiences"]!.ToJsonString());
        var bad = await reviews.TokenReviewAsync(new JsonObject { ["spec"] = new JsonObject { ["token"] = token } }, new WarningList(), default);
        Assert.Null(bad["status"]!["authenticated"]);
        Assert.Equal("invalid bearer token", (string?)bad["status"]!["error"]);
        await Assert.ThrowsAsync<ApiException>(async () => await reviews.TokenReviewAsync(new JsonObject { ["spec"] = new JsonObject() }, new WarningList(), default));
    }

    private TokenIssuer Issuer() =>
        new(new ServiceAccountKeys(Key, _options.Issuer), _options, new StoreLookup(_store), new NodeRestriction(new StoreLookup(_store), new SwitchAuthorizer()), _clock, () => "id-1");

    private ValueTask<JsonObject> Issue(string request) => Issuer().IssueAsync(_account, JsonNode.Parse(request)!.AsObject(), new UserInfo("alice"), default);

    private ServiceAccountTokenAuthenticator TokenAuthenticator() => new(new ServiceAccountKeys(Key, _options.Issuer), _options.ApiAudiences, new StoreLookup(_store), _clock);

    private ValueTask<TokenIdentity?> Authenticate(string token) => TokenAuthenticator().AuthenticateAsync(token, [], default);
}
