using ActorKube.Api.Errors;
using ActorKube.ApiServer.Http;
using Microsoft.Extensions.Time.Testing;

namespace ActorKube.ApiServer.Tests.Http;

public sealed class RequestDeadlineTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);
    private readonly FakeTimeProvider _time = new();
    private RequestDeadline Deadline => new(Limit, _time);

    [Theory]
    [InlineData(null, 60)]
    [InlineData("", 60)]
    [InlineData("0s", 60)]
    [InlineData("32s", 32)]
    [InlineData("1h", 60)]
    public void A_client_can_ask_for_less_time_and_not_for_more(string? asked, int seconds) => Assert.Equal(TimeSpan.FromSeconds(seconds), Deadline.Of(asked));

    [Theory]
    [InlineData("soon")]
    [InlineData("5")]
    [InlineData("-1s")]
    public void What_is_no_duration_is_a_bad_request(string asked)
    {
        var status = Assert.Throws<ApiException>(() => Deadline.Of(asked)).Status;
        Assert.Equal(400, status.Code);
        Assert.StartsWith("invalid timeout specified in the request URL", status.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Work_that_takes_too_long_is_left()
    {
        var never = new TaskCompletionSource<int>();
        var waiting = Deadline.AwaitAsync(new ValueTask<int>(never.Task), Limit, default).AsTask();
        _time.Advance(Limit);
        await TimesOutAsync(waiting);
    }

    [Fact]
    public async Task Work_that_can_be_stopped_is_stopped()
    {
        var never = new TaskCompletionSource<int>();
        var working = Deadline.RunAsync(cancel => new ValueTask<int>(never.Task.WaitAsync(cancel)), Limit, default).AsTask();
        _time.Advance(Limit);
        await TimesOutAsync(working);
    }

    [Fact]
    public async Task A_client_that_leaves_is_no_time_out()
    {
        using var leave = new CancellationTokenSource();
        var never = new TaskCompletionSource<int>();
        var waiting = Deadline.AwaitAsync(new ValueTask<int>(never.Task), Limit, leave.Token).AsTask();
        await leave.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
    }

    private static async Task TimesOutAsync(Task task)
    {
        var status = (await Assert.ThrowsAsync<ApiException>(() => task)).Status;
        Assert.Equal((504, "Timeout", "Timeout: request did not complete within the allotted timeout"), (status.Code, status.Reason, status.Message));
    }
}
