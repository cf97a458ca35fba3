using System.Text.Json.Nodes;
using ActorKube.Api.Errors;
using ActorKube.Api.Json;

namespace ActorKube.Machinery.Client;

/// <summary>What requests carry besides objects, the same for every client.</summary>
public static class RequestBodies
{
    /// <summary>Largest body of a request for resources, in bytes: upstream's limit.</summary>
    public const int MaxBytes = 3 * 1024 * 1024;

    /// <summary>Refuses a body that no server takes, before it is sent.</summary>
    /// <exception cref="ApiException">413.</exception>
    public static void CheckSize(ReadOnlyMemory<byte> body)
    {
        if (body.Length > MaxBytes)
            throw ApiErrors.RequestEntityTooLarge($"limit is {MaxBytes}");
    }

    /// <summary>The options of a deletion as its body; empty for none.</summary>
    public static ReadOnlyMemory<byte> Encode(DeleteOptions? options)
    {
        if (options is null)
            return default;
        var body = new JsonObject { ["kind"] = "DeleteOptions", ["apiVersion"] = "v1" };
        if (options.GracePeriodSeconds is { } grace)
            body["gracePeriodSeconds"] = grace;
        if (options.PropagationPolicy is { } policy)
            body["propagationPolicy"] = policy;
        if (options.DryRun)
            body["dryRun"] = new JsonArray("All");
        var preconditions = new JsonObject();
        if (options.Uid is { } uid)
            preconditions["uid"] = uid;
        if (options.ResourceVersion is { } version)
            preconditions["resourceVersion"] = version;
        if (preconditions.Count > 0)
            body["preconditions"] = preconditions;
        return JsonEncoder.Encode(body);
    }

    /// <summary>The media type of a patch.</summary>
    public static string MediaType(this PatchType type) => type switch
    {
        PatchType.Json => "application/json-patch+json",
        PatchType.Merge => "application/merge-patch+json",
        PatchType.StrategicMerge => "application/strategic-merge-patch+json",
        _ => throw new ArgumentOutOfRangeException(nameof(type), type, "Unknown patch type."),
    };
}
