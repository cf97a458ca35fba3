using ActorKube.Protocol.Inboxes;

namespace ActorKube.Protocol.Tests.Inboxes;

public sealed class InboxTests
{
    private readonly List<string> _returned = [];
    private readonly Inbox<string> _inbox;
    private int _wakes;

    public InboxTests() => _inbox = new Inbox<string>(() => _wakes++, _returned.Add);

    [Fact]
    public void The_actor_is_woken_once_for_all_that_comes_before_it_looks()
    {
        _inbox.Post("a");
        _inbox.Post(["b", "c"]);
        Assert.Equal(1, _wakes);
        Assert.Equal(["a", "b", "c"], _inbox.Take(10));
        Assert.Equal(1, _wakes);
    }

    [Fact]
    public void What_comes_after_it_has_looked_wakes_it_again()
    {
        _inbox.Post("a");
        Assert.Equal(["a"], _inbox.Take(10));
        _inbox.Post("b");
        Assert.Equal(2, _wakes);
    }

    [Fact]
    public void What_comes_while_it_looks_is_taken_at_once_and_wakes_it_for_nothing()
    {
        _inbox.Post("a");
        var taken = new List<string>();
        foreach (var item in _inbox.Take(10))
        {
            taken.Add(item);
            if (item == "a")
                _inbox.Post("b");
        }
        Assert.Equal(["a", "b"], taken);
        Assert.Equal(2, _wakes);
        Assert.Empty(_inbox.Take(10));
    }

    [Fact]
    public void Who_takes_all_it_may_is_woken_for_the_rest()
    {
        _inbox.Post(["a", "b", "c"]);
        Assert.Equal(["a", "b"], _inbox.Take(2));
        Assert.Equal(2, _wakes);
        Assert.Equal(["c"], _inbox.Take(2));
        Assert.Equal(2, _wakes);
    }

    [Fact]
    public void Who_takes_exactly_all_is_not_woken_again()
    {
        _inbox.Post(["a", "b"]);
        Assert.Equal(["a", "b"], _inbox.Take(2));
        Assert.Equal(1, _wakes);
    }

    [Fact]
    public void An_actor_that_stops_gives_back_what_it_has_not_taken_and_what_still_comes()
    {
        _inbox.Post("a");
        _inbox.Close();
        _inbox.Post("b");
        Assert.Equal(["a", "b"], _returned);
    }
}
