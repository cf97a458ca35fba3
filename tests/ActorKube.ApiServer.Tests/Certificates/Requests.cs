using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace ActorKube.ApiServer.Tests.Certificates;

/// <summary>Signing requests as clients make them.</summary>
internal static class Requests
{
    public static readonly string Alice = Pem("CN=alice,O=dev");

    public static string Pem(string subject, Action<SubjectAlternativeNameBuilder>? names = null)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        return Pem(new X500DistinguishedName(subject), key, names);
    }

    public static string Pem(X500DistinguishedName subject, ECDsa key, Action<SubjectAlternativeNameBuilder>? names = null)
    {
        var request = new CertificateRequest(subject, key, HashAlgorithmName.SHA256);
        if (names is not null)
        {
            var builder = new SubjectAlternativeNameBuilder();
            names(builder);
            request.CertificateExtensions.Add(builder.Build());
        }
        return request.CreateSigningRequestPem();
    }

    public static string Base64(string text) => Convert.ToBase64String(Encoding.ASCII.GetBytes(text));

    /// <summary>The object, with further or other fields of its spec and a status.</summary>
    public static string Json(string spec = "", string status = "{}", string? pem = null, string signer = "kubernetes.io/kube-apiserver-client", string usages = """["client auth"]""") =>
        $$$"""{"apiVersion":"certificates.k8s.io/v1","kind":"CertificateSigningRequest","metadata":{"name":"r"},"spec":{"request":"{{{Base64(pem ?? Alice)}}}","signerName":"{{{signer}}}","usages":{{{usages}}}{{{spec}}}},"status":{{{status}}}}""";
}
