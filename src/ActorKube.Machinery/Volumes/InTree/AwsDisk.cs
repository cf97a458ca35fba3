using System.Globalization;
using System.Text.Json.Nodes;
using ActorKube.Machinery.Objects;

namespace ActorKube.Machinery.Volumes.InTree;

/// <summary>Disks of Amazon's EBS.</summary>
internal sealed class AwsDisk() : InTreeDriver("awsElasticBlockStore", "kubernetes.io/aws-ebs", "ebs.csi.aws.com")
{
    private const string Scheme = "aws://";

    private protected override JsonObject Source(JsonNode? inTree, VolumePlace place) =>
        Csi(IdOf(inTree.Text("volumeID")), inTree, new JsonObject { ["partition"] = (inTree.Int("partition") ?? 0).ToString(CultureInfo.InvariantCulture) });

    private protected override void Finish(JsonObject volume) => VolumeTopology.Translate(volume, "topology.ebs.csi.aws.com/zone");

    // aws://zone/vol-1, aws:///vol-1 and vol-1 are the same.
    private static string IdOf(string text)
    {
        if (!text.StartsWith(Scheme, StringComparison.Ordinal))
            return text;
        var path = text[Scheme.Length..];
        var id = path.IndexOf('/') is >= 0 and var slash ? path[slash..].Trim('/') : "";
        return id.StartsWith("vol-", StringComparison.Ordinal) && !id.Contains('/') ? id
            : throw new FormatException($"failed to translate Kubernetes ID to EBS Volume ID Invalid format for AWS volume ({text})");
    }
}
