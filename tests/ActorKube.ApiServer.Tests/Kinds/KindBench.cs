using System.Text.Json.Nodes;
using ActorKube.Api.Errors;
using ActorKube.Api.Json;
using ActorKube.Api.Names;
using ActorKube.Api.Schema;
using ActorKube.Api.Users;
using ActorKube.Api.Validation;
using ActorKube.ApiServer.Kinds;
using ActorKube.ApiServer.Pipeline;

namespace ActorKube.ApiServer.Tests.Kinds;

/// <summary>Runs the steps of the pipeline that belong to a kind: schema decoding, defaults, preparation and validation.</summary>
internal static class KindBench
{
    private static readonly KindRegistry Registry = KindRegistry.BuiltIn(new KindOptions());
    private static readonly SchemaRegistry Registered = new();
    private static readonly KindSchemas Schemas = new(Registered);

    public static KindStrategy Strategy(string resource) => Registry.Find(Resource(resource))!.Strategy;

    /// <summary>The object after schema defaults and the kind's own.</summary>
    public static JsonObject Defaulted(string resource, string json)
    {
        var strategy = Strategy(resource);
        var obj = (JsonObject)JsonDecoder.Decode(System.Text.Encoding.UTF8.GetBytes(json)).Root!;
        Apply(strategy, obj);
        return obj;
    }

    public static void Apply(KindStrategy strategy, JsonObject obj)
    {
        Schemas.ApplyDefaults(strategy.Facts.Kind, obj);
        strategy.Default(obj);
    }

    /// <summary>What is wrong with a new object: <c>field: message</c> each.</summary>
    public static string[] Faults(string resource, string json)
    {
        var obj = Defaulted(resource, json);
        var strategy = Strategy(resource);
        strategy.PrepareForCreate(obj, new UserInfo("alice"));
        var errors = new FieldErrors();
        strategy.Validate(obj, errors);
        return Collect(strategy, obj, null, errors);
    }

    /// <summary>What is wrong with a change.</summary>
    public static string[] UpdateFaults(string resource, string before, string after, string part = "")
    {
        var strategy = Strategy(resource);
        var old = Defaulted(resource, before);
        var obj = Defaulted(resource, after);
        var errors = new FieldErrors();
        switch (part)
        {
            case "":
                strategy.PrepareForUpdate(obj, old);
                strategy.ValidateUpdate(obj, old, errors);
                break;
            case "status":
                strategy.PrepareForStatusUpdate(obj, old);
                strategy.ValidateStatusUpdate(obj, old, errors);
                break;
            default:
                strategy.PrepareForPartUpdate(part, obj, old);
                strategy.ValidatePartUpdate(part, obj, old, errors);
                break;
        }
        return Collect(strategy, obj, old, errors);
    }

    /// <summary>How a new object is refused that was read and defaulted before.</summary>
    public static ApiStatus Refusal(string resource, JsonObject obj)
    {
        var strategy = Strategy(resource);
        var errors = new FieldErrors();
        strategy.Validate(obj, errors);
        return Assert.Throws<ApiException>(() => Schemas.Validate(strategy.Facts.Kind, "x", obj, null, errors)).Status;
    }

    public static IReadOnlyList<string> Warnings(string resource, string json)
    {
        var warnings = new WarningList();
        Strategy(resource).Warnings(Defaulted(resource, json), null, warnings);
        return warnings.Items;
    }

    /// <summary>The cells of an object by heading.</summary>
    public static Dictionary<string, string> Cells(string resource, string json, DateTimeOffset now = default)
    {
        using var document = System.Text.Json.JsonDocument.Parse(json);
        return Strategy(resource).Columns.ToDictionary(c => c.Name, c => c.Cell(document.RootElement, now).ToString());
    }

    private static string[] Collect(KindStrategy strategy, JsonObject obj, JsonObject? old, FieldErrors errors)
    {
        try
        {
            Schemas.Validate(strategy.Facts.Kind, "x", obj, old, errors);
            return [];
        }
        catch (ApiException e)
        {
            return [.. e.Status.Causes.Select(static c => $"{c.Field}: {c.Message}")];
        }
    }

    private static GroupVersionResource Resource(string resource) =>
        resource.Split('/') is [var group, var version, var plural] ? new(group, version, plural) : new("", "v1", resource);
}
