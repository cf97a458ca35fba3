using System.Collections.Immutable;
using System.Text.Json.Nodes;
using ActorKube.Api.Selectors;
using ActorKube.Machinery.Objects;

namespace ActorKube.Machinery.Volumes.InTree;

/// <summary>A volume as its CSI driver knows it, be it that the volume names a driver which that one has taken over from.</summary>
/// <param name="Driver">The CSI driver.</param>
/// <param name="Handle">The volume's name within the driver.</param>
/// <param name="AccessModes">How it may be used.</param>
/// <param name="NodeTerms">Nodes that can reach it, by the labels that the driver gives to nodes; null for all.</param>
public sealed record CsiVolume(string Driver, string Handle, ImmutableArray<string> AccessModes, NodeSelectorTerm[]? NodeTerms)
{
    /// <summary>Reads a PersistentVolume; null when it is no volume of CSI, or cannot become one.</summary>
    public static CsiVolume? Read(JsonObject volume)
    {
        if (volume.At("spec", "csi") is not null)
            return volume.Text("spec", "csi", "driver").Length > 0 ? ReadCsi(volume) : null;
        if (InTreeDrivers.Of(volume["spec"]) is not { } driver)
            return null;
        try
        {
            return ReadCsi(driver.Translate(volume));
        }
        catch (FormatException)
        {
            return null;
        }
    }

    private static CsiVolume ReadCsi(JsonObject volume) => new(volume.Text("spec", "csi", "driver"), volume.Text("spec", "csi", "volumeHandle"),
        [.. volume.Items("spec", "accessModes").Select(static m => m.Text())], Objects.NodeTerms.Read(volume.At("spec", "nodeAffinity", "required")));
}
