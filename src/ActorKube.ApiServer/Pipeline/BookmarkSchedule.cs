namespace ActorKube.ApiServer.Pipeline;

/// <summary>When a watch on which nothing happens says how far it has come.</summary>
internal static class BookmarkSchedule
{
    /// <summary>Between two bookmarks; upstream's.</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromMinutes(1);

    // The last bookmark comes shortly before the watch ends, so that who comes back has missed as little as possible; upstream's.
    private static readonly TimeSpan BeforeEnd = TimeSpan.FromSeconds(2);

    // Timers may fire a little early; that must not make a second last bookmark.
    private static readonly TimeSpan Slack = TimeSpan.FromMilliseconds(500);

    /// <summary>How long to wait for the next event: until the next bookmark, or until the end of the watch.</summary>
    /// <param name="left">How long the watch still lasts.</param>
    /// <param name="bookmarks">Whether bookmarks are wanted.</param>
    public static TimeSpan Pause(TimeSpan left, bool bookmarks)
    {
        if (!bookmarks || left <= BeforeEnd + Slack)
            return left;
        var untilLast = left - BeforeEnd;
        return untilLast < Interval ? untilLast : Interval;
    }
}
