using System.Text.Json.Nodes;
using ActorKube.Api.Errors;
using ActorKube.Api.Json;
using ActorKube.Api.Names;
using ActorKube.Api.Objects;
using ActorKube.Api.Times;
using ActorKube.ApiServer.Kinds.FlowControl;
using ActorKube.Machinery.Client;

namespace ActorKube.ApiServer.Pipeline.Bootstrap;

/// <summary>The flow control objects of every cluster, at start and again and again: creates what is missing, puts right what is not as it has to be, takes away what came with older versions, and tells schemas whether their level exists.</summary>
/// <param name="time">The clock of conditions.</param>
internal sealed class KeepFlowControl(TimeProvider time) : IBootstrapStep
{
    private static readonly GroupVersionResource Levels = new("flowcontrol.apiserver.k8s.io", "v1", "prioritylevelconfigurations");
    private static readonly GroupVersionResource Schemas = new("flowcontrol.apiserver.k8s.io", "v1", "flowschemas");

    /// <inheritdoc/>
    public async Task RunAsync(IResourceClient client, CancellationToken cancel)
    {
        await EnsureAsync(client, Levels, FlowControlObjects.Levels, cancel);
        await EnsureAsync(client, Schemas, FlowControlObjects.Schemas, cancel);
        var levels = (await client.ListAsync(Levels, null, null, cancel)).Items.Select(static l => l.Key.Name).ToHashSet();
        var now = KubeTime.Format(time.GetUtcNow());
        await Task.WhenAll((await client.ListAsync(Schemas, null, null, cancel)).Items
            .Select(s => FlowControlChange.Reference(Json(s), levels.Contains, now) is { } condition ? TellAsync(client, s, condition, cancel) : Task.CompletedTask));
    }

    private static async Task EnsureAsync(IResourceClient client, GroupVersionResource resource, IReadOnlyList<FlowControlObject> wanted, CancellationToken cancel)
    {
        var present = (await client.ListAsync(resource, null, null, cancel)).Items;
        await Task.WhenAll(wanted.Select(one =>
        {
            var address = new ObjectAddress(resource, "", one.Name);
            if (present.FirstOrDefault(p => p.Key.Name == one.Name) is not { } stored)
                return EnsureObjects.CreateAsync(client, address, FlowControlChange.Created(one), cancel);
            return FlowControlChange.Updated(Json(stored), one) is { } changed ? TolerantAsync(client.UpdateAsync(address, JsonEncoder.Encode(changed), null, cancel).AsTask()) : Task.CompletedTask;
        }));
        await Task.WhenAll(present.Where(p => FlowControlChange.IsLeftOver(Json(p), wanted))
            .Select(p => TolerantAsync(client.DeleteAsync(ObjectAddress.Of(resource, p.Key), new DeleteOptions { Uid = p.Head.Uid }, cancel).AsTask())));
    }

    private static Task TellAsync(IResourceClient client, StoredObject schema, JsonObject condition, CancellationToken cancel)
    {
        var patch = new JsonObject { ["metadata"] = new JsonObject { ["uid"] = schema.Head.Uid }, ["status"] = new JsonObject { ["conditions"] = new JsonArray(condition) } };
        return TolerantAsync(client.PatchAsync(ObjectAddress.Of(Schemas, schema.Key) with { Subresource = "status" }, PatchType.StrategicMerge, JsonEncoder.Encode(patch), null, cancel).AsTask());
    }

    // Other processes do the same, and people change things: what is not right yet is found the next time.
    private static async Task TolerantAsync(Task write)
    {
        try
        {
            await write;
        }
        catch (ApiException e) when (e.Is(StatusReason.Conflict) || e.Is(StatusReason.NotFound))
        {
        }
    }

    private static JsonObject Json(StoredObject item) => JsonDecoder.Decode(item.Json.Span).RequireObject();
}
