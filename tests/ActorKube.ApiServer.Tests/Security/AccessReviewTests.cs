using System.Text.Json.Nodes;
using ActorKube.Api.Errors;
using ActorKube.Api.Users;
using ActorKube.ApiServer.Security;
using ActorKube.ApiServer.Security.Authorization;
using ActorKube.ApiServer.Security.Rbac;
using Microsoft.Extensions.Logging.Abstractions;

namespace ActorKube.ApiServer.Tests.Security;

public sealed class AccessReviewTests : IAsyncLifetime
{
    private readonly MemoryStore _store = new();
    private readonly RbacState _state = new();
    private readonly CancellationTokenSource _stop = new();
    private readonly AccessReviews _reviews;
    private Task _running = Task.CompletedTask;

    public AccessReviewTests() => _reviews = new AccessReviews(new AuthorizerChain(new Silent(), _state), _state);

    public async ValueTask InitializeAsync()
    {
        _store.Put(SecurityResources.Roles, """{"metadata":{"namespace":"ns1","name":"r"},"rules":[{"verbs":["get"],"apiGroups":[""],"resources":["pods"]}]}""");
        _store.Put(SecurityResources.RoleBindings, """{"metadata":{"namespace":"ns1","name":"b"},"roleRef":{"kind":"Role","name":"r"},"subjects":[{"kind":"User","name":"bob"}]}""");
        _running = _state.RunAsync(_store, "root", TimeProvider.System, NullLogger.Instance, _stop.Token);
        await _state.Ready;
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _running;
        _stop.Dispose();
    }

    [Theory]
    [InlineData("bob", "ns1", true, "RBAC: allowed by RoleBinding \"b/ns1\" of Role \"r\" to User \"bob\"")]
    [InlineData("bob", "ns2", false, null)]
    [InlineData("eve", "ns1", false, null)]
    public async Task A_review_tells_whether_and_why(string user, string ns, bool allowed, string? reason)
    {
        var review = Json($$"""{"spec":{"user":"{{user}}","resourceAttributes":{"verb":"get","resource":"pods","namespace":"{{ns}}"} } }""");
        var answer = await _reviews.SubjectAccessReviewAsync(review, default);
        Assert.Equal(allowed, (bool)answer["status"]!["allowed"]!);
        Assert.Equal(reason, (string?)answer["status"]!["reason"]);
        var self = await _reviews.SelfSubjectAccessReviewAsync(new UserInfo(user), review, default);
        Assert.Equal(allowed, (bool)self["status"]!["allowed"]!);
    }

    [Theory]
    [InlineData("""{"spec":{"user":"a"}}""", "spec.resourceAttributes: Invalid value: null: exactly one of nonResourceAttributes or resourceAttributes must be specified")]
    [InlineData("""{"spec":{"resourceAttributes":{}}}""", "spec.user: Invalid value: \"\": at least one of user or group must be specified")]
    [InlineData("""{"spec":{"user":"a","resourceAttributes":{},"nonResourceAttributes":{}}}""", "spec.nonResourceAttributes: Invalid value: {}: cannot be specified in combination with resourceAttributes")]
    [InlineData("""{"kind":"SubjectAccessReview","metadata":{"name":"x"},"spec":{"user":"a","resourceAttributes":{}}}""", "metadata: Invalid value: {\"name\":\"x\"}: must be empty")]
    public async Task Reviews_that_make_no_sense_are_refused(string review, string complaint) =>
        Assert.EndsWith(complaint, (await Assert.ThrowsAsync<ApiException>(async () => await _reviews.SubjectAccessReviewAsync(Json(review), default))).Message);

    [Fact]
    public async Task A_local_review_stays_in_its_namespace()
    {
        var good = Json("""{"metadata":{"namespace":"ns1"},"spec":{"user":"bob","resourceAttributes":{"verb":"get","resource":"pods","namespace":"ns1"}}}""");
        Assert.True((bool)(await _reviews.LocalSubjectAccessReviewAsync(good, default))["status"]!["allowed"]!);
        var bad = Json("""{"metadata":{"namespace":"ns1"},"spec":{"user":"bob","resourceAttributes":{"verb":"get","resource":"pods","namespace":"ns2"}}}""");
        Assert.Contains("must match metadata.namespace", (await Assert.ThrowsAsync<ApiException>(async () => await _reviews.LocalSubjectAccessReviewAsync(bad, default))).Message);
        var named = Json("""{"metadata":{"namespace":"ns1","name":"x","creationTimestamp":null},"spec":{"user":"bob","resourceAttributes":{"namespace":"ns1"} } }""");
        Assert.Contains("must be empty except for namespace", (await Assert.ThrowsAsync<ApiException>(async () => await _reviews.LocalSubjectAccessReviewAsync(named, default))).Message);
    }

    [Fact]
    public async Task The_rules_of_a_user_are_listed()
    {
        var answer = await _reviews.SelfSubjectRulesReviewAsync(new UserInfo("bob"), Json("""{"spec":{"namespace":"ns1"}}"""), default);
        Assert.Equal("""[{"apiGroups":[""],"resources":["pods"],"verbs":["get"]}]""", answer["status"]!["resourceRules"]!.ToJsonString());
        Assert.Equal("[]", answer["status"]!["nonResourceRules"]!.ToJsonString());
        Assert.False((bool)answer["status"]!["incomplete"]!);
    }

    [Fact]
    public async Task The_store_is_followed()
    {
        _store.Remove(SecurityResources.RoleBindings, "ns1", "b");
        _store.Put(SecurityResources.ClusterRoles, """{"metadata":{"name":"r"},"rules":[{"verbs":["list"],"apiGroups":[""],"resources":["nodes"]}]}""");
        _store.Put(SecurityResources.ClusterRoleBindings, """{"metadata":{"name":"b"},"roleRef":{"kind":"ClusterRole","name":"r"},"subjects":[{"kind":"User","name":"bob"}]}""");
        var listNodes = new AccessAttributes { User = new UserInfo("bob"), Verb = "list", Group = "", Resource = "nodes" };
        Assert.True(await Task.Run(() => SpinWait.SpinUntil(() => _state.Current.Authorize(listNodes).Verdict == AccessVerdict.Allow, TimeSpan.FromSeconds(10))));
    }

    [Theory]
    [InlineData(null, "pods", "log", "ns1", "p", "User \"bob\" cannot get resource \"pods/log\" in API group \"\" in the namespace \"ns1\"")]
    [InlineData(null, "nodes", "", "", "", "User \"bob\" cannot get resource \"nodes\" in API group \"\" at the cluster scope")]
    [InlineData("/metrics", "", "", "", "", "User \"bob\" cannot get path \"/metrics\"")]
    public void A_denial_says_who_cannot_do_what(string? path, string resource, string subresource, string ns, string name, string sentence)
    {
        var request = new AccessAttributes { User = new UserInfo("bob"), Verb = "get", Path = path, Group = "", Resource = resource, Subresource = subresource, Namespace = ns, Name = name };
        Assert.EndsWith("forbidden: " + sentence, AccessDenied.Error(request, AccessDecision.NoOpinion).Message);
        Assert.EndsWith(sentence + ": because", AccessDenied.Error(request, new AccessDecision(AccessVerdict.Deny, "because")).Message);
    }

    private static JsonObject Json(string text) => JsonNode.Parse(text)!.AsObject();

    private sealed class Silent : IAuthorizer
    {
        public ValueTask<AccessDecision> AuthorizeAsync(AccessAttributes attributes, CancellationToken cancel) => ValueTask.FromResult(AccessDecision.NoOpinion);
    }
}
