using ActorKube.Api.Names;
using ActorKube.ApiServer.Verbs;
using Microsoft.Extensions.Time.Testing;

namespace ActorKube.ApiServer.Tests.Verbs;

public sealed class ClientTurnsTests
{
    private static readonly GroupResource Resource = new("", "configmaps");
    private static readonly ObjectKey Key = new("default", "shared");
    private static readonly TimeSpan Instant = TimeSpan.FromMilliseconds(1);
    private readonly FakeTimeProvider _time = new();
    private readonly ClientTurns _turns;

    public ClientTurnsTests() => _turns = new ClientTurns(_time);

    [Fact]
    public void The_first_who_was_beaten_is_told_at_once() => Assert.True(Beaten().IsCompletedSuccessfully);

    [Fact]
    public async Task The_next_one_is_told_when_the_object_has_changed_again_and_stays_as_it_is()
    {
        _ = Beaten();
        var (second, third) = (Beaten(), Beaten());
        Change();
        _time.Advance(ClientTurns.Rest - Instant);
        Assert.False(second.IsCompleted);
        _time.Advance(Instant);
        await second;
        Change();
        Assert.False(third.IsCompleted);
        _time.Advance(ClientTurns.Rest);
        await third;
    }

    [Fact]
    public async Task Who_changes_it_again_and_again_is_not_met_before_the_turn_is_over()
    {
        _ = Beaten();
        var second = Beaten();
        for (var passed = TimeSpan.Zero; passed < ClientTurns.Length - Instant; passed += Instant)
        {
            Change();
            _time.Advance(Instant);
        }
        Assert.False(second.IsCompleted);
        Change();
        _time.Advance(Instant);
        await second;
    }

    [Fact]
    public async Task Or_when_the_one_before_him_does_not_try_again()
    {
        _ = Beaten();
        var (second, third) = (Beaten(), Beaten());
        _time.Advance(ClientTurns.Length);
        await second;
        Assert.False(third.IsCompleted);
        _time.Advance(ClientTurns.Length);
        await third;
    }

    [Fact]
    public void When_all_have_been_told_the_next_loser_is_the_first_again()
    {
        _ = Beaten();
        Change();
        Assert.True(Beaten().IsCompletedSuccessfully);
    }

    [Fact]
    public void Nobody_waits_in_a_line_that_is_too_long()
    {
        _ = Beaten();
        var line = Enumerable.Range(0, ClientTurns.Longest).Select(_ => Beaten()).ToList();
        Assert.DoesNotContain(line, static wait => wait.IsCompleted);
        Assert.True(Beaten().IsCompletedSuccessfully);
    }

    [Fact]
    public async Task A_caller_who_goes_away_does_not_wait()
    {
        _ = Beaten();
        using var gone = new CancellationTokenSource();
        var wait = _turns.WaitAsync(Resource, Key, gone.Token);
        await gone.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => wait);
    }

    private void Change() => _turns.Changed(Resource, Key);

    private Task Beaten() => _turns.WaitAsync(Resource, Key, CancellationToken.None);
}
