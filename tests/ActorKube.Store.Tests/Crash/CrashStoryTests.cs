using Xunit.Sdk;

namespace ActorKube.Store.Tests.Crash;

/// <summary>That the crash test would notice: what a store that forgets, repeats or skips would have its processes say.</summary>
public sealed class CrashStoryTests
{
    private const string Good = "S 1|E|A Added a 2|A Added b 3|W Added a 2|S 4|L a 2|L b 3|L c 4|E|W Added b 3|W Added c 4|A Deleted a 5|W Deleted a 5|S 5|L b 3|L c 4|E";

    [Theory]
    [InlineData("S 4|L a 2|L b 3|L c 4|E", "S 2|L a 2|E", "The write 3 was acknowledged, but at its next start the store is at 2.")]
    [InlineData("L b 3|L c 4|E|W Added b 3", "L c 4|E|W Added b 3", "The list at 4 is not what the events make.")]
    [InlineData("L a 2|L b 3|L c 4", "L a 2|L b 2|L c 4", "The list at 4 is not what the events make.")]
    [InlineData("A Deleted a 5", "A Deleted a 4", "Revision 4 was given out again")]
    [InlineData("A Deleted a 5", "A Deleted a 5|A Added d 5", "Revision 5 was given out twice.")]
    [InlineData("W Added b 3|", "", "The event 4 follows 2.")]
    [InlineData("W Added c 4", "W Added c 4|W Added c 4", "The event 4 follows 4.")]
    [InlineData("W Added b 3", "W Added x 3", "The list at 4 is not what the events make.")]
    [InlineData("W Added b 3", "W Modified b 3", "Modified b at 3.")]
    [InlineData("W Deleted a 5", "W Deleted x 5", "x, deleted at 5, was not there.")]
    [InlineData("A Added b 3", "A Added x 3", "Assert.Equal() Failure")]
    [InlineData("W Deleted a 5|S 5", "S 5", "Assert.Empty() Failure")]
    public void What_does_not_add_up_is_noticed(string told, string instead, string complaint)
    {
        Tell(Good);
        Assert.Contains(told, Good, StringComparison.Ordinal);
        Assert.StartsWith(complaint, Assert.ThrowsAny<XunitException>(() => Tell(Good.Replace(told, instead, StringComparison.Ordinal))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_line_that_was_cut_off_counts_as_not_told()
    {
        var story = new CrashStory();
        story.Take("S 1 .");
        story.Take("E .");
        Assert.False(story.Take("A Added a 2"));
        Assert.True(story.Take("A Added a 23 ."));
    }

    private static void Tell(string lines)
    {
        var story = new CrashStory();
        foreach (var line in lines.Split('|'))
            story.Take($"{line} .");
        story.End();
    }
}
