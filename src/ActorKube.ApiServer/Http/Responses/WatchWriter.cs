using System.Text;
using ActorKube.Api.Errors;
using ActorKube.ApiServer.Pipeline;
using ActorKube.Protocol.Store;
using Microsoft.AspNetCore.Http;

namespace ActorKube.ApiServer.Http.Responses;

/// <summary>Streams a watch: one JSON document a line. Failures after the start are ERROR events, as clients expect.</summary>
internal sealed class WatchWriter(TimeProvider time, IWatchShape shape)
{
    private const int FlushAt = 32 * 1024;

    /// <summary>Writes events until the client leaves, the time is up or the stream ends.</summary>
    public async ValueTask WriteAsync(HttpContext context, WatchResponse response)
    {
        using var watch = response.Watch;
        BodyResponse.Begin(context, 200, "application/json");
        var chunked = HttpProtocol.IsHttp11(context.Request.Protocol);
        if (chunked)
            context.Response.Headers.TransferEncoding = "chunked";
        var lines = new WatchLines(context.Response.BodyWriter, chunked);
        try
        {
            // The headers go out at once: clients wait for them before they call the watch established.
            await context.Response.StartAsync(context.RequestAborted);
            await lines.FlushAsync(context.RequestAborted);
            await WriteInitialAsync(lines, response, context.RequestAborted);
            await FollowAsync(lines, response, context.RequestAborted);
        }
        catch (ApiException failure)
        {
            lines.WriteError(Encoding.UTF8.GetBytes(failure.Status.ToJson().ToJsonString(JsonText.Compact)));
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            // The client has left; nobody is there to be told anything.
            return;
        }
        lines.Complete();
        await lines.FlushAsync(context.RequestAborted);
    }

    private async ValueTask WriteInitialAsync(WatchLines lines, WatchResponse response, CancellationToken cancel)
    {
        if (response.Initial is null)
            return;
        foreach (var item in response.Initial)
        {
            lines.Write(ChangeType.Added, shape.Shape(item).Span);
            if (lines.Unflushed >= FlushAt)
                await lines.FlushAsync(cancel);
        }
        if (response.MarkInitialEnd)
            lines.WriteBookmark(shape.Bookmark(response.InitialRevision, isInitialEnd: true).Span);
        await lines.FlushAsync(cancel);
    }

    private async ValueTask FollowAsync(WatchLines lines, WatchResponse response, CancellationToken cancel)
    {
        var watch = response.Watch;
        using var pace = new WatchPace(time, response.Duration, response.Bookmarks, cancel);
        while (true)
        {
            while (watch.TryRead(out var change))
            {
                lines.Write(change.Type, shape.Shape(change.Object).Span);
                if (lines.Unflushed >= FlushAt)
                    await lines.FlushAsync(cancel);
            }
            var flushed = await lines.FlushAsync(cancel);
            if (flushed.IsCompleted)
                return;
            try
            {
                if (!await watch.WaitAsync(pace.Token))
                    return;
            }
            catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
            {
                if (pace.IsOver)
                    return;
                lines.WriteBookmark(shape.Bookmark(watch.SafeRevision, isInitialEnd: false).Span);
                pace.Restart();
            }
        }
    }
}
