using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json.Nodes;
using ActorKube.Controllers.Hosting;
using ActorKube.Machinery.Objects;
using static ActorKube.Machinery.Client.WellKnownResources;

namespace ActorKube.Controllers.Tests.Harness;

/// <summary>Requests for certificates, and keys that sign by saying so.</summary>
internal static class Signing
{
    public const string NodeClient = "kubernetes.io/kube-apiserver-client-kubelet";
    public const string NodeServer = "kubernetes.io/kubelet-serving";
    public const string Client = "kubernetes.io/kube-apiserver-client";

    public static ClusterKeys Keys { get; } = new()
    {
        SignCertificate = static (signer, request, usages, lifetime) => $"{signer} {request.Subject.CommonName} {string.Join('+', usages.Order())} {lifetime.TotalMinutes:0}m",
        IssueToken = static (account, uid, secret) => $"token of {account.Name} {uid} in {secret}",
    };

    /// <summary>A request; names are written <c>dns:a ip:10.0.0.1 email:a@b uri:x:y</c>.</summary>
    public static void AddRequest(
        this ControllerHarness h, string signer, string subject = "CN=system:node:n1,O=system:nodes", string names = "", string usages = """["client auth","digital signature"]""", string spec = "", string status = "{}")
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest(subject, key, HashAlgorithmName.SHA256);
        var builder = new SubjectAlternativeNameBuilder();
        foreach (var name in names.Split(' ', StringSplitOptions.RemoveEmptyEntries))
            switch (name.Split(':', 2))
            {
                case ["dns", var host]: builder.AddDnsName(host); break;
                case ["ip", var address]: builder.AddIpAddress(System.Net.IPAddress.Parse(address)); break;
                case ["email", var mail]: builder.AddEmailAddress(mail); break;
                case ["uri", var uri]: builder.AddUri(new Uri(uri)); break;
                default: throw new ArgumentException(name);
            }
        if (names.Length > 0)
            request.CertificateExtensions.Add(builder.Build());
        var pem = Convert.ToBase64String(Encoding.ASCII.GetBytes(request.CreateSigningRequestPem()));
        h.Cluster.Create(CertificateSigningRequests, $$$"""
            {"apiVersion":"certificates.k8s.io/v1","kind":"CertificateSigningRequest","metadata":{"name":"r"},
            "spec":{"signerName":"{{{signer}}}","request":"{{{pem}}}","usages":{{{usages}}},"username":"system:node:n1","groups":["system:nodes"]{{{spec}}}},"status":{{{status}}}}
            """);
        h.Settle();
    }

    public static void Decide(this ControllerHarness h, string type, string extra = "")
    {
        h.Cluster.Change(CertificateSigningRequests, "", "r", r =>
        {
            var condition = JsonNode.Parse($$"""{"type":"{{type}}","status":"True","lastUpdateTime":"{{JsonWriting.Time(h.Time.GetUtcNow())}}"{{extra}}}""");
            if (r.Child("status")["conditions"] is JsonArray conditions)
                conditions.Add(condition);
            else
                r.Child("status")["conditions"] = new JsonArray(condition);
        });
        h.Settle();
    }

    /// <summary>What has been issued; empty when nothing was.</summary>
    public static string Issued(this ControllerHarness h) => Encoding.ASCII.GetString(Convert.FromBase64String(h.Cluster.Json(CertificateSigningRequests, "", "r").Text("status", "certificate")));

    /// <summary>The conditions, as <c>type reason message</c>.</summary>
    public static string[] Conditions(this ControllerHarness h) =>
        [.. h.Cluster.Json(CertificateSigningRequests, "", "r").Items("status", "conditions").Select(static c => $"{c.Text("type")} {c.Text("reason")} {c.Text("message")}")];
}
