using System.Text.Json.Nodes;
using ActorKube.Api.Errors;
using ActorKube.Api.Json;
using ActorKube.Api.Names;
using ActorKube.Api.Validation;
using ActorKube.ApiServer.Pipeline;

namespace ActorKube.ApiServer.Verbs;

/// <summary>The checked options of a deletion: from the body when there is one, else from the query, never from both, as upstream.</summary>
internal sealed record DeleteOptions
{
    private const string MetaGroup = "meta.k8s.io";
    private static readonly GroupVersionKind Kind = new(MetaGroup, "v1", nameof(DeleteOptions));

    /// <summary>Seconds of grace; null for the object's own.</summary>
    public long? GracePeriodSeconds { get; init; }

    /// <summary>What becomes of dependents; null for the kind's default.</summary>
    public string? PropagationPolicy { get; init; }

    /// <summary>The old form of <see cref="PropagationPolicy"/>.</summary>
    public bool? OrphanDependents { get; init; }

    /// <summary>Uid the object must have.</summary>
    public string? Uid { get; init; }

    /// <summary>Resource version the object must have.</summary>
    public string? ResourceVersion { get; init; }

    /// <summary>Nothing is deleted.</summary>
    public bool DryRun { get; init; }

    /// <summary>Reads and checks the options of a request.</summary>
    /// <exception cref="ApiException">400, 415 or 422: options that make no sense.</exception>
    public static DeleteOptions Read(ApiRequest request)
    {
        if (request.Body.Length == 0)
            return FromQuery(request.Query);
        return FromBody(BodyDecoder.Read(request, Kind).RequireObject());
    }

    /// <summary>Reads and checks options that were sent as an object.</summary>
    public static DeleteOptions FromBody(JsonObject body)
    {
        // An absent kind means DeleteOptions; clients send it in the group of what they delete, too.
        if (Optional(body, "kind", JsonAccess.Text, "string") is { Length: > 0 } and not "DeleteOptions")
            throw ApiErrors.BadRequest("decoded object cannot be converted to DeleteOptions");
        if (Optional(body, "apiVersion", JsonAccess.Text, "string") is { Length: > 0 } and not "v1" and var version && !version.Contains('/', StringComparison.Ordinal))
            throw ApiErrors.BadRequest($"no kind \"DeleteOptions\" is registered for version \"{version}\"");
        // What cannot be read is refused: passed over, it would let something be deleted that was to stay.
        var preconditions = Optional(body, "preconditions", static node => node as JsonObject, "object") ?? [];
        return Check(
            new DeleteOptions
            {
                GracePeriodSeconds = Optional(body, "gracePeriodSeconds", JsonAccess.Int64, "integer"),
                PropagationPolicy = Optional(body, "propagationPolicy", JsonAccess.Text, "string"),
                OrphanDependents = Optional(body, "orphanDependents", JsonAccess.Bool, "boolean"),
                Uid = Optional(preconditions, "uid", JsonAccess.Text, "string"),
                ResourceVersion = Optional(preconditions, "resourceVersion", JsonAccess.Text, "string"),
            },
            Optional(body, "dryRun", Texts, "array of strings") ?? []);
    }

    private static DeleteOptions FromQuery(RequestQuery query)
    {
        if (query is { GracePeriodSeconds: null, PropagationPolicy: null, OrphanDependents: null, DryRun.Count: 0 })
            return new DeleteOptions();
        return Check(
            new DeleteOptions
            {
                GracePeriodSeconds = QueryValues.Integer(query.GracePeriodSeconds),
                PropagationPolicy = query.PropagationPolicy,
                OrphanDependents = QueryValues.Flag(query.OrphanDependents),
            },
            query.DryRun);
    }

    private static DeleteOptions Check(DeleteOptions options, IReadOnlyList<string> dryRun)
    {
        var errors = new FieldErrors();
        var field = FieldPath.Of("propagationPolicy");
        if (options.OrphanDependents is not null && options.PropagationPolicy is { } both)
            errors.Invalid(field, both, "orphanDependents and deletionPropagation cannot be both set");
        if (options.PropagationPolicy is { } policy and not ("Foreground" or "Background" or "Orphan"))
            errors.NotSupported(field, policy, "Foreground", "Background", "Orphan", "nil");
        var dry = WriteOptions.CheckDryRun(dryRun, errors);
        errors.ThrowIfAny(MetaGroup, "DeleteOptions", "");
        return options with
        {
            DryRun = dry,
            GracePeriodSeconds = options.GracePeriodSeconds < 0 ? 1 : options.GracePeriodSeconds,
        };
    }

    private static string[]? Texts(JsonNode? node) => node is JsonArray list && list.All(static d => d.Text() is not null) ? [.. list.Select(static d => d.Text()!)] : null;

    private static T Optional<T>(JsonObject body, string field, Func<JsonNode?, T> read, string type)
    {
        body.TryGetPropertyValue(field, out var value);
        var known = read(value);
        return known is not null || value is null ? known : throw ApiErrors.BadRequest($"DeleteOptions.{field}: expected {type}");
    }
}
