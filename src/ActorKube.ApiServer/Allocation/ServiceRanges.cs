using System.Net;
using System.Text.Json.Nodes;
using ActorKube.Api.Json;
using ActorKube.Api.Names;
using ActorKube.Api.Objects;
using ActorKube.ApiServer.Kinds;
using ActorKube.Protocol.Store;

namespace ActorKube.ApiServer.Allocation;

/// <summary>Where cluster addresses come from: the configured range, and those that ServiceCIDR objects add (IPv4; ADR 0101).</summary>
internal sealed class ServiceRanges(IResourceStore store, AddressRange configured)
{
    private static readonly GroupResource Resource = new("networking.k8s.io", "servicecidrs");

    /// <summary>The ranges from which addresses are given, the configured one first.</summary>
    public ValueTask<IReadOnlyList<AddressRange>> UsableAsync(string workspace, CancellationToken cancel) => ReadAsync(workspace, static r => r.Head.Deleted is null && IsReady(r), cancel);

    /// <summary>The ranges in which addresses may be, those that are not ready or about to go included.</summary>
    public ValueTask<IReadOnlyList<AddressRange>> AllAsync(string workspace, CancellationToken cancel) => ReadAsync(workspace, static _ => true, cancel);

    private async ValueTask<IReadOnlyList<AddressRange>> ReadAsync(string workspace, Func<StoredObject, bool> counts, CancellationToken cancel)
    {
        var ranges = await store.ReadAsync(new ResourceId(workspace, Resource), ReadAt.Any, cancel);
        var more = ranges.Range(null, null).Where(counts).SelectMany(static r => Tree(r).Object("spec").Texts("cidrs"))
            .Select(static c => IPNetwork.TryParse(c, out var network) ? network : default(IPNetwork?)).OfType<IPNetwork>()
            .Where(n => AddressRange.IsPossible(n) && n != configured.Network).Distinct().Select(static n => new AddressRange(n));
        return [configured, .. more];
    }

    // Where nothing is said it is ready: whoever says so may not be there.
    private static bool IsReady(StoredObject range) => Tree(range).Object("status").Objects("conditions").FirstOrDefault(static c => c.Text("type") == "Ready") is not { } ready || ready.Text("status") == "True";

    private static JsonObject Tree(StoredObject range) => JsonDecoder.Decode(range.Json.Span, JsonLimits.Stored).RequireObject();
}
