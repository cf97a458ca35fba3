using System.Buffers;
using System.IO.Pipelines;
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
        var output = context.Response.BodyWriter;
        try
        {
            // The headers go out at once: clients wait for them before they call the watch established.
            await context.Response.StartAsync(context.RequestAborted);
            await output.FlushAsync(context.RequestAborted);
            await WriteInitialAsync(output, response, context.RequestAborted);
            await FollowAsync(output, response, context.RequestAborted);
        }
        catch (ApiException failure)
        {
            WriteLine(output, "ERROR"u8, Encoding.UTF8.GetBytes(failure.Status.ToJson().ToJsonString(JsonText.Compact)));
            await output.FlushAsync(context.RequestAborted);
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            // The client has left; nobody is there to be told anything.
        }
    }

    private async ValueTask WriteInitialAsync(PipeWriter output, WatchResponse response, CancellationToken cancel)
    {
        if (response.Initial is null)
            return;
        foreach (var item in response.Initial)
        {
            WriteLine(output, "ADDED"u8, shape.Shape(item));
            if (output.UnflushedBytes >= FlushAt)
                await output.FlushAsync(cancel);
        }
        if (response.MarkInitialEnd)
            WriteLine(output, "BOOKMARK"u8, shape.Bookmark(response.InitialRevision, isInitialEnd: true));
        await output.FlushAsync(cancel);
    }

    private async ValueTask FollowAsync(PipeWriter output, WatchResponse response, CancellationToken cancel)
    {
        var watch = response.Watch;
        using var pace = new WatchPace(time, response.Duration, response.Bookmarks, cancel);
        while (true)
        {
            while (watch.TryRead(out var change))
            {
                WriteLine(output, TypeName(change.Type), shape.Shape(change.Object));
                if (output.UnflushedBytes >= FlushAt)
                    await output.FlushAsync(cancel);
            }
            var flushed = await output.FlushAsync(cancel);
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
                WriteLine(output, "BOOKMARK"u8, shape.Bookmark(watch.SafeRevision, isInitialEnd: false));
                pace.Restart();
            }
        }
    }

    private static void WriteLine(PipeWriter output, ReadOnlySpan<byte> type, ReadOnlyMemory<byte> json)
    {
        output.Write("{\"type\":\""u8);
        output.Write(type);
        output.Write("\",\"object\":"u8);
        output.Write(json.Span);
        output.Write("}\n"u8);
    }

    private static ReadOnlySpan<byte> TypeName(ChangeType type) => type switch
    {
        ChangeType.Added => "ADDED"u8,
        ChangeType.Modified => "MODIFIED"u8,
        ChangeType.Deleted => "DELETED"u8,
        _ => throw new InvalidOperationException($"Unknown change type {type}."),
    };
}
