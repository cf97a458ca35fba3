using System.Text.Json.Nodes;
using ActorKube.Api.Objects;
using ActorKube.Controllers.Tests.Harness;
using ActorKube.Controllers.Volumes.Attaching;
using ActorKube.Machinery.Objects;
using static ActorKube.Machinery.Client.WellKnownResources;

namespace ActorKube.Controllers.Tests.Volumes;

/// <summary>Two nodes whose volumes the controller attaches, and what attachers and nodes do.</summary>
public abstract class AttachBench
{
    protected const string Unique = "kubernetes.io/csi/example.com^h-v";

    private protected readonly ControllerHarness _h = new();

    private protected AttachBench(TimeSpan? longestWait)
    {
        _h.Run(new AttachDetach(longestWait));
        AddNode("n1");
        AddNode("n2");
    }

    /// <summary>Pod p on n1 needs volume v, which is attached.</summary>
    private protected void Taken()
    {
        AddBound("c", "v");
        _h.AddPodWith("p", Storage.UsesClaim("c"), ",\"nodeName\":\"n1\"");
        _h.Settle();
        Attached(Only());
    }

    // As an attacher does: what is being detached stays until the driver has done it.
    private protected void Holding() => _h.Cluster.Change(VolumeAttachments, "", Only().Key.Name, static a => a.Child("metadata")["finalizers"] = new JsonArray("external-attacher/example-com"));

    private protected StoredObject Only() => Assert.Single(_h.Cluster[VolumeAttachments].All);

    private protected string NodeOfOnly() => Only().Edit().Text("spec", "nodeName");

    private protected void AddNode(string name) => _h.Cluster.Create(Machinery.Client.WellKnownResources.Nodes, $$$"""
        {"apiVersion":"v1","kind":"Node","metadata":{"name":"{{{name}}}","annotations":{"volumes.kubernetes.io/controller-managed-attach-detach":"true"}},"spec":{},"status":{"conditions":[{"type":"Ready","status":"True"}]}}
        """);

    private protected void AddBound(string claim, string volume, string? handle = null)
    {
        var uid = _h.AddClaim(claim, $"\"volumeName\":\"{volume}\"").Head.Uid;
        Bind(claim);
        _h.AddVolume(volume, $"\"hostPath\":null,\"csi\":{{\"driver\":\"example.com\",\"volumeHandle\":\"{handle ?? $"h-{volume}"}\"}},\"claimRef\":{{\"namespace\":\"default\",\"name\":\"{claim}\",\"uid\":\"{uid}\"}}");
    }

    private protected void Bind(string claim) => _h.Cluster.Change(PersistentVolumeClaims, "default", claim, c => c.Child("status")["phase"] = "Bound");

    private protected void Attached(StoredObject attachment)
    {
        _h.Cluster.Change(VolumeAttachments, "", attachment.Key.Name, a => a["status"] = new JsonObject { ["attached"] = true });
        _h.Settle();
    }

    private protected void Use(string node, params string[] volumes) =>
        _h.Cluster.Change(Machinery.Client.WellKnownResources.Nodes, "", node, n => n.Child("status")["volumesInUse"] = new JsonArray([.. volumes.Select(static v => (JsonNode)v)]));
}
