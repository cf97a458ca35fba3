using System.Text.Json.Nodes;
using ActorKube.Api.Certificates;
using ActorKube.Api.Json;
using ActorKube.Api.Validation;

namespace ActorKube.ApiServer.Kinds.Certificates;

/// <summary>What an update may set besides metadata.</summary>
internal enum SettableParts
{
    /// <summary>Nothing: an update of the object itself.</summary>
    None,
    /// <summary>The certificate, and conditions that decide nothing: an update of <c>/status</c>.</summary>
    Certificate,
    /// <summary>The conditions: an update of <c>/approval</c>.</summary>
    Decisions,
}

/// <summary>Upstream's rules for signing requests. What was wrong before an update is tolerated in it.</summary>
internal static class SigningRequestRules
{
    private const long ShortestSeconds = 600;
    private static readonly FieldPath Conditions = FieldPath.Status.Child("conditions");

    /// <summary>Checks a request; <paramref name="old"/> is its state before, null when it is new.</summary>
    public static void Check(JsonObject obj, JsonObject? old, FieldErrors errors)
    {
        var (spec, was) = (obj.Object("spec"), old.Object("spec"));
        CheckRequest(spec, errors);
        CheckUsages(spec, was, errors);
        var path = FieldPath.Spec.Child("signerName");
        // An absent name is reported by the schema, an empty one is not.
        var signer = spec.Text("signerName");
        if (signer is "")
            errors.Required(path);
        else if (signer == SignerNames.LegacyUnknown && was.Text("signerName") != signer)
            errors.Invalid(path, signer, "the legacy signerName is not allowed via this API version");
        else if (signer is not null)
            SignerNameRules.Check(path, signer, errors);
        if (spec.Int64("expirationSeconds") is < ShortestSeconds and var seconds)
            errors.Invalid(FieldPath.Spec.Child("expirationSeconds"), seconds, $"may not specify a duration less than {ShortestSeconds} seconds (10 minutes)");
        CheckConditions(obj, old, errors);
        var certificate = obj.Object("status").Text("certificate");
        var before = old.Object("status").Text("certificate");
        if (certificate != before && IssuedCertificate.Fault(before) is null && IssuedCertificate.Fault(certificate) is { } fault)
            errors.Invalid(FieldPath.Status.Child("certificate"), "<certificate data>", fault);
    }

    /// <summary>Checks a change.</summary>
    public static void CheckUpdate(JsonObject obj, JsonObject old, SettableParts settable, FieldErrors errors)
    {
        Check(obj, old, errors);
        foreach (var type in (string[])["Approved", "Denied", "Failed"])
            if (RequestConditions.Of(obj, type).Length < RequestConditions.Of(old, type).Length)
                errors.Forbidden(Conditions, $"updates may not remove a condition of type \"{type}\"");
        if (settable != SettableParts.Decisions)
            foreach (var type in RequestConditions.Decisions)
            {
                var (mine, kept) = (RequestConditions.Of(obj, type), RequestConditions.Of(old, type));
                if (mine.Length > kept.Length)
                    errors.Forbidden(Conditions, $"updates may not add a condition of type \"{type}\"");
            }
        var (certificate, before) = (obj.Object("status").Text("certificate") ?? "", old.Object("status").Text("certificate") ?? "");
        if (certificate == before)
            return;
        if (settable != SettableParts.Certificate)
            errors.Forbidden(FieldPath.Status.Child("certificate"), "updates may not set certificate content");
        else if (before.Length > 0)
            errors.Forbidden(FieldPath.Status.Child("certificate"), "updates may not modify existing certificate content");
    }

    private static void CheckRequest(JsonObject? spec, FieldErrors errors)
    {
        var request = spec.Text("request") ?? "";
        try
        {
            SigningRequest.Parse(Convert.FromBase64String(request), verify: true);
        }
        catch (FormatException e)
        {
            errors.Invalid(FieldPath.Spec.Child("request"), request, e.Message);
        }
    }

    private static void CheckUsages(JsonObject? spec, JsonObject? was, FieldErrors errors)
    {
        var path = FieldPath.Spec.Child("usages");
        string[] usages = [.. spec.Texts("usages")];
        if (usages.Length == 0)
            errors.Required(path);
        // What an object has from before there were rules stays.
        string[] before = [.. was.Texts("usages")];
        for (var i = 0; i < usages.Length && !before.Any(IsUnknown); i++)
            if (IsUnknown(usages[i]))
                errors.NotSupported(path.Index(i), usages[i], KeyUsages.All);
        for (var i = 0; i < usages.Length && before.Distinct().Count() == before.Length; i++)
            if (Array.IndexOf(usages, usages[i]) < i)
                errors.Duplicate(path.Index(i), usages[i]);
    }

    private static void CheckConditions(JsonObject obj, JsonObject? old, FieldErrors errors)
    {
        string[] before = [.. old.Object("status").Items("conditions").Select(static c => c.Item.Text("type") ?? "")];
        var seen = new HashSet<string>();
        foreach (var (index, condition) in obj.Object("status").Items("conditions"))
        {
            var path = Conditions.Index(index);
            var type = condition.Text("type") ?? "";
            if (type.Length == 0 && !before.Contains(""))
                errors.Required(path.Child("type"));
            string[] allowed = type is "Approved" or "Denied" or "Failed" ? ["True"] : ["False", "True", "Unknown"];
            if (string.IsNullOrEmpty(condition.Text("status")))
                errors.Required(path.Child("status"));
            FieldRules.OneOf(condition, "status", allowed, path, errors);
            var opposite = type == "Approved" ? "Denied" : type == "Denied" ? "Approved" : null;
            if (opposite is not null && seen.Contains(opposite) && !RequestConditions.Decisions.All(before.Contains))
                errors.Invalid(path.Child("type"), type, "Approved and Denied conditions are mutually exclusive");
            if (!seen.Add(type) && before.Distinct().Count() == before.Length)
                errors.Duplicate(path.Child("type"), type);
        }
    }

    private static bool IsUnknown(string usage) => !KeyUsages.All.Contains(usage);
}
