using System.Text.Json.Nodes;
using ActorKube.Api.Validation;

namespace ActorKube.ApiServer.Kinds.Core.Volumes;

/// <summary>The access modes of claims and volumes.</summary>
internal static class AccessModeRules
{
    private const string OncePod = "ReadWriteOncePod";
    private static readonly string[] Modes = ["ReadOnlyMany", "ReadWriteMany", "ReadWriteOnce", OncePod];

    /// <summary>File systems and devices.</summary>
    public static readonly string[] VolumeModes = ["Block", "Filesystem"];

    /// <summary>Checks the modes, of which there has to be one.</summary>
    /// <param name="spec">The spec of a claim or volume.</param>
    /// <param name="path">Its path.</param>
    /// <param name="missing">What is said when there is none.</param>
    /// <param name="errors">Where findings go.</param>
    public static void Check(JsonObject spec, FieldPath path, string missing, FieldErrors errors)
    {
        var modes = spec.Texts("accessModes").ToList();
        if (modes.Count == 0)
            errors.Required(path.Child("accessModes"), missing);
        foreach (var mode in modes)
            if (!Modes.Contains(mode))
                errors.NotSupported(path.Child("accessModes"), mode, Modes);
        if (modes.Contains(OncePod) && modes.Exists(static m => m != OncePod && Modes.Contains(m)))
            errors.Forbidden(path.Child("accessModes"), "may not use ReadWriteOncePod with other access modes");
    }
}
