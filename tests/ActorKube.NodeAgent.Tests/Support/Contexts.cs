using System.Text;
using System.Text.Json.Nodes;
using ActorKube.Api.Objects;
using ActorKube.NodeAgent.Pods;
using ActorKube.NodeAgent.Setup;
using k8s.Models;

namespace ActorKube.NodeAgent.Tests.Support;

/// <summary>Pods as set-up code sees them.</summary>
internal static class Contexts
{
    public static StoredObject Stored(this JsonObject item) => StoredObject.Parse(Encoding.UTF8.GetBytes(item.ToJsonString()));

    public static V1Pod Typed(this JsonObject pod) => PodReader.Read(pod.Stored());

    /// <summary>A pod on a node with 4 CPUs and 8 GiB, with the spec's properties set as given in JSON.</summary>
    public static PodContext Pod(string spec = "{}", string metadata = "{}")
    {
        var pod = TestPods.Pod("web");
        FakePatch.Apply((JsonObject)pod["spec"]!, (JsonObject)JsonNode.Parse(spec)!, strategic: false);
        FakePatch.Apply((JsonObject)pod["metadata"]!, (JsonObject)JsonNode.Parse(metadata)!, strategic: false);
        return new PodContext(pod.Typed(), ["10.244.1.5", "fd00::5"], ["192.168.7.1"], new NodeCapacity(4, 8L << 30, 100L << 30));
    }
}
