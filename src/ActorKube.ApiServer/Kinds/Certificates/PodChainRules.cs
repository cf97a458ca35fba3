using System.Formats.Asn1;
using System.Net.Mail;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json.Nodes;
using ActorKube.Api.Certificates;
using ActorKube.Api.Json;
using ActorKube.Api.Times;
using ActorKube.Api.Validation;

namespace ActorKube.ApiServer.Kinds.Certificates;

/// <summary>What a signer answers has to be: a chain that begins with a certificate for the pod's key, and times that are those of the certificate.</summary>
internal static class PodChainRules
{
    private const int MaxChain = 100 * 1024;
    private static readonly TimeSpan Skew = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan Margin = TimeSpan.FromMinutes(10);
    private static readonly FieldPath Chain = FieldPath.Status.Child("certificateChain");

    /// <summary>Checks an issued certificate; as upstream, it stops at the first fault of each kind.</summary>
    public static void Check(JsonObject status, JsonObject? spec, DateTimeOffset now, FieldErrors errors)
    {
        var pem = status.Text("certificateChain") ?? "";
        if (pem.Length > MaxChain)
        {
            errors.TooLong(Chain, MaxChain);
            return;
        }
        var before = errors.Count;
        var (leaf, laterFault) = Read(pem, errors);
        using var certificate = leaf;
        if (certificate is null)
            return;
        CheckNames(certificate, errors);
        if (StubRequestRules.KeyOf(spec) is not { } key || !certificate.PublicKey.ExportSubjectPublicKeyInfo().AsSpan().SequenceEqual(key))
        {
            errors.Invalid(Chain, pem, "leaf certificate was not issued to the requested public key");
            return;
        }
        CheckTimes(status, spec, certificate, now, errors);
        if (errors.Count == before && laterFault is not null)
            errors.Invalid(Chain, pem, laterFault);
    }

    // The first certificate, and what is wrong with those that follow it.
    private static (X509Certificate2? Leaf, string? LaterFault) Read(string pem, FieldErrors errors)
    {
        X509Certificate2? leaf = null;
        var fault = "issued certificate chain must contain at least one certificate";
        for (var rest = pem.AsSpan(); PemEncoding.TryFind(rest, out var block); rest = rest[block.Location.End..])
        {
            var isFirst = leaf is null;
            if (rest[block.Label] is not "CERTIFICATE")
                fault = "issued certificate chain must consist entirely of CERTIFICATE PEM blocks";
            else if (Load(rest[block.Base64Data].ToString()) is not { } certificate)
                fault = isFirst ? "leaf certificate does not parse as valid X.509" : "intermediate certificate does not parse as valid X.509";
            else
            {
                if (isFirst)
                    leaf = certificate;
                else
                    certificate.Dispose();
                continue;
            }
            if (!isFirst)
                return (leaf, fault);
            break;
        }
        if (leaf is null)
            errors.Invalid(Chain, pem, fault);
        return (leaf, null);
    }

    private static X509Certificate2? Load(string base64)
    {
        X509Certificate2? certificate = null;
        try
        {
            certificate = X509CertificateLoader.LoadCertificate(Convert.FromBase64String(base64));
            AlternativeName.TextsOf(certificate);
            return certificate;
        }
        catch (Exception e) when (e is CryptographicException or AsnContentException)
        {
            certificate?.Dispose();
            return null;
        }
    }

    private static void CheckNames(X509Certificate2 leaf, FieldErrors errors)
    {
        foreach (var (kind, name) in AlternativeName.TextsOf(leaf))
        {
            if (kind == AlternativeNameKind.Email && !MailAddress.TryCreate(name, out _))
                errors.Invalid(Chain, name, "leaf certificate should not contain invalid EmailAddress");
            if (kind != AlternativeNameKind.Dns)
                continue;
            if (name.Length == 0)
                errors.Invalid(Chain, name, "leaf certificate should not contain empty DNSName");
            if (name.Contains("..", StringComparison.Ordinal))
                errors.Invalid(Chain, name, "leaf certificate's DNSName should not contain '..'");
            if (name.StartsWith('.') || name.EndsWith('.'))
                errors.Invalid(Chain, name, "leaf certificate's DNSName should not start or end with '.'");
        }
    }

    private static void CheckTimes(JsonObject status, JsonObject? spec, X509Certificate2 leaf, DateTimeOffset now, FieldErrors errors)
    {
        var before = errors.Count;
        var notBefore = Time(status, "notBefore", "must be present and consistent with the issued certificate", errors);
        var notAfter = Time(status, "notAfter", "must be present and consistent with the issued certificate", errors);
        var refresh = Time(status, "beginRefreshAt", "must be present and in the range [notbefore+10min, notafter-10min]", errors);
        if (errors.Count > before)
            return;
        var (from, until) = (new DateTimeOffset(leaf.NotBefore.ToUniversalTime()), new DateTimeOffset(leaf.NotAfter.ToUniversalTime()));
        var longest = spec.Int64("maxExpirationSeconds") ?? 0;
        var (field, shown, fault) = (notBefore, notAfter, refresh, until - from) switch
        {
            var (b, _, _, _) when b != from => ("notBefore", b, "must be set to the NotBefore time encoded in the leaf certificate"),
            var (b, _, _, _) when (b - now).Duration() >= Skew => ("notBefore", b, "must be set to within 5 minutes of kube-apiserver's current time"),
            var (_, a, _, _) when a != until => ("notAfter", a, "must be set to the NotAfter time encoded in the leaf certificate"),
            var (_, a, _, lifetime) when lifetime < TimeSpan.FromHours(1) => ("certificateChain", a, "leaf certificate lifetime must be >= 1 hour"),
            var (_, a, _, lifetime) when lifetime > TimeSpan.FromSeconds(longest) => ("certificateChain", a, $"leaf certificate lifetime must be <= spec.maxExpirationSeconds ({longest})"),
            var (b, _, r, _) when r < b + Margin => ("beginRefreshAt", r, "must be at least 10 minutes after status.notBefore"),
            var (_, a, r, _) when r > a - Margin => ("beginRefreshAt", r, "must be at least 10 minutes before status.notAfter"),
            _ => ("", default, ""),
        };
        if (field.Length > 0)
            errors.Invalid(FieldPath.Status.Child(field), field == "certificateChain" ? GoDuration.Format(until - from) : KubeTime.Format(shown), fault);
    }

    private static DateTimeOffset Time(JsonObject status, string field, string whatFor, FieldErrors errors)
    {
        if (status.Text(field) is { } text && KubeTime.TryParse(text, out var time))
            return time;
        errors.Required(FieldPath.Status.Child(field), whatFor);
        return default;
    }
}
