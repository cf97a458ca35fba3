using System.Text.Json.Nodes;
using ActorKube.Api.Json;
using ActorKube.Api.Selectors;
using ActorKube.Api.Validation;
using ActorKube.ApiServer.Kinds.Certificates;

namespace ActorKube.ApiServer.Kinds.Core.Pods;

/// <summary>Bundles of trusted certificates, and certificates of the pod's own, as files (upstream: the cases of <c>validateProjectionSources</c>).</summary>
internal static class CertificateProjectionRules
{
    private const long MinSeconds = 60 * 60;
    private const long MaxSeconds = 91 * 24 * MinSeconds;
    private const long MaxSecondsOfKubernetes = 24 * MinSeconds;
    private static readonly string[] KeyTypes = ["RSA3072", "RSA4096", "ECDSAP256", "ECDSAP384", "ECDSAP521", "ED25519"];
    private static readonly string[] Files = ["credentialBundlePath", "keyPath", "certificateChainPath"];

    /// <summary>Checks a bundle.</summary>
    /// <param name="bundle">The projection.</param>
    /// <param name="taken">Paths of the volume that are in use; receives this one.</param>
    /// <param name="path">Where the projection stands.</param>
    /// <param name="volume">Where the volume stands, under which upstream reports paths that are taken.</param>
    /// <param name="errors">Where findings go.</param>
    public static void CheckBundle(JsonObject bundle, HashSet<string> taken, FieldPath path, FieldPath volume, FieldErrors errors)
    {
        switch (bundle.Text("name"), bundle.Text("signerName"))
        {
            case (not null, not null): errors.Invalid(path, bundle, "only one of name and signerName may be used"); break;
            case (not null and var name, _): CheckNamed(bundle, name, path, errors); break;
            case (_, not null and var signer):
                if (signer.Length == 0)
                    errors.Required(path.Child("signerName"), "must be a valid signer name");
                SignerNameRules.Check(path.Child("signerName"), signer, errors);
                LabelSelectorJson.Validate(bundle.Object("labelSelector"), path.Child("labelSelector"), errors);
                break;
            default: errors.Required(path, "either name or signerName must be specified"); break;
        }
        if (FieldRules.Required(bundle, "path", path, errors) is { } file)
            CheckFile(file, taken, path.Child("path"), volume, errors);
    }

    /// <summary>Checks a certificate of the pod's own.</summary>
    /// <inheritdoc cref="CheckBundle"/>
    public static void CheckCertificate(JsonObject certificate, HashSet<string> taken, FieldPath path, FieldPath volume, FieldErrors errors)
    {
        var signer = certificate.Text("signerName") ?? "";
        SignerNameRules.Check(path.Child("signerName"), signer, errors);
        UserAnnotationRules.Check(certificate.Object("userAnnotations"), path.Child("userAnnotations"), errors);
        if (certificate.Text("keyType") is var type && !KeyTypes.Contains(type))
            errors.NotSupported(path.Child("keyType"), type ?? "", KeyTypes);
        CheckDuration(certificate.Int64("maxExpirationSeconds"), signer, path.Child("maxExpirationSeconds"), errors);
        var any = false;
        foreach (var field in Files)
            if (certificate.Text(field) is { Length: > 0 } file)
            {
                any = true;
                CheckFile(file, taken, path.Child(field), volume, errors);
            }
        if (!any)
            errors.Required(path, "specify at least one of credentialBundlePath, keyPath, and certificateChainPath");
    }

    // The name of a signer's bundle begins with the signer's, with colons for slashes.
    private static void CheckNamed(JsonObject bundle, string name, FieldPath path, FieldErrors errors)
    {
        if (name.Length == 0)
            errors.Required(path.Child("name"), "must be a valid object name");
        foreach (var fault in DnsNames.Subdomain(name[(name.LastIndexOf(':') + 1)..]))
            errors.Invalid(path.Child("name"), name, $"not a valid clustertrustbundlename: {fault}");
        if (bundle["labelSelector"] is { } selector)
            errors.Invalid(path.Child("labelSelector"), selector, "labelSelector must be unset if name is specified");
    }

    private static void CheckDuration(long? seconds, string signer, FieldPath path, FieldErrors errors)
    {
        var most = signer.StartsWith("kubernetes.io/", StringComparison.Ordinal) ? MaxSecondsOfKubernetes : MaxSeconds;
        if (seconds < MinSeconds)
            errors.Invalid(path, seconds.Value, $"if provided, maxExpirationSeconds must be >= {MinSeconds}");
        else if (seconds > most)
            errors.Invalid(path, seconds.Value, $"if provided, maxExpirationSeconds must be <= {most}");
    }

    private static void CheckFile(string file, HashSet<string> taken, FieldPath path, FieldPath volume, FieldErrors errors)
    {
        PathRules.File(file, path, errors);
        if (!taken.Add(file))
            errors.Invalid(volume, file, ProjectionRules.PathTaken);
    }
}
