using System.Text;
using System.Text.Json.Nodes;
using ActorKube.Api.Json;
using ActorKube.Api.Validation;

namespace ActorKube.ApiServer.Kinds.Core.Pods;

/// <summary>Profiles that confine processes (upstream: <c>validateSeccompProfileField</c>, <c>ValidateAppArmorProfileField</c>).</summary>
internal static class ProfileRules
{
    private const int MaxAppArmorName = 4095;
    private static readonly string[] Types = ["Localhost", "RuntimeDefault", "Unconfined"];

    /// <summary>Checks <c>seccompProfile</c>.</summary>
    public static void CheckSeccomp(JsonObject context, FieldPath owner, FieldErrors errors)
    {
        if (context.Object("seccompProfile") is not { } profile)
            return;
        var path = owner.Child("seccompProfile");
        if (string.IsNullOrEmpty(profile.Text("type")))
            errors.Required(path.Child("type"), "type is required when seccompProfile is set");
        FieldRules.OneOf(profile, "type", Types, path, errors);
        var local = profile.Text("localhostProfile");
        if (profile.Text("type") == "Localhost")
        {
            if (local is null)
                errors.Required(path.Child("localhostProfile"), "must be set when seccomp type is Localhost");
            else
                PathRules.Descending(local, path.Child("localhostProfile"), errors);
        }
        else if (local is not null)
            errors.Invalid(path.Child("localhostProfile"), new JsonObject { ["Type"] = profile.Text("type") ?? "", ["LocalhostProfile"] = local },
                "can only be set when seccomp type is Localhost");
    }

    /// <summary>Checks <c>appArmorProfile</c>.</summary>
    public static void CheckAppArmor(JsonObject context, FieldPath owner, FieldErrors errors)
    {
        if (context.Object("appArmorProfile") is not { } profile)
            return;
        var path = owner.Child("appArmorProfile");
        var local = profile.Text("localhostProfile");
        switch (profile.Text("type"))
        {
            case "Localhost":
                if (string.IsNullOrEmpty(local))
                    errors.Required(path.Child("localhostProfile"), "must be set when AppArmor type is Localhost");
                else if (local.Trim() != local)
                    errors.Invalid(path.Child("localhostProfile"), local, "must not be padded with whitespace");
                if (Encoding.UTF8.GetByteCount(local ?? "") > MaxAppArmorName)
                    errors.TooLong(path.Child("localhostProfile"), MaxAppArmorName);
                break;
            case "RuntimeDefault" or "Unconfined":
                if (local is not null)
                    errors.Invalid(path.Child("localhostProfile"), local, "can only be set when AppArmor type is Localhost");
                break;
            case null or "":
                errors.Required(path.Child("type"), "type is required when appArmorProfile is set");
                break;
            default:
                FieldRules.OneOf(profile, "type", Types, path, errors);
                break;
        }
    }
}
