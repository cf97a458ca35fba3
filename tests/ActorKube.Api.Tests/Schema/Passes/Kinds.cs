using System.Text.Json.Nodes;
using ActorKube.Api.Names;
using ActorKube.Api.Schema;

namespace ActorKube.Api.Tests.Schema.Passes;

internal static class Kinds
{
    private static readonly SchemaRegistry Registry = new();

    public static SchemaNode Find(string apiVersion, string kind) => Registry.Find(GroupVersionKind.From(apiVersion, kind))!;

    public static SchemaNode Of(JsonObject value) => Find((string)value["apiVersion"]!, (string)value["kind"]!);

    public static JsonObject Parse(string json) => JsonNode.Parse(json)!.AsObject();
}
