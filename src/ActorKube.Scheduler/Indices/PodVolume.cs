using System.Text.Json;
using ActorKube.Machinery.Objects;

namespace ActorKube.Scheduler.Indices;

/// <summary>A volume of a pod that is storage of its own: a claim, or a CSI volume that stands inline in the pod.</summary>
/// <param name="Name">Name of the volume.</param>
/// <param name="Claim">Name of the claim; empty for inline volumes.</param>
/// <param name="IsEphemeral">Whether the claim is made for the pod.</param>
/// <param name="Driver">Driver of an inline volume; empty for claims.</param>
internal readonly record struct PodVolume(string Name, string Claim, bool IsEphemeral, string Driver)
{
    /// <summary>Reads <c>spec.volumes</c>; null when there is nothing of the kind, which costs nothing.</summary>
    public static List<PodVolume>? Read(ref Utf8JsonReader reader, string pod)
    {
        List<PodVolume>? volumes = null;
        if (!reader.EnterArray())
            return null;
        while (reader.NextObject())
        {
            string? claim = null, driver = null;
            var ephemeral = false;
            var name = default(ReadOnlySpan<byte>);
            while (reader.NextField())
            {
                if (reader.ValueTextEquals("name"u8)) { reader.Read(); name = reader.ValueSpan; }
                else if (reader.ValueTextEquals("persistentVolumeClaim"u8)) claim = Inner(ref reader, "claimName"u8);
                else if (reader.ValueTextEquals("csi"u8)) driver = Inner(ref reader, "driver"u8);
                else if (reader.ValueTextEquals("ephemeral"u8)) { ephemeral = true; reader.Pass(); }
                else reader.Pass();
            }
            if (claim is null && driver is null && !ephemeral)
                continue;
            var text = System.Text.Encoding.UTF8.GetString(name);
            (volumes ??= []).Add(new PodVolume(text, ephemeral ? Machinery.Volumes.PodClaims.EphemeralName(pod, text) : claim ?? "", ephemeral, driver ?? ""));
        }
        return volumes;
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
