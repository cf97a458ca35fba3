using System.Collections.Concurrent;
using System.Globalization;
using System.Text.Json.Nodes;
using ActorKube.Api.Errors;
using ActorKube.Api.Json;
using ActorKube.Api.Objects;
using ActorKube.Api.Times;
using ActorKube.Machinery.Client;
using ActorKube.Machinery.Objects;
using ActorKube.Protocol.Store;
using Microsoft.Extensions.Logging;

namespace ActorKube.ApiServer.Security.Nodes;

/// <summary>
/// Which agent has which node: a label of the node's Lease says so, and is written with compare-and-set, so that of two agents one gets it, whichever servers they ask. An agent is dead when its Lease has
/// not changed for as long as the Lease is valid, as this server sees it pass: no clock is compared with another's. See ADR 0181.
/// </summary>
/// <param name="store">Where Leases are followed.</param>
/// <param name="workspace">Their workspace.</param>
/// <param name="client">A client in <c>system:masters</c>.</param>
/// <param name="time">The clock.</param>
/// <param name="log">Told of what nobody expected.</param>
internal sealed class NodeClaims(IResourceStore store, string workspace, IResourceClient client, TimeProvider time, ILogger log) : INodeClaims
{
    private const int Attempts = 8;
    // Upstream's; the agent's first renewal says what it wants.
    private const int FirstDurationSeconds = 40;
    private readonly ResourceFeed _feed = new(store, new ResourceId(workspace, SecurityResources.Leases), time, log);
    private readonly ConcurrentDictionary<string, Seen> _seen = new();

    /// <summary>Follows the Leases until cancelled.</summary>
    public Task RunAsync(CancellationToken cancel) => _feed.RunAsync(Reset, change => Apply(change.Object, change.Type == ChangeType.Deleted), cancel);

    /// <inheritdoc/>
    public async Task<NodeClaim> ClaimAsync(string node, AgentIdentity agent, CancellationToken cancel)
    {
        for (var attempt = 1; ; attempt++)
            try
            {
                if (await client.FindAsync(Address(node), cancel) is not { } lease)
                    return new NodeClaim((await client.CreateAsync(Address(""), New(node, agent).Encode(), null, cancel)).Revision);
                var holder = AgentIdentity.Read(lease);
                if (holder == agent || (holder?.Key == agent.Key && agent.Incarnation == 0))
                    return new NodeClaim(lease.Revision);
                // A life that was thought over may still have a claim on its way.
                if (holder is not null && (holder.Key != agent.Key || agent.IsBefore(holder)) && await LeftAsync(node, lease, cancel) is { Ticks: > 0 } left)
                    return new NodeClaim(lease.Revision, new NodeRefusal(await DescribeAsync(node, holder.Key == agent.Key ? "a later start of this agent" : "another agent", Duration(lease) - left, cancel), (int)Math.Ceiling(left.TotalSeconds)));
                return new NodeClaim((await client.PatchAsync(Address(node), PatchType.Merge, Taking(agent, lease).Encode(), null, cancel)).Revision);
            }
            catch (ApiException moved) when (attempt < Attempts && (moved.Is(StatusReason.Conflict) || moved.Is(StatusReason.AlreadyExists) || moved.Is(StatusReason.NotFound)))
            {
                // Renewed, made or removed meanwhile: what there is now decides.
            }
    }

    /// <inheritdoc/>
    public string? Loss(string node, AgentIdentity agent, NodeClaim claim)
    {
        if (!_seen.TryGetValue(node, out var seen) || seen.Lease.Revision <= claim.Revision || AgentIdentity.Read(seen.Lease) is not { } holder || holder == agent)
            return null;
        return holder.Key == agent.Key
            ? $"Node {GoText.Quote(node)} has been taken over by another process with this agent's keys: give every agent a data directory of its own with --data, and never a copy of another's."
            : new NodeRefusal($"Node {GoText.Quote(node)} has been taken over by another agent while this one could not be heard", (int)Math.Ceiling(Duration(seen.Lease).TotalSeconds)).ToString();
    }

    private async Task<string> DescribeAsync(string node, string who, TimeSpan heard, CancellationToken cancel)
    {
        var addresses = (await client.FindAsync(new ObjectAddress(WellKnownResources.Nodes, "", node), cancel))?.Edit().Items("status", "addresses") ?? [];
        var at = addresses.FirstOrDefault(a => a.Text("type") == "InternalIP")?.Text("address") is { Length: > 0 } address ? $" at {address}" : "";
        return string.Create(CultureInfo.InvariantCulture, $"Node {GoText.Quote(node)} is run by {who}{at}, heard of {(int)heard.TotalSeconds} s ago");
    }

    /// <summary>Leases of agents that count as dead and that no Node owns.</summary>
    public IEnumerable<StoredObject> Ownerless() =>
        _seen.Values.Where(s => time.GetElapsedTime(s.At) >= Duration(s.Lease) && s.Lease.Head.Owners.Count == 0 && AgentIdentity.Read(s.Lease) is not null).Select(static s => s.Lease);

    /// <summary>Where a node's Lease is.</summary>
    public static ObjectAddress Address(string node) => new(WellKnownResources.Leases, NodeRestriction.LeaseNamespace, node);

    // What this server has not seen yet has changed just now.
    private async ValueTask<TimeSpan> LeftAsync(string node, StoredObject lease, CancellationToken cancel)
    {
        await _feed.CatchUpAsync(cancel);
        return Duration(lease) - (_seen.TryGetValue(node, out var seen) && seen.Lease.Revision >= lease.Revision ? time.GetElapsedTime(seen.At) : TimeSpan.Zero);
    }

    private static TimeSpan Duration(StoredObject lease) => KubeTime.Span(
        int.TryParse(lease.Field("spec.leaseDurationSeconds"), NumberStyles.None, CultureInfo.InvariantCulture, out var seconds) && seconds > 0 ? seconds : FirstDurationSeconds);

    private JsonObject New(string node, AgentIdentity agent) => new()
    {
        ["metadata"] = new JsonObject { ["name"] = node, ["namespace"] = NodeRestriction.LeaseNamespace, ["labels"] = Labels(agent) },
        ["spec"] = new JsonObject { ["holderIdentity"] = node, ["leaseDurationSeconds"] = FirstDurationSeconds, ["renewTime"] = KubeTime.FormatMicro(time.GetUtcNow()) },
    };

    private static JsonObject Taking(AgentIdentity agent, StoredObject lease) => new()
    {
        ["metadata"] = new JsonObject { ["resourceVersion"] = lease.Revision.ToString(CultureInfo.InvariantCulture), ["labels"] = Labels(agent) },
    };

    private static JsonObject Labels(AgentIdentity agent) => new() { [AgentIdentity.Label] = agent.ToString() };

    private void Apply(StoredObject lease, bool deleted)
    {
        if (lease.Key.Namespace != NodeRestriction.LeaseNamespace)
            return;
        if (deleted)
            _seen.TryRemove(lease.Key.Name, out _);
        else if (!_seen.TryGetValue(lease.Key.Name, out var before) || before.Lease.Revision != lease.Revision)
            _seen[lease.Key.Name] = new Seen(lease, time.GetTimestamp());
    }

    private void Reset(IEnumerable<StoredObject> leases)
    {
        var gone = _seen.Keys.ToHashSet();
        foreach (var lease in leases)
        {
            Apply(lease, deleted: false);
            if (lease.Key.Namespace == NodeRestriction.LeaseNamespace)
                gone.Remove(lease.Key.Name);
        }
        foreach (var node in gone)
            _seen.TryRemove(node, out _);
    }

    private sealed record Seen(StoredObject Lease, long At);
}
