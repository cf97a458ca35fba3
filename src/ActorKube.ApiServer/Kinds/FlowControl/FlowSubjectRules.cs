using System.Text.Json.Nodes;
using ActorKube.Api.Json;
using ActorKube.Api.Validation;

namespace ActorKube.ApiServer.Kinds.FlowControl;

/// <summary>Whose requests belong to a flow (upstream: <c>ValidateFlowSchemaSubject</c>).</summary>
internal static class FlowSubjectRules
{
    private static readonly string[] Kinds = ["Group", "ServiceAccount", "User"];
    private static readonly (string Kind, string Field)[] Fields = [("ServiceAccount", "serviceAccount"), ("User", "user"), ("Group", "group")];

    /// <summary>Checks a subject.</summary>
    public static void Check(JsonObject subject, FieldPath path, FieldErrors errors)
    {
        var kind = subject.Text("kind") ?? "";
        if (Array.Find(Fields, f => f.Kind == kind).Field is not { } own)
        {
            errors.NotSupported(path.Child("kind"), kind, Kinds);
            return;
        }
        if (subject.Object(own) is not { } who)
            errors.Required(path.Child(own), $"{own} is required when subject kind is '{kind}'");
        else if (own == "serviceAccount")
            CheckAccount(who, path.Child(own), errors);
        else
            FieldRules.Required(who, "name", path.Child(own), errors);
        foreach (var (other, field) in Fields)
            if (other != kind && subject[field] is not null)
                errors.Forbidden(path.Child(field), $"{field} is forbidden when subject kind is not '{other}'");
    }

    private static void CheckAccount(JsonObject account, FieldPath path, FieldErrors errors)
    {
        if (FieldRules.Required(account, "name", path, errors) is { } name && name != "*")
            errors.Invalid(path.Child("name"), name, DnsNames.Subdomain(name));
        if (account.Text("namespace") is { Length: > 0 } place)
            errors.Invalid(path.Child("namespace"), place, DnsNames.Label(place));
        else
            errors.Required(path.Child("namespace"), "must specify namespace for service account");
    }
}
