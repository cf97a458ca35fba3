using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Text.Json.Nodes;
using ActorKube.Machinery.Objects;

namespace ActorKube.Machinery.Volumes.InTree;

/// <summary>The drivers that CSI drivers have taken over from, all of them on every node. Names are upstream's; they never change.</summary>
public static class InTreeDrivers
{
    /// <summary>On a CSINode: the drivers for which the node uses the CSI drivers, separated by commas.</summary>
    public const string MigratedAnnotation = "storage.alpha.kubernetes.io/migrated-plugins";

    /// <summary>All of them, by the names of the old ones.</summary>
    public static readonly ImmutableArray<InTreeDriver> All =
        [new AwsDisk(), new AzureDisk(), new AzureShare(), new CinderDisk(), new GceDisk(), new PortworxDisk(), new VsphereDisk()];

    private static readonly FrozenDictionary<string, InTreeDriver> ByPlugin = All.ToFrozenDictionary(static d => d.Plugin);

    /// <summary>The value of <see cref="MigratedAnnotation"/> on nodes of ours.</summary>
    public static string Migrated { get; } = string.Join(',', All.Select(static d => d.Plugin));

    /// <summary>The driver of a name; null when there was none, or nobody has taken over from it.</summary>
    public static InTreeDriver? Named(string plugin) => ByPlugin.GetValueOrDefault(plugin);

    /// <summary>Who makes volumes for a class that names this provisioner.</summary>
    public static string SuccessorOf(string provisioner) => Named(provisioner)?.Driver ?? provisioner;

    /// <summary>The driver that a source names: <c>spec</c> of a PersistentVolume, or a volume of a pod. Null for any other source.</summary>
    public static InTreeDriver? Of(JsonNode? source)
    {
        foreach (var driver in All)
            if (source.At(driver.Field) is JsonObject)
                return driver;
        return null;
    }

    /// <summary>Whether encoded objects may name any of them: seen by searching the bytes, without reading.</summary>
    public static bool MayName(ReadOnlySpan<byte> json)
    {
        foreach (var mark in Marks)
            if (json.IndexOf(mark) >= 0)
                return true;
        return false;
    }

    private static readonly byte[][] Marks = [.. All.Select(static d => System.Text.Encoding.UTF8.GetBytes($"\"{d.Field}\""))];
}
