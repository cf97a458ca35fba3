using System.Text.Json.Nodes;
using ActorKube.Api.Objects;
using ActorKube.Machinery.Informers;
using ActorKube.Machinery.Objects;

namespace ActorKube.Controllers.Workloads.History;

/// <summary>What controllers need of a ControllerRevision: a past or present template of a daemon set or stateful set.</summary>
internal sealed class RevisionView : IObjectView<RevisionView>
{
    public required StoredObject Object { get; init; }

    public required long Number { get; init; }

    /// <summary>Equal for revisions with the same data.</summary>
    public required UInt128 Fingerprint { get; init; }

    public string Name => Object.Key.Name;

    public static RevisionView Project(StoredObject item)
    {
        var json = item.Edit();
        return new RevisionView { Object = item, Number = json.Number("revision") ?? 0, Fingerprint = TemplateHash.Fingerprint(TemplatePatch.TemplateOf(json)) };
    }

    /// <summary>The pod template that the revision keeps.</summary>
    public JsonNode? Template() => TemplatePatch.TemplateOf(Object.Edit());
}
