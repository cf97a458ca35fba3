using System.Globalization;
using System.Text;
using ActorKube.Api.Errors;
using ActorKube.Machinery.Client;

namespace ActorKube.Testing.Clients;

/// <summary>Watches: nothing is missed, repeated or out of order, and who comes too late is told so.</summary>
public abstract partial class ClientConformance
{
    [Fact]
    public async Task A_watch_shows_every_change_after_its_list_in_order()
    {
        await BeginAsync();
        await CreateAsync("before");
        var list = await Client.ListAsync(ConfigMaps, _namespace, cancel: Cancel);
        await using var watch = Watch(list.ResourceVersion);
        var created = await CreateAsync("one", """{"a":"1"}""");
        var updated = await Client.UpdateAsync(Address("one"), Edited(created, "a", "2"), cancel: Cancel);
        await Client.DeleteAsync(Address("one"), cancel: Cancel);
        var events = await TakeAsync(watch, 3);
        Assert.Equal([WatchEventType.Added, WatchEventType.Modified, WatchEventType.Deleted], events.Select(e => e.Type));
        Assert.Equal([Text(created), Text(updated)], events.Take(2).Select(e => Text(e.Object!)));
        Assert.Equal(created.Head.Uid, events[2].Object!.Head.Uid);
        Assert.True(long.Parse(events[2].ResourceVersion) > updated.Revision);
    }

    [Fact]
    public async Task A_watch_resumes_where_another_ended_without_loss_or_repetition()
    {
        await BeginAsync();
        var list = await Client.ListAsync(ConfigMaps, _namespace, cancel: Cancel);
        foreach (var name in new[] { "a", "b", "c" })
            await CreateAsync(name);
        string last;
        await using (var first = Watch(list.ResourceVersion))
        {
            var seen = await TakeAsync(first, 2);
            Assert.Equal(["a", "b"], seen.Select(e => e.Object!.Key.Name));
            last = seen[^1].ResourceVersion;
        }
        await CreateAsync("d");
        await using var second = Watch(last);
        Assert.Equal(["c", "d"], (await TakeAsync(second, 2)).Select(e => e.Object!.Key.Name));
    }

    [Fact]
    public async Task A_watch_with_a_selector_shows_objects_come_into_view_and_go()
    {
        await BeginAsync();
        var list = await Client.ListAsync(ConfigMaps, _namespace, cancel: Cancel);
        await using var watch = Watch(list.ResourceVersion, "tier=x");
        await CreateAsync("one");
        await Client.PatchAsync(Address("one"), PatchType.Merge, """{"metadata":{"labels":{"tier":"x"}}}"""u8.ToArray(), cancel: Cancel);
        await Client.PatchAsync(Address("one"), PatchType.Merge, """{"metadata":{"labels":{"tier":"y"}}}"""u8.ToArray(), cancel: Cancel);
        Assert.Equal([WatchEventType.Added, WatchEventType.Deleted], (await TakeAsync(watch, 2)).Select(e => e.Type));
    }

    [Fact]
    public async Task A_watch_from_the_future_waits_for_it()
    {
        await BeginAsync();
        await CreateAsync("one");
        var list = await Client.ListAsync(ConfigMaps, _namespace, cancel: Cancel);
        var future = long.Parse(list.ResourceVersion, CultureInfo.InvariantCulture) + 2;
        await using var watch = Watch(future.ToString(CultureInfo.InvariantCulture));
        var first = watch.MoveNextAsync();
        foreach (var value in (string[])["1", "2", "3"])
            await Client.PatchAsync(Address("one"), PatchType.Merge, Encoding.UTF8.GetBytes($$$"""{"data":{"k":"{{{value}}}"}}"""), cancel: Cancel);
        Assert.True(await first);
        Assert.True(watch.Current.Object!.Revision > future);
    }

    [Fact]
    public async Task A_watch_that_is_left_can_be_left_at_any_time()
    {
        await BeginAsync();
        var list = await Client.ListAsync(ConfigMaps, _namespace, cancel: Cancel);
        using var leave = new CancellationTokenSource();
        var watch = Client.WatchAsync(ConfigMaps, _namespace, new WatchOptions { ResourceVersion = list.ResourceVersion }, leave.Token).GetAsyncEnumerator(leave.Token);
        var next = watch.MoveNextAsync();
        await leave.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await next);
        await watch.DisposeAsync();
    }

    [Fact]
    public async Task A_watch_without_a_revision_shows_what_there_is_and_then_what_changes()
    {
        await BeginAsync();
        var before = await CreateAsync("before");
        await using var watch = Watch(new WatchOptions { ResourceVersion = "" });
        var first = Assert.Single(await TakeAsync(watch, 1));
        Assert.Equal((WatchEventType.Added, Text(before)), (first.Type, Text(first.Object!)));
        var after = await CreateAsync("after");
        var second = Assert.Single(await TakeAsync(watch, 1));
        Assert.Equal((WatchEventType.Added, Text(after)), (second.Type, Text(second.Object!)));
    }

    [Fact]
    public async Task A_list_and_a_watch_in_one_marks_where_the_list_ends()
    {
        await BeginAsync();
        await CreateAsync("a");
        var last = await CreateAsync("b");
        await using var watch = Watch(new WatchOptions { ResourceVersion = last.Revision.ToString(), SendInitialEvents = true });
        var shown = new List<string>();
        while (await watch.MoveNextAsync() && !watch.Current.EndsInitialEvents)
            shown.Add($"{watch.Current.Type} {watch.Current.Object?.Key.Name}");
        Assert.Equal(["Added a", "Added b"], shown);
        Assert.Equal(WatchEventType.Bookmark, watch.Current.Type);
        Assert.True(long.Parse(watch.Current.ResourceVersion) >= last.Revision);
        var marked = watch.Current.ResourceVersion;
        var after = await CreateAsync("c");
        Assert.Equal(Text(after), Text(Assert.Single(await TakeAsync(watch, 1)).Object!));
        await using var resumed = Watch(marked);
        Assert.Equal(Text(after), Text(Assert.Single(await TakeAsync(resumed, 1)).Object!));
    }

    [Fact]
    public async Task A_quiet_watch_says_how_far_it_has_come_before_it_ends()
    {
        await BeginAsync();
        var list = await Client.ListAsync(ConfigMaps, _namespace, cancel: Cancel);
        await using var watch = Watch(new WatchOptions { ResourceVersion = list.ResourceVersion, LabelSelector = "none=ever", TimeoutSeconds = 3 });
        var other = await CreateAsync("not-selected");
        var events = new List<WatchEvent>();
        while (await watch.MoveNextAsync())
            events.Add(watch.Current);
        var bookmark = Assert.Single(events);
        Assert.Equal((WatchEventType.Bookmark, false), (bookmark.Type, bookmark.EndsInitialEvents));
        Assert.True(long.Parse(bookmark.ResourceVersion) >= other.Revision);
    }

    [Fact]
    public async Task A_watch_that_wants_no_bookmarks_gets_none()
    {
        await BeginAsync();
        var list = await Client.ListAsync(ConfigMaps, _namespace, cancel: Cancel);
        await using var watch = Watch(new WatchOptions { ResourceVersion = list.ResourceVersion, AllowBookmarks = false, TimeoutSeconds = 3 });
        Assert.False(await watch.MoveNextAsync());
    }

    [Fact]
    public async Task An_object_that_changes_within_a_selector_is_modified_and_one_that_leaves_it_is_deleted_as_it_was()
    {
        await BeginAsync();
        await CreateAsync("one", """{"a":"1"}""", """{"tier":"x"}""");
        var list = await Client.ListAsync(ConfigMaps, _namespace, cancel: Cancel);
        await using var watch = Watch(list.ResourceVersion, "tier=x");
        await Client.PatchAsync(Address("one"), PatchType.Merge, """{"data":{"a":"2"}}"""u8.ToArray(), cancel: Cancel);
        var left = await Client.PatchAsync(Address("one"), PatchType.Merge, """{"metadata":{"labels":{"tier":"y"}}}"""u8.ToArray(), cancel: Cancel);
        await Client.DeleteAsync(Address("one"), cancel: Cancel);
        await CreateAsync("two", labels: """{"tier":"x"}""");
        var events = await TakeAsync(watch, 3);
        Assert.Equal(["Modified one", "Deleted one", "Added two"], events.Select(e => $"{e.Type} {e.Object!.Key.Name}"));
        Assert.Equal("x", events[1].Object!.Head.Labels["tier"]);
        Assert.Equal(left.Revision.ToString(), events[1].ResourceVersion);
    }

    [Fact]
    public async Task What_is_older_than_the_window_has_expired_for_watches_and_for_pages()
    {
        await BeginAsync();
        foreach (var name in new[] { "a", "b" })
            await Client.CreateAsync(Secret(""), Body(name), cancel: Cancel);
        var page = await Client.ListAsync(Secrets, _namespace, new ListOptions { Limit = 1 }, Cancel);
        Assert.NotNull(page.Continue);
        await OutgrowTheWindowAsync();

        var watch = await Assert.ThrowsAsync<ApiException>(async () =>
        {
            await using var late = Client.WatchAsync(Secrets, _namespace, new WatchOptions { ResourceVersion = page.ResourceVersion }, Cancel).GetAsyncEnumerator(Cancel);
            await late.MoveNextAsync();
        });
        Assert.Equal((410, StatusReason.Expired), (watch.Status.Code, watch.Status.Reason));
        Assert.StartsWith($"too old resource version: {page.ResourceVersion} (", watch.Status.Message, StringComparison.Ordinal);

        var list = await Assert.ThrowsAsync<ApiException>(async () => await Client.ListAsync(Secrets, _namespace, new ListOptions { Limit = 1, Continue = page.Continue }, Cancel));
        Assert.Equal((410, StatusReason.Expired), (list.Status.Code, list.Status.Reason));
        Assert.StartsWith("The provided continue parameter is too old", list.Status.Message, StringComparison.Ordinal);
        // The error brings a token with which the rest can be had all the same, as it is now.
        var rest = await Client.ListAsync(Secrets, _namespace, new ListOptions { Continue = list.Status.Continue }, Cancel);
        Assert.Equal(["b"], rest.Items.Select(i => i.Key.Name));
    }

    // The servers of these tests keep less than this of replaced states.
    private async Task OutgrowTheWindowAsync()
    {
        var filling = new string('x', 256 * 1024);
        for (var i = 0; i < 20; i++)
            await Client.PatchAsync(Secret("a"), PatchType.Merge, Encoding.UTF8.GetBytes($$$"""{"stringData":{"filling":"{{{i}}}{{{filling}}}"}}"""), cancel: Cancel);
    }

    private ObjectAddress Secret(string name) => new(Secrets, _namespace, name);

    private static async Task<List<WatchEvent>> TakeAsync(IAsyncEnumerator<WatchEvent> watch, int count)
    {
        var events = new List<WatchEvent>();
        while (events.Count < count && await watch.MoveNextAsync())
            if (watch.Current.Type != WatchEventType.Bookmark)
                events.Add(watch.Current);
        return events;
    }

    private IAsyncEnumerator<WatchEvent> Watch(string revision, string? labels = null) => Watch(new WatchOptions { ResourceVersion = revision, LabelSelector = labels });

    private IAsyncEnumerator<WatchEvent> Watch(WatchOptions options) => Client.WatchAsync(ConfigMaps, _namespace, options, Cancel).GetAsyncEnumerator(Cancel);
}
