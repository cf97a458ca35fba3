using ActorKube.Machinery.Running;

namespace ActorKube.Machinery.Tests;

public sealed class DisposalTests
{
    private readonly List<int> _ended = [];

    [Fact]
    public async Task All_are_ended_and_then_what_was_thrown_is_thrown()
    {
        var failure = await Assert.ThrowsAsync<AggregateException>(() => Disposal.AllAsync(Step(1), Step(2, new IOException("a")), Step(3), Step(4, new TimeoutException("b")), Step(5)));
        Assert.Equal([1, 2, 3, 4, 5], _ended);
        Assert.Equal(["a", "b"], failure.InnerExceptions.Select(e => e.Message));
    }

    [Fact]
    public async Task A_single_failure_is_thrown_as_it_was()
    {
        await Assert.ThrowsAsync<IOException>(() => Disposal.AllAsync(Step(1, new IOException()), Step(2)));
        Assert.Equal([1, 2], _ended);
        await Disposal.AllAsync(Step(3));
    }

    private Func<ValueTask> Step(int number, Exception? failure = null) => () =>
    {
        _ended.Add(number);
        return failure is null ? default : ValueTask.FromException(failure);
    };
}
