using System.Text.Json;
using System.Text.Json.Nodes;
using ActorKube.Api.Names;
using ActorKube.Machinery.Objects;

namespace ActorKube.Scheduler.Indices;

/// <summary>A volume of a pod that is storage of its own: a claim, or a disk that stands in the pod.</summary>
/// <param name="Name">Name of the volume.</param>
/// <param name="Claim">Name of the claim; empty for disks.</param>
/// <param name="IsEphemeral">Whether the claim is made for the pod.</param>
/// <param name="Disk">The disk; null for claims.</param>
internal readonly record struct PodVolume(string Name, string Claim, bool IsEphemeral, PodDisk? Disk = null)
{
    /// <summary>Reads <c>spec.volumes</c>; null when there is nothing of the kind, which costs nothing.</summary>
    /// <param name="reader">At the property.</param>
    /// <param name="pod">The pod.</param>
    /// <param name="images">Gets the images that are volumes, with tags.</param>
    public static List<PodVolume>? Read(ref Utf8JsonReader reader, ObjectKey pod, ref List<string>? images)
    {
        List<PodVolume>? volumes = null;
        if (!reader.EnterArray())
            return null;
        while (reader.NextObject())
        {
            string? claim = null, field = null;
            JsonNode? disk = null;
            var ephemeral = false;
            var name = default(ReadOnlySpan<byte>);
            while (reader.NextField())
            {
                if (reader.ValueTextEquals("name"u8)) { reader.Read(); name = reader.ValueSpan; }
                else if (reader.ValueTextEquals("persistentVolumeClaim"u8)) claim = Inner(ref reader, "claimName"u8);
                else if (reader.ValueTextEquals("ephemeral"u8)) { ephemeral = true; reader.Pass(); }
                else if (reader.ValueTextEquals("image"u8)) (images ??= []).Add(ImageName.WithTag(Inner(ref reader, "reference"u8)));
                else if (PodDisk.Is(reader.ValueSpan)) (field, disk) = ReadDisk(ref reader);
                else reader.Pass();
            }
            if (claim is null && disk is null && !ephemeral)
                continue;
            var text = System.Text.Encoding.UTF8.GetString(name);
            (volumes ??= []).Add(new PodVolume(text, ephemeral ? Machinery.Volumes.PodClaims.EphemeralName(pod.Name, text) : claim ?? "", ephemeral, disk is null ? null : PodDisk.Of(field!, disk, text, pod.Namespace)));
        }
        return volumes;
    }

    private static (string, JsonNode?) ReadDisk(ref Utf8JsonReader reader)
    {
        var field = reader.GetString()!;
        reader.Read();
        return (field, JsonNode.Parse(ref reader));
    }

    private static string Inner(ref Utf8JsonReader reader, ReadOnlySpan<byte> field)
    {
        var text = "";
        if (!reader.EnterObject())
            return text;
        while (reader.NextField())
            if (reader.ValueTextEquals(field))
                text = reader.Text();
            else
                reader.Pass();
        return text;
    }
}
