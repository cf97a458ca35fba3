using System.Text.Json.Nodes;
using ActorKube.Api.Users;
using ActorKube.NodeAgent.Server;
using ActorKube.NodeAgent.Tests.Support;
using Microsoft.Extensions.Time.Testing;

namespace ActorKube.NodeAgent.Tests.Server;

public sealed class ReviewsTests
{
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero));
    private readonly FakeCluster _cluster;
    private readonly Reviews _reviews;
    private int _asked;

    public ReviewsTests()
    {
        _cluster = new FakeCluster(_time);
        _cluster.Virtual["subjectaccessreviews"] = body =>
        {
            _asked++;
            var spec = body["spec"]!;
            var allowed = (string?)spec["user"] == "alice" && spec["groups"]!.AsArray().Any(g => (string?)g == "readers");
            return new JsonObject { ["metadata"] = new JsonObject(), ["status"] = new JsonObject { ["allowed"] = allowed } };
        };
        _reviews = new Reviews(_cluster, _time);
    }

    [Fact]
    public async Task What_was_allowed_is_remembered_for_five_minutes_and_what_was_not_for_half_a_minute()
    {
        Assert.True(await MayAsync(new UserInfo("alice") { Groups = ["readers"] }));
        Assert.False(await MayAsync(new UserInfo("bob")));
        _time.Advance(TimeSpan.FromSeconds(31));
        await MayAsync(new UserInfo("alice") { Groups = ["readers"] });
        Assert.Equal(2, _asked);
        await MayAsync(new UserInfo("bob"));
        Assert.Equal(3, _asked);
        _time.Advance(TimeSpan.FromMinutes(5));
        await MayAsync(new UserInfo("alice") { Groups = ["readers"] });
        Assert.Equal(4, _asked);
    }

    [Fact]
    public async Task A_name_that_looks_like_anothers_name_and_group_has_not_their_rights()
    {
        Assert.True(await MayAsync(new UserInfo("alice") { Groups = ["readers"] }));
        Assert.False(await MayAsync(new UserInfo("alice\nreaders")));
        Assert.False(await MayAsync(new UserInfo("alice") { Groups = ["readers\nwriters"] }));
    }

    private ValueTask<bool> MayAsync(UserInfo user) => _reviews.MayAsync(user, "get", "n1", "log", TestContext.Current.CancellationToken);
}
