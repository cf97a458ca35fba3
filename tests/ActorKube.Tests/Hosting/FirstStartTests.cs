using ActorKube.CommandLine;
using ActorKube.Hosting;
using ActorKube.Store.Hosting;

namespace ActorKube.Tests.Hosting;

public sealed class FirstStartTests : IDisposable
{
    private static readonly JoinPlan Join = new(new Uri("https://127.0.0.1:1"), null);
    private readonly TemporaryDirectory _keys = new();
    private readonly Meeting _meeting = new();

    public void Dispose() => _keys.Dispose();

    [Fact]
    public async Task A_server_that_is_alone_stays_so_while_it_makes_its_keys_and_until_it_is_a_member()
    {
        var start = await FirstStart.BeginAsync(_keys.Path, _meeting, null, TestContext.Current.CancellationToken);
        Assert.Empty(start.Seeds);
        Assert.Same(_meeting, start.Meeting);
        Assert.False(_meeting.IsGone);
    }

    [Theory]
    [InlineData(false, false, "join them with --join")]
    [InlineData(true, true, "No server runs with this journal")]
    public async Task One_that_cannot_start_as_it_is_told_leaves_the_others_alone_and_writes_nothing(bool isAlone, bool joins, string why)
    {
        _meeting.IsAlone = isAlone;
        var refused = await Assert.ThrowsAsync<UserError>(() => FirstStart.BeginAsync(_keys.Path, _meeting, joins ? Join : null, TestContext.Current.CancellationToken));
        Assert.Contains(why, refused.Message, StringComparison.Ordinal);
        Assert.True(_meeting.IsGone);
        Assert.Empty(Directory.GetFileSystemEntries(_keys.Path));
    }

    private sealed class Meeting : IMeetingPoint
    {
        public bool IsAlone { get; set; } = true;

        public bool IsGone { get; private set; }

        public Task<bool> TryBeAloneAsync(CancellationToken cancel) => Task.FromResult(IsAlone);

        public Task<IReadOnlyList<MetServer>> EnterAsync(MetServer server, CancellationToken cancel) => throw new NotSupportedException();

        public Task<IReadOnlyList<MetServer>> LookAsync(CancellationToken cancel) => throw new NotSupportedException();

        public ValueTask DisposeAsync()
        {
            IsGone = true;
            return default;
        }
    }
}
