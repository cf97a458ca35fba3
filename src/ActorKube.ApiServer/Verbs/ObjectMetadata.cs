using System.Text.Json.Nodes;
using ActorKube.Api.Errors;
using ActorKube.Api.Json;
using ActorKube.Api.Times;
using ActorKube.ApiServer.Pipeline;

namespace ActorKube.ApiServer.Verbs;

/// <summary>The parts of metadata that the server itself keeps.</summary>
internal static class ObjectMetadata
{
    private const int SuffixLength = 5;
    private const int MaxGeneratedBase = 63 - SuffixLength;
    private static readonly string[] Collections = ["labels", "annotations", "finalizers", "ownerReferences"];
    private static readonly string[] SystemFields = ["creationTimestamp", "uid", "deletionTimestamp", "deletionGracePeriodSeconds", "selfLink", "managedFields", "generation"];

    /// <summary>The metadata of a body; created when there is none.</summary>
    public static JsonObject Of(JsonObject obj) => obj.ObjectOrNew("metadata");

    /// <summary>Drops what a client has no say in when it creates an object.</summary>
    /// <exception cref="ApiException">400: a resource version, which a new object cannot have.</exception>
    public static void WipeForCreate(JsonObject metadata)
    {
        if (metadata.Text("resourceVersion") is { Length: > 0 })
            throw ApiErrors.BadRequest("resourceVersion should not be set on objects to be created");
        foreach (var field in SystemFields)
            metadata.Remove(field);
    }

    /// <summary>Drops what says no more than its absence, as upstream's encoding does: the last owner taken off leaves no empty list.</summary>
    public static void DropEmpty(JsonObject metadata)
    {
        foreach (var field in Collections)
            if (metadata[field] is JsonArray { Count: 0 } or JsonObject { Count: 0 })
                metadata.Remove(field);
    }

    /// <summary>Gives a new object its uid, its time of birth and, when it has none, a name.</summary>
    /// <returns>True when the name was generated.</returns>
    public static bool FillForCreate(JsonObject metadata, IIdentitySource identities, DateTimeOffset now)
    {
        metadata["uid"] = identities.NewUid();
        metadata["creationTimestamp"] = KubeTime.Format(now);
        return FillName(metadata, identities);
    }

    /// <summary>Generates a name when there is a prefix and no name.</summary>
    public static bool FillName(JsonObject metadata, IIdentitySource identities)
    {
        if (!string.IsNullOrEmpty(metadata.Text("name")) || metadata.Text("generateName") is not { Length: > 0 } prefix)
            return false;
        Span<char> suffix = stackalloc char[SuffixLength];
        identities.NewSuffix(suffix);
        var start = prefix.Length > MaxGeneratedBase ? prefix.AsSpan(0, MaxGeneratedBase) : prefix;
        metadata["name"] = string.Concat(start, suffix);
        return true;
    }

    /// <summary>Puts the object into the namespace of the request; an object that names another is an error.</summary>
    /// <param name="metadata">The metadata.</param>
    /// <param name="ns">Namespace of the request; empty for cluster-scoped kinds, which have none.</param>
    /// <exception cref="ApiException">400: the namespaces differ.</exception>
    public static void EnsureNamespace(JsonObject metadata, string ns)
    {
        if (ns.Length == 0)
        {
            metadata.Remove("namespace");
            return;
        }
        var own = metadata.Text("namespace") ?? "";
        if (own.Length == 0)
            metadata["namespace"] = ns;
        else if (own != ns)
            throw ApiErrors.BadRequest("the namespace of the provided object does not match the namespace sent on the request");
    }

    /// <summary>Checks that the body is about the object of the path.</summary>
    /// <exception cref="ApiException">400: the names differ.</exception>
    public static void EnsureName(JsonObject metadata, string name)
    {
        var own = metadata.Text("name") ?? "";
        if (own.Length == 0)
            metadata["name"] = name;
        else if (own != name)
            throw ApiErrors.BadRequest($"the name of the object ({own}) does not match the name on the URL ({name})");
    }

    /// <summary>Checks that a replacement is about the object of the path, and says so.</summary>
    /// <exception cref="ApiException">400: it has no name, or another.</exception>
    public static void CheckName(JsonObject metadata, string name)
    {
        if (string.IsNullOrEmpty(metadata.Text("name")))
            throw ApiErrors.BadRequest($"the name of the object ({name} based on URL) was undeterminable: name must be provided");
        EnsureName(metadata, name);
    }

    /// <summary>Takes the generation from the present state, so that no client can set it.</summary>
    public static void CarryGeneration(JsonObject metadata, JsonObject old)
    {
        if (old.Int64("generation") is { } generation)
            metadata["generation"] = generation;
        else
            metadata.Remove("generation");
    }

    /// <summary>Counts one generation on.</summary>
    public static void NextGeneration(JsonObject metadata) => metadata["generation"] = (metadata.Int64("generation") ?? 0) + 1;
}
