using System.Text.Json;
using ActorKube.Api.Objects;
using ActorKube.Machinery.Informers;
using ActorKube.Machinery.Objects;

namespace ActorKube.Scheduler.Indices;

/// <summary>An image that a node has, under one of its names.</summary>
/// <param name="Name">Name with tag or digest.</param>
/// <param name="Bytes">Size.</param>
internal readonly record struct NodeImage(string Name, long Bytes);

/// <summary>What scheduling needs to know of a node, read once per state of it. Immutable; what pods take of it is in <see cref="NodeInfo"/>.</summary>
internal sealed class NodeSpec : IObjectView<NodeSpec>
{
    /// <summary>Name.</summary>
    public required string Name { get; init; }

    /// <summary>Labels.</summary>
    public Labels Labels { get; init; }

    /// <summary>Cordoned.</summary>
    public bool Unschedulable { get; init; }

    /// <summary>All taints.</summary>
    public Taint[] Taints { get; init; } = [];

    /// <summary>The taints that keep pods away altogether.</summary>
    public Taint[] HardTaints { get; init; } = [];

    /// <summary>The taints that pods had better avoid.</summary>
    public Taint[] SoftTaints { get; init; } = [];

    /// <summary><c>status.allocatable</c>.</summary>
    public ResourceAmounts Allocatable { get; init; } = ResourceAmounts.None;

    /// <summary>Images on the node.</summary>
    public NodeImage[] Images { get; init; } = [];

    /// <summary>Region and zone as one text; empty when the node has neither label.</summary>
    public string Zone { get; init; } = "";

    /// <summary>Whether a pod is not kept away by a taint.</summary>
    public bool IsToleratedBy(PodInfo pod)
    {
        foreach (var taint in HardTaints)
            if (!pod.Tolerates(taint))
                return false;
        return true;
    }

    /// <inheritdoc/>
    public static NodeSpec Project(StoredObject item)
    {
        var unschedulable = false;
        Taint[] taints = [];
        var allocatable = ResourceAmounts.None;
        NodeImage[] images = [];
        var reader = new Utf8JsonReader(item.Json.Span);
        reader.Read();
        while (reader.NextField())
        {
            var status = reader.ValueTextEquals("status"u8);
            if (!status && !reader.ValueTextEquals("spec"u8))
            {
                reader.Pass();
                continue;
            }
            if (!reader.EnterObject())
                continue;
            while (reader.NextField())
            {
                if (status && reader.ValueTextEquals("allocatable"u8)) allocatable = ResourceAmounts.Read(ref reader);
                else if (status && reader.ValueTextEquals("images"u8)) images = ReadImages(ref reader);
                else if (!status && reader.ValueTextEquals("unschedulable"u8)) unschedulable = reader.Flag();
                else if (!status && reader.ValueTextEquals("taints"u8)) taints = Taint.ReadAll(ref reader);
                else reader.Pass();
            }
        }
        var labels = item.Head.Labels;
        return new NodeSpec
        {
            Name = item.Key.Name,
            Labels = labels,
            Unschedulable = unschedulable,
            Taints = taints,
            HardTaints = [.. taints.Where(t => t.IsHard)],
            SoftTaints = [.. taints.Where(t => t.Effect == TaintEffect.PreferNoSchedule)],
            Allocatable = allocatable,
            Images = images,
            Zone = ZoneOf(labels),
        };
    }

    private static NodeImage[] ReadImages(ref Utf8JsonReader reader)
    {
        if (!reader.EnterArray())
            return [];
        var images = new List<NodeImage>();
        while (reader.NextObject())
        {
            List<string> names = [];
            long bytes = 0;
            while (reader.NextField())
            {
                if (reader.ValueTextEquals("names"u8)) names = reader.Texts();
                else if (reader.ValueTextEquals("sizeBytes"u8)) bytes = reader.Number();
                else reader.Pass();
            }
            foreach (var name in names)
                images.Add(new NodeImage(name, bytes));
        }
        return [.. images];
    }

    private static string ZoneOf(Labels labels)
    {
        var region = labels["topology.kubernetes.io/region"] ?? "";
        var zone = labels["topology.kubernetes.io/zone"] ?? "";
        return region.Length == 0 && zone.Length == 0 ? "" : $"{region}/{zone}";
    }
}
