using ActorKube.Api.Names;
using ActorKube.ApiServer.Http.Decisions;
using ActorKube.Controllers.Shell;
using ActorKube.Hosting;

namespace ActorKube.Tests.Explain;

public sealed class DecisionMappingTests
{
    private static readonly ObjectKey Web = new("default", "web");

    // The deployment controller looked at default/web because a replica set of the same name had changed, and wrote its status.
    private static readonly Decision Sample = new(
        DateTimeOffset.UnixEpoch, Web, new Cause("replicasets.apps", Web, 3), [], [new DecisionWrite("update", "deployments.apps/status", Web, 7, "")], 1);

    [Theory]
    [InlineData("deployments.apps", "deployment-controller", true, "its key and what it wrote")]
    [InlineData("replicasets.apps", "deployment-controller", true, "what made it look")]
    [InlineData("pods", "deployment-controller", false, "another resource with that name")]
    [InlineData("deployments.apps", "garbage-collector-controller", true, "what it wrote")]
    [InlineData("services", "service-controller", true, "the controller's own resource")]
    [InlineData("serviceaccounts", "service-controller", false, "another resource with that name")]
    public void Objects_of_one_name_are_told_apart(string resource, string controller, bool concerns, string why) =>
        Assert.True(concerns == DecisionMapping.Concerns(Sample, controller, new DecisionQuery(GroupResource.Parse(resource), Web, null)), why);
}
