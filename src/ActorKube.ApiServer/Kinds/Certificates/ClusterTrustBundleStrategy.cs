using System.Text.Json.Nodes;
using ActorKube.Api.Json;
using ActorKube.Api.Validation;
using ActorKube.ApiServer.Pipeline;
using ActorKube.ApiServer.Tables;
using static ActorKube.ApiServer.Kinds.KindTable;

namespace ActorKube.ApiServer.Kinds.Certificates;

/// <summary>
/// ClusterTrustBundle: certificates to trust. One that belongs to a signer says so in its name (<c>example.com/s</c> in <c>example.com:s:NAME</c>); who may write it is for admission
/// (upstream: <c>ValidateClusterTrustBundle</c>).
/// </summary>
internal sealed class ClusterTrustBundleStrategy() : KindStrategy(ClusterScoped("certificates.k8s.io/v1", "ClusterTrustBundle", "clustertrustbundles"))
{
    /// <summary>The signer decides what a name may look like, and it is not known here: <see cref="Validate"/> checks it.</summary>
    public override NameRule Names => ObjectNames.PathSegment;

    /// <inheritdoc/>
    public override bool AllowsUnconditionalUpdate => false;

    /// <inheritdoc/>
    public override IReadOnlyList<string> SelectableFields { get; } = ["spec.signerName"];

    /// <inheritdoc/>
    public override IReadOnlyList<TableColumn> Columns => CertificateColumns.Bundles;

    /// <inheritdoc/>
    public override void Validate(JsonObject obj, FieldErrors errors)
    {
        CheckNames(obj, errors);
        CheckAnchors(obj, errors);
    }

    /// <summary>A bundle that stays as it is was good when it was written.</summary>
    public override void ValidateUpdate(JsonObject obj, JsonObject old, FieldErrors errors)
    {
        CheckNames(obj, errors);
        if (!ObjectParts.SamePart(obj, old, "spec", "trustBundle"))
            CheckAnchors(obj, errors);
    }

    /// <inheritdoc/>
    public override void Warnings(JsonObject obj, JsonObject? old, WarningList warnings) => warnings.Add("cluster trust bundles are stored but not mounted into pods yet");

    // An absent bundle is reported by the schema.
    private static void CheckAnchors(JsonObject obj, FieldErrors errors)
    {
        if (obj.Object("spec").Text("trustBundle") is { } bundle)
            TrustAnchors.Check(FieldPath.Spec.Child("trustBundle"), bundle, errors);
    }

    private static void CheckNames(JsonObject obj, FieldErrors errors)
    {
        var (name, signer) = (obj.Object("metadata").Text("name") ?? "", obj.Object("spec").Text("signerName") ?? "");
        var prefix = signer.Length == 0 ? "" : signer.Replace('/', ':') + ":";
        var path = FieldPath.Metadata.Child("name");
        if (signer.Length == 0 && name.Contains(':', StringComparison.Ordinal))
            errors.Invalid(path, name, "ClusterTrustBundle without signer name must not have \":\" in its name");
        else if (!name.StartsWith(prefix, StringComparison.Ordinal))
            errors.Invalid(path, name, $"ClusterTrustBundle for signerName {signer} must be named with prefix {prefix}");
        else
            errors.Invalid(path, name, DnsNames.Subdomain(name[prefix.Length..]));
        if (signer.Length > 0)
            SignerNameRules.Check(FieldPath.Spec.Child("signerName"), signer, errors);
    }
}
