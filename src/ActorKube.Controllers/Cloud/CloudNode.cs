using System.Collections.Immutable;
using ActorKube.Api.Objects;
using ActorKube.Controllers.Nodes;
using ActorKube.Machinery.Informers;
using ActorKube.Machinery.Objects;

namespace ActorKube.Controllers.Cloud;

/// <summary>What clouds and their controllers need of a node.</summary>
internal sealed class CloudNode : IObjectView<CloudNode>
{
    /// <summary>Keeps pods off a node until the cloud has said what it is.</summary>
    public const string UninitializedTaint = "node.cloudprovider.kubernetes.io/uninitialized";

    /// <summary>Keeps pods off a node whose machine is switched off.</summary>
    public const string ShutdownTaint = "node.cloudprovider.kubernetes.io/shutdown";

    private const string ProvidedIps = "alpha.kubernetes.io/provided-node-ip";

    public required StoredObject Object { get; init; }

    public required string ProviderId { get; init; }

    public required ImmutableArray<NodeAddress> Addresses { get; init; }

    public required ImmutableDictionary<string, string> Annotations { get; init; }

    public required ImmutableArray<Taint> Taints { get; init; }

    public string Name => Object.Key.Name;

    public string Uid => Object.Head.Uid;

    public Labels Labels => Object.Head.Labels;

    public bool IsUninitialized => Taints.Any(t => t.Key == UninitializedTaint);

    /// <summary>The addresses that its agent was told to use; none when it was not told.</summary>
    public IEnumerable<string> ProvidedAddresses =>
        Annotations.GetValueOrDefault(ProvidedIps, "").Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);

    public static CloudNode Project(StoredObject item)
    {
        var json = item.Edit();
        return new CloudNode
        {
            Object = item,
            ProviderId = json.Text("spec", "providerID"),
            Addresses = [.. json.Items("status", "addresses").Select(a => new NodeAddress(a.Text("type"), a.Text("address")))],
            Annotations = json.Strings("metadata", "annotations").ToImmutableDictionary(),
            Taints = Taint.AllOf(json),
        };
    }
}
