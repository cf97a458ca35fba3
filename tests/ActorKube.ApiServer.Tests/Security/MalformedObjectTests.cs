using System.Text;
using ActorKube.Api.Objects;
using ActorKube.Api.Users;
using ActorKube.ApiServer.Security;
using ActorKube.ApiServer.Security.Nodes;
using ActorKube.ApiServer.Security.Rbac;

namespace ActorKube.ApiServer.Tests.Security;

/// <summary>Objects may have been stored under other rules (ADR 0143): one that nobody can make sense of must not keep all others from being judged by.</summary>
public sealed class MalformedObjectTests
{
    [Theory]
    [InlineData("""{"metadata":{"name":"p"}}""")]
    [InlineData("""{"metadata":{"name":"p"},"spec":null}""")]
    [InlineData("""{"metadata":{"name":"p"},"spec":[5],"status":"x"}""")]
    [InlineData("""{"metadata":{"name":"p"},"spec":{"containers":[null,5,"x",[]],"initContainers":{},"volumes":[null,5,[]],"imagePullSecrets":[7],"resourceClaims":["x"]},"status":{"resourceClaimStatuses":[null]}}""")]
    [InlineData("""{"metadata":{"name":"p"},"spec":{"containers":[{"envFrom":[null,{"secretRef":"x"}],"env":[5,{"valueFrom":[]}]}],"volumes":[{"projected":5},{"projected":{"sources":[null,{"secret":[]}]}},{"csi":"x"}]}}""")]
    public void A_pod_that_makes_no_sense_refers_to_nothing(string pod) => Assert.Empty(PodReferences.Read(Encoding.UTF8.GetBytes(pod)));

    [Fact]
    public void What_makes_sense_of_a_pod_counts() => Assert.Equal(
        [(PodReferences.Kind.Secret, "good"), (PodReferences.Kind.ConfigMap, "map")],
        PodReferences.Read(Encoding.UTF8.GetBytes("""{"metadata":{"name":"p"},"spec":{"containers":[null,{"envFrom":[5,{"secretRef":{"name":"good"}}]}],"volumes":["x",{"configMap":{"name":"map"}}]}}""")));

    [Theory]
    [InlineData("""{"metadata":{"name":"r"},"rules":5}""")]
    [InlineData("""{"metadata":{"name":"r"},"rules":[null,5,"x",[]],"aggregationRule":{"clusterRoleSelectors":[null,5,{"matchLabels":[],"matchExpressions":[7,{"operator":"x"}]}]}}""")]
    [InlineData("""{"metadata":{"name":"r"},"rules":[{"verbs":"get","apiGroups":[""],"resources":["secrets"]}]}""")]
    [InlineData("""{"metadata":{"name":"r"},"rules":[{"verbs":["get"],"apiGroups":[""],"resources":[5]}]}""")]
    [InlineData("""{"metadata":{"name":"r"},"rules":[{"verbs":["get"],"apiGroups":[""],"resources":["secrets"],"resourceNames":[5]}]}""")]
    [InlineData("""{"metadata":{"name":"r"},"rules":[{"verbs":["get"],"apiGroups":[""],"resources":["secrets"],"resourceNames":[null]}]}""")]
    public void A_role_that_makes_no_sense_grants_nothing(string role) => Assert.False(MayRead(role, """{"metadata":{"name":"b"},"roleRef":{"kind":"ClusterRole","name":"r"},"subjects":[{"kind":"User","name":"alice"}]}"""));

    [Theory]
    [InlineData("""{"metadata":{"name":"b"},"roleRef":5,"subjects":7}""", false)]
    [InlineData("""{"metadata":{"name":"b"},"roleRef":{"kind":[],"name":{}},"subjects":[{"kind":"User","name":"alice"}]}""", false)]
    [InlineData("""{"metadata":{"name":"b"},"roleRef":{"kind":"ClusterRole","name":"r"},"subjects":[null,5,{"kind":7,"name":"alice"},{"kind":"User","name":["alice"]}]}""", false)]
    [InlineData("""{"metadata":{"name":"b"},"roleRef":{"kind":"ClusterRole","name":"r"},"subjects":[null,{"kind":"User","name":"alice"}]}""", true)]
    public void A_binding_grants_to_those_it_names(string binding, bool grants) =>
        Assert.Equal(grants, MayRead("""{"metadata":{"name":"r"},"rules":[{"verbs":["get"],"apiGroups":[""],"resources":["secrets"]}]}""", binding));

    [Theory]
    [InlineData("null")]
    [InlineData("5")]
    [InlineData("""{"matchLabels":[]}""")]
    [InlineData("""{"matchLabels":{"a":5}}""")]
    [InlineData("""{"matchExpressions":{"key":"a"}}""")]
    [InlineData("""{"matchExpressions":[null]}""")]
    public void An_aggregated_role_takes_in_nothing_by_a_selector_that_makes_no_sense(string selector)
    {
        var role = RbacReader.Role(Stored($$$"""{"metadata":{"name":"r"},"aggregationRule":{"clusterRoleSelectors":[{{{selector}}}]}}"""));
        Assert.False(Assert.Single(role.Aggregation).Matches(Labels.From([KeyValuePair.Create("a", "b")])));
    }

    private static bool MayRead(string role, string binding)
    {
        var policy = RbacPolicy.Empty.With(RbacReader.Role(Stored(role))).With(RbacReader.Binding(Stored(binding)));
        foreach (var name in new[] { "one", "" })
        {
            var request = new AccessAttributes { User = new UserInfo("alice"), Verb = "get", Group = "", Version = "v1", Resource = "secrets", Namespace = "default", Name = name };
            if (policy.Authorize(request).Verdict == AccessVerdict.Allow)
                return true;
        }
        return false;
    }

    private static StoredObject Stored(string text) => StoredObject.Parse(Encoding.UTF8.GetBytes(text));
}
