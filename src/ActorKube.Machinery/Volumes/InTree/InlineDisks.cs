using System.Collections.Immutable;
using System.Text.Json.Nodes;
using ActorKube.Api.Objects;
using ActorKube.Machinery.Informers;
using ActorKube.Machinery.Objects;

namespace ActorKube.Machinery.Volumes.InTree;

/// <summary>A volume that stands in a pod and belongs to a CSI driver which has taken over from the driver that the pod names.</summary>
/// <param name="Name">Name of the volume that is made of it.</param>
/// <param name="Volume">How CSI knows it.</param>
/// <param name="Spec">Its specification as one of a PersistentVolume; for reading only.</param>
public sealed record InlineDisk(string Name, CsiVolume Volume, JsonObject Spec);

/// <summary>The volumes of that kind of a pod. Hardly any pod has them: that is seen by searching the bytes.</summary>
public sealed class InlineDisks : IObjectView<InlineDisks>
{
    private const string Some = "some";
    private static readonly InlineDisks None = new();

    /// <summary>The pods that have any.</summary>
    public static readonly CacheIndex Having = CacheIndex.Of<InlineDisks>("inline-disks", static d => d.Disks.IsEmpty ? null : Some);

    /// <summary>The volumes; those that the CSI driver has no words for are left out.</summary>
    public ImmutableArray<InlineDisk> Disks { get; private init; } = [];

    /// <summary>The volumes of a pod.</summary>
    public static ImmutableArray<InlineDisk> Of(CachedObject pod) => pod.As<InlineDisks>().Disks;

    /// <summary>The pods that have any.</summary>
    /// <param name="pods">Pods, indexed by <see cref="Having"/>.</param>
    public static IEnumerable<CachedObject> Users(CacheView pods) => pods.By(Having, Some);

    /// <inheritdoc/>
    public static InlineDisks Project(StoredObject item)
    {
        if (!InTreeDrivers.MayName(item.Json.Span))
            return None;
        var disks = ImmutableArray.CreateBuilder<InlineDisk>();
        foreach (var volume in item.Tree().Items("spec", "volumes"))
            if (InTreeDrivers.Of(volume) is { } driver && Read(driver, volume, item.Key.Namespace) is { } disk)
                disks.Add(disk);
        return disks.Count == 0 ? None : new InlineDisks { Disks = disks.DrainToImmutable() };
    }

    private static InlineDisk? Read(InTreeDriver driver, JsonNode volume, string ns)
    {
        try
        {
            var made = driver.TranslateInline(volume, ns);
            return new InlineDisk(made.Text("metadata", "name"), CsiVolume.Read(made)!, made.Child("spec"));
        }
        catch (FormatException)
        {
            return null;
        }
    }
}
