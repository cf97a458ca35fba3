using System.Text.Json.Nodes;
using System.Threading.Channels;
using ActorKube.Api.Json;
using ActorKube.Api.Objects;
using ActorKube.Machinery.Client;
using ActorKube.Machinery.Objects;

namespace ActorKube.ApiServer.Security.Authentication;

/// <summary>
/// Notes on Secrets on which day their token was last used (label <c>kubernetes.io/legacy-token-last-used</c>), so that unused ones can be found. A use that cannot be noted is
/// none the worse: the next one is.
/// </summary>
internal sealed class LegacyTokenTracking(TimeProvider time)
{
    private const int MaxWaiting = 1000;

    private readonly Channel<StoredObject> _used = Channel.CreateBounded<StoredObject>(new BoundedChannelOptions(MaxWaiting) { FullMode = BoundedChannelFullMode.DropWrite });

    private string Today => LegacyTokens.DayOf(time.GetUtcNow());

    /// <summary>A token out of this Secret was used. Returns at once, and does nothing when that is known of the day.</summary>
    public void Used(StoredObject secret)
    {
        // Another server's day may have begun already.
        if (secret.Head.Labels[LegacyTokens.LastUsedLabel] is var day && day != Today && day != LegacyTokens.DayOf(time.GetUtcNow().AddDays(1)))
            _used.Writer.TryWrite(secret);
    }

    /// <summary>Writes until cancelled.</summary>
    /// <param name="client">A client in <c>system:masters</c>.</param>
    /// <param name="cancel">Ends it.</param>
    public async Task RunAsync(IResourceClient client, CancellationToken cancel)
    {
        try
        {
            // Many uses of one token may be waiting.
            (string Uid, string Day) last = default;
            await foreach (var secret in _used.Reader.ReadAllAsync(cancel))
                if ((secret.Head.Uid, Today) != last && await TryAsync(() => NoteAsync(client, secret, cancel)))
                    last = (secret.Head.Uid, Today);
        }
        catch (OperationCanceledException) when (cancel.IsCancellationRequested)
        {
            // The process stops.
        }
    }

    private async Task NoteAsync(IResourceClient client, StoredObject secret, CancellationToken cancel)
    {
        var patch = new JsonObject { ["metadata"] = new JsonObject { ["uid"] = secret.Head.Uid, ["labels"] = new JsonObject { [LegacyTokens.LastUsedLabel] = Today } } };
        await client.PatchAsync(ObjectAddress.Of(WellKnownResources.Secrets, secret.Key), PatchType.Merge, JsonEncoder.Encode(patch), null, cancel);
    }

    private static async Task<bool> TryAsync(Func<Task> write)
    {
        try
        {
            await write();
            return true;
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            // Whatever it is: the next use is noted all the same.
            return false;
        }
    }
}
