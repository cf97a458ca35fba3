using System.Text;
using System.Text.Json.Nodes;
using ActorKube.Api.Names;
using ActorKube.Api.Objects;
using ActorKube.Machinery.Objects;

namespace ActorKube.Controllers.Workloads;

/// <summary>
/// Makes the pods of one owner: everything but the name is encoded once. Names follow from what is known of the owner and its pods, not from chance: should a
/// controller die between creating pods and seeing them, its successor comes to the same names, and nothing is created twice.
/// </summary>
internal sealed class PodFactory
{
    private readonly byte[] _beforeName;
    private readonly byte[] _afterName;
    private readonly string _prefix;

    /// <summary>A factory for one template.</summary>
    /// <param name="template">The pod template.</param>
    /// <param name="owner">The owner.</param>
    /// <param name="ownerType">Its type.</param>
    /// <param name="suffix">What stands between the owner's name and the part that makes a name unique.</param>
    public PodFactory(JsonNode? template, StoredObject owner, GroupVersionKind ownerType, string suffix = "-")
    {
        var name = owner.Key.Name + suffix;
        // What makes the name unique stays whole.
        _prefix = name.Length > GeneratedNames.MaxPrefix ? owner.Key.Name[..(GeneratedNames.MaxPrefix - suffix.Length)] + suffix : name;
        var metadata = new JsonObject { ["generateName"] = name, ["namespace"] = owner.Key.Namespace };
        foreach (var field in (ReadOnlySpan<string>)["labels", "annotations", "finalizers"])
            if (template.At("metadata", field) is { } value)
                metadata[field] = value.DeepClone();
        metadata["ownerReferences"] = new JsonArray(OwnerReferences.ToJson(OwnerReferences.ToController(ownerType, owner)));
        var spec = template.At("spec")?.Encode() ?? "{}"u8.ToArray();
        _beforeName = "{\"apiVersion\":\"v1\",\"kind\":\"Pod\",\"metadata\":{\"name\":\""u8.ToArray();
        _afterName = [.. "\","u8, .. metadata.Encode().Span[1..], .. ",\"spec\":"u8, .. spec.Span, (byte)'}'];
    }

    /// <summary>An endless sequence of names for the next pods.</summary>
    /// <param name="names">Which names.</param>
    /// <param name="taken">Names that are in use.</param>
    public IEnumerable<string> Names(NameSequence names, Func<string, bool> taken) => GeneratedNames.Of(_prefix, names.Seed, taken, names.From);

    /// <summary>The encoded pod of a name.</summary>
    public ReadOnlyMemory<byte> Pod(string name)
    {
        var pod = new byte[_beforeName.Length + name.Length + _afterName.Length];
        _beforeName.CopyTo(pod, 0);
        Encoding.ASCII.GetBytes(name, pod.AsSpan(_beforeName.Length));
        _afterName.CopyTo(pod, _beforeName.Length + name.Length);
        return pod;
    }
}
