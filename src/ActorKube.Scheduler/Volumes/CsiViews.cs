using ActorKube.Api.Objects;
using ActorKube.Api.Quantities;
using ActorKube.Api.Selectors;
using ActorKube.Machinery.Informers;
using ActorKube.Machinery.Objects;
using System.Text.Json.Nodes;

namespace ActorKube.Scheduler.Volumes;

/// <summary>How many volumes each driver of a node can take (CSINode); drivers without a limit are left out.</summary>
internal sealed class CsiNodeView : IObjectView<CsiNodeView>
{
    public required IReadOnlyDictionary<string, long> Limits { get; init; }

    public static CsiNodeView Project(StoredObject item) => new()
    {
        Limits = item.Edit().Items("spec", "drivers").Where(static d => d.Number("allocatable", "count") is not null)
            .DistinctBy(static d => d.Text("name")).ToDictionary(static d => d.Text("name"), static d => d.Number("allocatable", "count")!.Value),
    };
}

/// <summary>Whether a driver tells how much storage it has (CSIDriver).</summary>
internal sealed class CsiDriverView : IObjectView<CsiDriverView>
{
    public required bool TellsCapacity { get; init; }

    public static CsiDriverView Project(StoredObject item) => new() { TellsCapacity = item.Edit().Flag("spec", "storageCapacity") };
}

/// <summary>How much storage a class has for some nodes (CSIStorageCapacity).</summary>
internal sealed class CsiCapacityView : IObjectView<CsiCapacityView>
{
    public required string Class { get; init; }

    public required LabelSelector Nodes { get; init; }

    /// <summary>All that is free; null when it is not known.</summary>
    public required Quantity? Free { get; init; }

    /// <summary>The largest volume that can be made; null when it is not known.</summary>
    public required Quantity? Largest { get; init; }

    public static CsiCapacityView Project(StoredObject item)
    {
        var json = item.Edit();
        var free = Amount(json, "capacity");
        return new CsiCapacityView
        {
            Class = json.Text("storageClassName"),
            Nodes = LabelSelectorJson.ReadStored(json["nodeTopology"] as JsonObject),
            Free = free,
            Largest = Amount(json, "maximumVolumeSize") ?? free,
        };
    }

    private static Quantity? Amount(JsonNode json, string field) => Quantity.TryParse(json.Text(field), out var amount) ? amount : null;
}
