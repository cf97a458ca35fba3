using System.Text.Json.Nodes;
using ActorKube.Machinery.Objects;

namespace ActorKube.Controllers.Workloads.History;

/// <summary>
/// The data of a revision: the strategic merge patch that brings a set back to it, which is what <c>kubectl rollout undo</c> sends. Keys are sorted, since kubectl compares it byte by byte with what it
/// makes of the set itself.
/// </summary>
internal static class TemplatePatch
{
    private const string Directive = "$patch";

    public static JsonObject Of(JsonNode? template)
    {
        var sorted = Sorted(template as JsonObject ?? []).AsObject();
        sorted.Insert(0, Directive, "replace");
        return new JsonObject { ["spec"] = new JsonObject { ["template"] = sorted } };
    }

    /// <summary>The template in a revision's data.</summary>
    public static JsonNode? TemplateOf(JsonNode? revision)
    {
        var template = revision.At("data", "spec", "template")?.DeepClone();
        (template as JsonObject)?.Remove(Directive);
        return template;
    }

    private static JsonNode Sorted(JsonNode node) => node switch
    {
        JsonObject fields => new JsonObject(fields.OrderBy(f => f.Key, StringComparer.Ordinal).Select(f => KeyValuePair.Create(f.Key, f.Value is null ? null : Sorted(f.Value)))),
        JsonArray items => new JsonArray([.. items.Select(i => i is null ? null : Sorted(i))]),
        _ => node.DeepClone(),
    };
}
