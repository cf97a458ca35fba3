using System.Runtime.CompilerServices;
using ActorKube.Api.Errors;
using ActorKube.Api.Names;
using ActorKube.Api.Objects;
using ActorKube.Machinery.Client;

namespace ActorKube.NodeAgent.Client;

/// <summary>What a feed tells.</summary>
internal abstract record FeedItem;

/// <summary>Everything that matches, at one revision: what is not in it does not exist.</summary>
/// <param name="Items">The objects.</param>
internal sealed record FeedSnapshot(IReadOnlyList<StoredObject> Items) : FeedItem;

/// <summary>One change after a snapshot.</summary>
/// <param name="Type">What happened.</param>
/// <param name="Object">The object.</param>
internal sealed record FeedChange(WatchEventType Type, StoredObject Object) : FeedItem;

/// <summary>The server could not be reached; the feed goes on trying.</summary>
/// <param name="Error">What it said.</param>
internal sealed record FeedTrouble(string Error) : FeedItem;

/// <summary>
/// List, then watch, for as long as the reader reads: a watch that ends is resumed where it ended, a revision too old to resume from leads to a new list, a
/// server that does not answer is asked again after a while that doubles from one second to thirty.
/// </summary>
internal sealed class ObjectFeed(IResourceClient client, GroupVersionResource resource, string? fieldSelector, TimeProvider time)
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(30);

    /// <summary>The feed; endless until cancelled.</summary>
    public async IAsyncEnumerable<FeedItem> ReadAsync([EnumeratorCancellation] CancellationToken cancel)
    {
        string? revision = null;
        var pause = FirstPause;
        while (!cancel.IsCancellationRequested)
        {
            var step = new Step();
            var began = time.GetTimestamp();
            await foreach (var item in StepAsync(revision, step, cancel))
            {
                pause = FirstPause;
                yield return item;
            }
            revision = step.Revision;
            if (step.Error is { } error)
                yield return new FeedTrouble(error);
            // A stream that ended at once and without a word may do so again: never spin.
            if (step.Error is not null || (step.Changes == 0 && time.GetElapsedTime(began) < FirstPause))
            {
                await Task.Delay(pause, time, cancel);
                pause = pause + pause < LongestPause ? pause + pause : LongestPause;
            }
        }
    }

    private async IAsyncEnumerable<FeedItem> StepAsync(string? revision, Step step, [EnumeratorCancellation] CancellationToken cancel)
    {
        step.Revision = revision;
        if (revision is null)
        {
            if (await ListAsync(step, cancel) is not { } list)
                yield break;
            step.Revision = list.ResourceVersion;
            yield return new FeedSnapshot(list.Items);
        }
        await using var changes = client.WatchAsync(resource, null, new WatchOptions { ResourceVersion = step.Revision!, FieldSelector = fieldSelector }, cancel).GetAsyncEnumerator(cancel);
        while (await NextAsync(changes, step, cancel))
        {
            step.Revision = changes.Current.ResourceVersion;
            step.Changes++;
            if (changes.Current is { Type: not WatchEventType.Bookmark, Object: { } changed })
                yield return new FeedChange(changes.Current.Type, changed);
        }
    }

    private async ValueTask<ObjectList?> ListAsync(Step step, CancellationToken cancel)
    {
        try
        {
            return await client.ListAsync(resource, null, new ListOptions { FieldSelector = fieldSelector }, cancel);
        }
        catch (Exception error) when (!cancel.IsCancellationRequested)
        {
            step.Error = error.Message;
            return null;
        }
    }

    private static async ValueTask<bool> NextAsync(IAsyncEnumerator<WatchEvent> changes, Step step, CancellationToken cancel)
    {
        try
        {
            return await changes.MoveNextAsync();
        }
        catch (ApiException expired) when (expired.Status.Code == 410)
        {
            step.Revision = null;
            step.Changes++;
            return false;
        }
        catch (Exception error) when (!cancel.IsCancellationRequested)
        {
            step.Error = error.Message;
            return false;
        }
    }

    private sealed class Step
    {
        public string? Revision { get; set; }

        public string? Error { get; set; }

        public int Changes { get; set; }
    }
}
