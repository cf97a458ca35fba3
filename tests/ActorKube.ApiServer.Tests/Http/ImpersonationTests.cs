using ActorKube.Api.Errors;
using ActorKube.Api.Users;
using ActorKube.ApiServer.Http.Connections;
using ActorKube.ApiServer.Security;
using Microsoft.AspNetCore.Http;

namespace ActorKube.ApiServer.Tests.Http;

public sealed class ImpersonationTests
{
    private static readonly UserInfo Alice = new("alice") { Groups = [WellKnownUsers.Authenticated] };
    private readonly Asked _asked = new();

    [Theory]
    [InlineData("bob", "", "bob: system:authenticated", "users bob")]
    [InlineData("bob", "dev ops", "bob: dev ops system:authenticated", "users bob, groups dev, groups ops")]
    [InlineData("bob", "system:authenticated", "bob: system:authenticated", "users bob, groups system:authenticated")]
    [InlineData("bob", "system:unauthenticated", "bob: system:unauthenticated", "users bob, groups system:unauthenticated")]
    [InlineData("system:anonymous", "", "system:anonymous: system:unauthenticated", "users system:anonymous")]
    [InlineData("system:serviceaccount:ns:web", "", "system:serviceaccount:ns:web: system:serviceaccounts system:serviceaccounts:ns system:authenticated", "serviceaccounts ns/web")]
    [InlineData("system:serviceaccount:ns:web", "dev", "system:serviceaccount:ns:web: dev system:authenticated", "serviceaccounts ns/web, groups dev")]
    public async Task Somebody_else_has_the_groups_that_were_asked_for_and_those_that_follow(string name, string groups, string expected, string asked)
    {
        var user = await new Impersonation(_asked).ApplyAsync(Alice, Context(("Impersonate-User", [name]), ("Impersonate-Group", groups.Split(' ', StringSplitOptions.RemoveEmptyEntries))));
        Assert.Equal((expected, asked), ($"{user.Name}: {string.Join(' ', user.Groups)}", string.Join(", ", _asked.Names)));
    }

    [Fact]
    public async Task Uid_and_further_facts_need_rights_of_their_own()
    {
        var user = await new Impersonation(_asked).ApplyAsync(Alice, Context(
            ("Impersonate-User", ["bob"]), ("Impersonate-Uid", ["7"]), ("Impersonate-Extra-Scopes", ["view", "edit"]), ("Impersonate-Extra-Example.com%2fTeam", ["blue"])));
        Assert.Equal(("7", "example.com/team=blue scopes=view,edit"), (user.Uid, string.Join(' ', user.Extra.Select(static e => $"{e.Key}={string.Join(',', e.Value)}"))));
        Assert.Equal("users bob, uids 7, userextras/example.com/team blue, userextras/scopes view, userextras/scopes edit", string.Join(", ", _asked.Names));
    }

    [Theory]
    [InlineData("users", "users \"bob\" is forbidden: User \"alice\" cannot impersonate resource \"users\" in API group \"\" at the cluster scope")]
    [InlineData("groups", "groups \"dev\" is forbidden: User \"alice\" cannot impersonate resource \"groups\" in API group \"\" at the cluster scope")]
    [InlineData("uids", "uids.authentication.k8s.io \"7\" is forbidden: User \"alice\" cannot impersonate resource \"uids\" in API group \"authentication.k8s.io\" at the cluster scope")]
    [InlineData("userextras", "userextras.authentication.k8s.io \"view\" is forbidden: User \"alice\" cannot impersonate resource \"userextras/scopes\" in API group \"authentication.k8s.io\" at the cluster scope")]
    public async Task Each_of_them_is_refused_by_name(string denied, string message)
    {
        _asked.Denied = denied;
        var context = Context(("Impersonate-User", ["bob"]), ("Impersonate-Group", ["dev"]), ("Impersonate-Uid", ["7"]), ("Impersonate-Extra-Scopes", ["view"]));
        var failure = await Assert.ThrowsAsync<ApiException>(async () => await new Impersonation(_asked).ApplyAsync(Alice, context));
        Assert.Equal((403, message), (failure.Status.Code, failure.Status.Message));
    }

    [Fact]
    public async Task Nobody_has_groups_without_being_somebody()
    {
        var failure = await Assert.ThrowsAsync<ApiException>(async () =>
            await new Impersonation(_asked).ApplyAsync(Alice, Context(("Impersonate-Group", ["dev"]), ("Impersonate-Uid", ["7"]), ("Impersonate-Extra-Scopes", ["view"]))));
        Assert.Equal(
            (400, "requested [{Group  dev    } {UserExtra  view  authentication.k8s.io/v1  scopes} {UID  7  authentication.k8s.io/v1  }] without impersonating a user"),
            (failure.Status.Code, failure.Status.Message));
        Assert.Empty(_asked.Names);
    }

    private static DefaultHttpContext Context(params (string Name, string[] Values)[] headers)
    {
        var context = new DefaultHttpContext();
        foreach (var (name, values) in headers)
            if (values.Length > 0)
                context.Request.Headers[name] = values;
        return context;
    }

    private sealed class Asked : IAuthorizer
    {
        public List<string> Names { get; } = [];

        public string Denied { get; set; } = "";

        public ValueTask<AccessDecision> AuthorizeAsync(AccessAttributes attributes, CancellationToken cancel)
        {
            Assert.Equal(("alice", "impersonate"), (attributes.User.Name, attributes.Verb));
            var resource = attributes.Subresource.Length > 0 ? $"{attributes.Resource}/{attributes.Subresource}" : attributes.Resource;
            Names.Add(attributes.Namespace.Length > 0 ? $"{resource} {attributes.Namespace}/{attributes.Name}" : $"{resource} {attributes.Name}");
            return new(attributes.Resource == Denied ? AccessDecision.NoOpinion : new AccessDecision(AccessVerdict.Allow, ""));
        }
    }
}
