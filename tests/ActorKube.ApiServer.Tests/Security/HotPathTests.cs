using System.Diagnostics;
using System.Security.Cryptography;
using ActorKube.Api.Users;
using ActorKube.ApiServer.Security;
using ActorKube.ApiServer.Security.Authentication;
using ActorKube.ApiServer.Security.Nodes;
using ActorKube.ApiServer.Security.Rbac;
using ActorKube.ApiServer.Security.Tokens;
using ActorKube.ApiServer.Tests.Fakes;

namespace ActorKube.ApiServer.Tests.Security;

/// <summary>What every request pays. Judged by allocated bytes, which do not depend on the machine; the times are printed.</summary>
public sealed class HotPathTests(ITestOutputHelper output)
{
    private const int Rounds = 200_000;

    // Debug builds make every async method's state machine an object, whether it waits or not.
#if DEBUG
    private const int StateMachines = 512;
#else
    private const int StateMachines = 0;
#endif

    [Fact]
    public void A_busy_users_decision_allocates_nothing()
    {
        var policy = BootstrapPolicy.Default.Bindings.Aggregate(BootstrapPolicy.Default.Roles.Aggregate(RbacPolicy.Empty, (p, r) => p.With(r)), (p, b) => p.With(b));
        policy = policy.With(new RbacBinding(new("ns1", "b"), new("ClusterRole", "edit"), [new("ServiceAccount", "ns1", "web")]));
        var user = new UserInfo("system:serviceaccount:ns1:web") { Groups = ["system:serviceaccounts", "system:serviceaccounts:ns1", "system:authenticated"] };
        var request = new AccessAttributes { User = user, Verb = "update", Group = "apps", Version = "v1", Resource = "deployments", Subresource = "", Namespace = "ns1", Name = "x" };
        Measure("RBAC decision", () => Assert.True(policy.Authorize(request).Verdict == AccessVerdict.Allow), 0);
    }

    [Fact]
    public async Task A_known_token_allocates_nothing_but_what_the_store_does()
    {
        var store = new MemoryStore();
        var account = store.Put(SecurityResources.ServiceAccounts, """{"metadata":{"namespace":"default","name":"web","uid":"sa-uid"}}""");
        var pod = store.Put(SecurityResources.Pods, """{"metadata":{"namespace":"default","name":"p1","uid":"pod-uid"},"spec":{"serviceAccountName":"web"}}""");
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var (keys, options, clock) = (new ServiceAccountKeys(key, "https://i"), new TokenOptions { Issuer = "https://i", ApiAudiences = ["https://i"] }, SecurityFixtures.Clock());
        var request = new System.Text.Json.Nodes.JsonObject
        {
            ["spec"] = new System.Text.Json.Nodes.JsonObject
            {
                ["boundObjectRef"] = new System.Text.Json.Nodes.JsonObject { ["apiVersion"] = "v1", ["kind"] = "Pod", ["name"] = "p1" },
            },
        };
        var token = (string)(await new TokenIssuer(keys, options, new StoreLookup(store), new NodeRestriction(new StoreLookup(store), new SwitchAuthorizer()), clock, () => "id").IssueAsync(account, request, new UserInfo("alice"), default))["status"]!["token"]!;
        var authenticator = new ServiceAccountTokenAuthenticator(keys, options.ApiAudiences, new FixedLookup(account, pod), clock);
        Assert.NotNull(await authenticator.AuthenticateAsync(token, [], default));
        Measure("known token", () => Assert.True(IsKnown(authenticator.AuthenticateAsync(token, [], default))), StateMachines);
    }

    private static bool IsKnown(ValueTask<TokenIdentity?> answer) => answer.IsCompletedSuccessfully && answer.Result is not null;

    private void Measure(string what, Action action, long allowedBytes)
    {
        for (var i = 0; i < Rounds / 10; i++)
            action();
        var before = GC.GetAllocatedBytesForCurrentThread();
        var start = Stopwatch.GetTimestamp();
        for (var i = 0; i < Rounds; i++)
            action();
        var elapsed = Stopwatch.GetElapsedTime(start);
        var bytes = (GC.GetAllocatedBytesForCurrentThread() - before) / Rounds;
        output.WriteLine($"{what}: {elapsed.TotalNanoseconds / Rounds:F0} ns, {bytes} bytes");
        Assert.True(bytes <= allowedBytes, $"{what} allocates {bytes} bytes.");
    }

    private sealed class FixedLookup(Api.Objects.StoredObject account, Api.Objects.StoredObject pod) : IObjectLookup
    {
        public ValueTask<Api.Objects.StoredObject?> FindAsync(Api.Names.GroupResource resource, Api.Names.ObjectKey key, Protocol.Store.ReadAt at, CancellationToken cancel) =>
            ValueTask.FromResult<Api.Objects.StoredObject?>(resource == SecurityResources.ServiceAccounts ? account : pod);
    }
}
