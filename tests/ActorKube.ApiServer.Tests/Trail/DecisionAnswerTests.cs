using ActorKube.Api.Names;
using ActorKube.ApiServer.Http.Decisions;
using ActorKube.ApiServer.Trail;

namespace ActorKube.ApiServer.Tests.Trail;

public sealed class DecisionAnswerTests
{
    private static readonly DateTimeOffset At = new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);

    [Fact]
    public void Changes_of_users_stand_among_the_decisions_in_the_order_of_their_times()
    {
        var change = new UserChange(At.AddSeconds(1), "jane", "patch", new GroupResource("apps", "deployments"), "scale", new ObjectKey("default", "web"), "u", 7, ["spec.replicas 3 → 5"]);
        var answer = DecisionAnswer.Of(new DecisionList([Decided(0), Decided(2)], ["scheduler"]), [change]);
        Assert.Equal(["controller", "jane", "controller"], answer.Items.Select(d => d.By));
        Assert.True(answer.Items[1].IsByUser);
        Assert.Equal(["spec.replicas 3 → 5"], answer.Items[1].Reasons);
        Assert.Equal(new DecisionWriteEntry("patch", new("deployments.apps/scale", "default/web", 7), ""), Assert.Single(answer.Items[1].Writes));
        Assert.Equal(["scheduler"], answer.Silent);
    }

    [Fact]
    public void The_oldest_are_left_out_and_counted()
    {
        var answer = DecisionAnswer.Of(new DecisionList([.. Enumerable.Range(0, DecisionAnswer.Most + 3).Select(Decided)], []), []);
        Assert.Equal((DecisionAnswer.Most, 3, At.AddSeconds(3)), (answer.Items.Count, answer.Omitted, answer.Items[0].At));
    }

    [Fact]
    public void Where_changes_of_users_cannot_be_read_the_rest_is_told()
    {
        var answer = DecisionAnswer.Of(new DecisionList([Decided(0)], []), null);
        Assert.Single(answer.Items);
        Assert.Equal([DecisionAnswer.Users], answer.Silent);
    }

    private static DecisionEntry Decided(int second) => new(At.AddSeconds(second), "controller", []);
}
