using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using ActorKube.Api.Json;
using ActorKube.Api.Objects;
using ActorKube.Api.Times;

namespace ActorKube.ApiServer.Pipeline.Servers;

/// <summary>The Lease by which a server says that it serves, under upstream's name and label for it, with the address that pods reach it at.</summary>
/// <param name="Name">Name of the Lease: the same for every process at one address.</param>
/// <param name="Server">Address and port.</param>
/// <param name="Renewed">When it was last renewed, by that server's clock: good for seeing that it changes, not for comparing with other clocks.</param>
/// <param name="ResourceVersion">Revision of the Lease.</param>
internal sealed record ServerLease(string Name, IPEndPoint Server, string Renewed, string ResourceVersion)
{
    public const string Namespace = "kube-system";
    public const string LabelSelector = $"{Label}={LabelValue}";

    /// <summary>Renewals are three times as frequent.</summary>
    public const int DurationSeconds = 30;

    private const string Label = "apiserver.kubernetes.io/identity";
    private const string LabelValue = "kube-apiserver";
    private const string AddressAnnotation = "actorkube.io/address";

    /// <summary>Upstream's form of name: <c>apiserver-</c> and 26 characters of a hash.</summary>
    public static string NameOf(IPEndPoint server) => $"apiserver-{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(server.ToString())))[..26]}";

    /// <summary>What a renewal writes.</summary>
    /// <param name="server">Address and port.</param>
    /// <param name="holder">Identity of the process.</param>
    /// <param name="host">Name of its machine.</param>
    /// <param name="now">The time.</param>
    public static JsonObject Content(IPEndPoint server, string holder, string host, DateTimeOffset now) => new()
    {
        ["metadata"] = new JsonObject
        {
            ["name"] = NameOf(server),
            ["namespace"] = Namespace,
            ["labels"] = new JsonObject { [Label] = LabelValue, ["kubernetes.io/hostname"] = host },
            ["annotations"] = new JsonObject { [AddressAnnotation] = server.ToString() },
        },
        ["spec"] = new JsonObject
        {
            ["holderIdentity"] = holder,
            ["leaseDurationSeconds"] = DurationSeconds,
            ["renewTime"] = KubeTime.FormatMicro(now),
        },
    };

    /// <summary>Reads a Lease; null when it is not of this form: whoever wrote it, it is no server of this cluster.</summary>
    public static ServerLease? Read(StoredObject lease)
    {
        var json = JsonNode.Parse(lease.Json.Span) as JsonObject;
        var metadata = json.Object("metadata");
        return IPEndPoint.TryParse(metadata.Object("annotations").Text(AddressAnnotation) ?? "", out var server)
            ? new ServerLease(lease.Key.Name, server, json.Object("spec").Text("renewTime") ?? "", metadata.Text("resourceVersion") ?? "")
            : null;
    }
}
