using System.Collections.Immutable;
using System.Text.Json.Nodes;
using ActorKube.Api.Certificates;
using ActorKube.Api.Objects;
using ActorKube.Controllers.Workloads;
using ActorKube.Machinery.Informers;
using ActorKube.Machinery.Objects;

namespace ActorKube.Controllers.Certificates;

/// <summary>A CertificateSigningRequest as its controllers see it.</summary>
internal sealed class RequestView : IObjectView<RequestView>
{
    private RequestView(StoredObject item)
    {
        Object = item;
        var json = item.Edit();
        Signer = json.Text("spec", "signerName");
        User = json.Text("spec", "username");
        Usages = [.. json.Items("spec", "usages").Select(static u => u.Text())];
        Seconds = json.Number("spec", "expirationSeconds");
        Pem = Decode(json.Text("spec", "request"));
        Certificate = Decode(json.Text("status", "certificate"));
        Conditions = Condition.Read(json["status"]);
        Created = json.Time("metadata", "creationTimestamp") ?? DateTimeOffset.MaxValue;
    }

    public StoredObject Object { get; }

    public string Signer { get; }

    public string User { get; }

    public ImmutableArray<string> Usages { get; }

    /// <summary>How long the certificate is to live; null when that is left to the signer.</summary>
    public long? Seconds { get; }

    public byte[] Pem { get; }

    /// <summary>The issued certificate, PEM; empty while there is none.</summary>
    public byte[] Certificate { get; }

    public ImmutableArray<Condition> Conditions { get; }

    public DateTimeOffset Created { get; }

    public bool IsApproved => Has("Approved") && !Has("Denied");

    public bool IsDecided => Has("Approved") || Has("Denied");

    public bool HasFailed => Conditions.Any(static c => c is { Type: "Failed", IsTrue: true });

    public static RequestView Project(StoredObject item) => new(item);

    /// <summary>The object with a further condition; the server fills in its times.</summary>
    public JsonObject With(string type, string reason, string message)
    {
        var json = Object.Edit();
        var status = json.Child("status");
        if (status["conditions"] is not JsonArray conditions)
            status["conditions"] = conditions = [];
        conditions.Add(new JsonObject { ["type"] = type, ["status"] = "True", ["reason"] = reason, ["message"] = message });
        return json;
    }

    /// <summary>What is asked for; null when that cannot be read.</summary>
    public SigningRequest? Read(out string fault)
    {
        fault = "";
        try
        {
            return SigningRequest.Parse(Pem, verify: false);
        }
        catch (FormatException unreadable)
        {
            fault = $"unable to parse csr \"{Object.Key.Name}\": {unreadable.Message}";
            return null;
        }
    }

    private bool Has(string type) => Conditions.Any(c => c.Type == type);

    // What is no base64 is no request and no certificate either.
    private static byte[] Decode(string base64)
    {
        var bytes = new byte[base64.Length];
        return Convert.TryFromBase64String(base64, bytes, out var length) ? bytes[..length] : [];
    }
}
