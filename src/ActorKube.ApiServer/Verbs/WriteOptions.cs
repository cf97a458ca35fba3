using ActorKube.Api.Errors;
using ActorKube.Api.Schema.Passes;
using ActorKube.Api.Validation;
using ActorKube.ApiServer.Pipeline;

namespace ActorKube.ApiServer.Verbs;

/// <summary>The checked options of a write.</summary>
/// <param name="DryRun">Everything happens but the write.</param>
/// <param name="Validation">What becomes of unknown and duplicate fields.</param>
internal readonly record struct WriteOptions(bool DryRun, FieldValidation Validation)
{
    private const string MetaGroup = "meta.k8s.io";

    /// <summary>Reads and checks the options of a request.</summary>
    /// <param name="query">The parameters.</param>
    /// <param name="kind">Name of the options in errors: <c>CreateOptions</c>, <c>UpdateOptions</c>, <c>PatchOptions</c>.</param>
    /// <exception cref="ApiException">422: a value that makes no sense.</exception>
    public static WriteOptions Read(RequestQuery query, string kind)
    {
        var validation = Known(query.FieldValidation);
        if (query.DryRun.Count == 0 && query.FieldManager is null && validation is { } known && query.Force is null)
            return new(false, known);
        var errors = new FieldErrors();
        var dryRun = CheckDryRun(query.DryRun, errors);
        if (query.FieldManager is { Length: > 0 } manager)
            ManagedFieldsRules.ValidateManager(manager, FieldPath.Of("fieldManager"), errors);
        if (validation is null)
            errors.NotSupported(FieldPath.Of("fieldValidation"), query.FieldValidation!, "Ignore", "Strict", "Warn");
        if (query.Force is not null && kind == "PatchOptions")
            errors.Forbidden(FieldPath.Of("force"), "may not be specified for non-apply patch");
        errors.ThrowIfAny(MetaGroup, kind, "");
        return new(dryRun, validation!.Value);
    }

    /// <summary>Whether a dry run is asked for.</summary>
    public static bool CheckDryRun(IReadOnlyList<string> values, FieldErrors errors)
    {
        foreach (var value in values)
            if (value != "All")
            {
                errors.NotSupported(FieldPath.Of("dryRun"), value, "All");
                return false;
            }
        return values.Count > 0;
    }

    private static FieldValidation? Known(string? text) => text switch
    {
        null or "" or "Warn" => FieldValidation.Warn,
        "Ignore" => FieldValidation.Ignore,
        "Strict" => FieldValidation.Strict,
        _ => null,
    };
}
