using System.Text.Json.Nodes;
using ActorKube.Api.Json;
using ActorKube.Api.Validation;

namespace ActorKube.ApiServer.Kinds.Certificates;

/// <summary>Upstream's rules for certificates of pods (<c>ValidatePodCertificateRequestCreate</c> and its relatives).</summary>
internal static class PodRequestRules
{
    /// <summary>The conditions that end a request.</summary>
    public static readonly string[] Answers = ["Issued", "Denied", "Failed"];

    private const int MaxUid = 128;
    private const long MinSeconds = 60 * 60;
    private const long MaxSeconds = 91 * 24 * MinSeconds;
    private const long MaxSecondsOfKubernetes = 24 * MinSeconds;

    /// <summary>Checks what is asked for.</summary>
    public static void Check(JsonObject? spec, FieldErrors errors)
    {
        var signer = spec.Text("signerName");
        // What is absent is reported by the schema.
        if (signer is not null)
            SignerNameRules.Check(FieldPath.Spec.Child("signerName"), signer, errors);
        UserAnnotationRules.Check(spec.Object("unverifiedUserAnnotations"), FieldPath.Spec.Child("unverifiedUserAnnotations"), errors);
        foreach (var (name, uid) in (ReadOnlySpan<(string, string)>)[("podName", "podUID"), ("serviceAccountName", "serviceAccountUID"), ("nodeName", "nodeUID")])
        {
            if (spec.Text(name) is { } text)
                errors.Invalid(FieldPath.Spec.Child(name), text, DnsNames.Subdomain(text));
            if (spec.Text(uid) is "")
                errors.Invalid(FieldPath.Spec.Child(uid), "", "must not be empty");
            if (spec.Text(uid) is { Length: > MaxUid })
                errors.TooLong(FieldPath.Spec.Child(uid), MaxUid);
        }
        var most = signer?.StartsWith("kubernetes.io/", StringComparison.Ordinal) == true ? MaxSecondsOfKubernetes : MaxSeconds;
        if (spec.Int64("maxExpirationSeconds") is { } seconds && (seconds < MinSeconds || seconds > most))
            errors.Invalid(FieldPath.Spec.Child("maxExpirationSeconds"), seconds, $"must be in the range [{MinSeconds}, {most}]");
        if (spec?["stubPKCS10Request"] is not null)
            StubRequestRules.Check(spec, errors);
    }

    /// <summary>Checks an answer.</summary>
    /// <param name="obj">The request with its answer.</param>
    /// <param name="before">The request before.</param>
    /// <param name="now">The time, which certificates begin at.</param>
    /// <param name="errors">Receives what is wrong.</param>
    public static void CheckStatus(JsonObject obj, JsonObject before, DateTimeOffset now, FieldErrors errors)
    {
        var (status, old, count) = (obj.Object("status"), before.Object("status"), errors.Count);
        var answer = CheckConditions(status, errors);
        ConditionRules.Check(status, errors);
        // The conditions say what else there has to be.
        if (errors.Count > count)
            return;
        if (AnswerOf(old) is not null)
            RequireSame(status, old, "immutable after PodCertificateRequest is issued, denied, or failed", errors);
        else if (answer is "Denied" or "Failed" && status!.Any(static p => p.Key != "conditions"))
            errors.InvalidUnshown(FieldPath.Status, "non-condition status fields must be empty when denying or failing the PodCertificateRequest");
        else if (answer == "Issued")
            PodChainRules.Check(status!, before.Object("spec"), now, errors);
        else if (answer is null)
            RequireSame(status, old, "status is immutable unless transitioning to \"Issued\", \"Denied\", or \"Failed\"", errors);
    }

    private static string? AnswerOf(JsonObject? status) => status.Items("conditions").Select(static c => c.Item.Text("type")).FirstOrDefault(Answers.Contains);

    private static string? CheckConditions(JsonObject? status, FieldErrors errors)
    {
        string? answer = null;
        foreach (var (index, condition) in status.Items("conditions"))
        {
            var path = FieldPath.Status.Child("conditions").Index(index);
            FieldRules.OneOf(condition, "type", Answers, path, errors);
            FieldRules.OneOf(condition, "status", ["True"], path, errors);
            if (answer is not null)
                errors.Invalid(path.Child("type"), condition.Text("type") ?? "", "There may be at most one condition with type \"Issued\", \"Denied\", or \"Failed\"");
            answer = condition.Text("type");
        }
        return answer;
    }

    private static void RequireSame(JsonObject? status, JsonObject? old, string otherwise, FieldErrors errors)
    {
        if (!JsonEquality.Same(status ?? [], old ?? []))
            errors.InvalidUnshown(FieldPath.Status, otherwise);
    }
}
