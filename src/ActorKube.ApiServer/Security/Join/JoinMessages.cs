using System.Text.Json.Serialization;
using ActorKube.ApiServer.Security.Pki;

namespace ActorKube.ApiServer.Security.Join;

/// <summary>What a process that wants to join sends.</summary>
/// <param name="Role">What it joins as.</param>
/// <param name="Name">Name of the node, for agents; of the machine, for servers.</param>
public sealed record JoinRequest(JoinRole Role, string Name)
{
    /// <summary>Host names the process is reached by.</summary>
    public IReadOnlyList<string> DnsNames { get; init; } = [];

    /// <summary>Addresses the process is reached at.</summary>
    public IReadOnlyList<string> Addresses { get; init; } = [];

    /// <summary>PKCS#10 request in PEM for the key the process made; agents only.</summary>
    public string SigningRequest { get; init; } = "";
}

/// <summary>What it gets.</summary>
public sealed record JoinGrant
{
    /// <summary>Certificate of the authority of users, nodes and API servers, in PEM.</summary>
    public required string Authority { get; init; }

    /// <summary>Certificate of the authority of processes, in PEM.</summary>
    public required string ProcessAuthority { get; init; }

    /// <summary>Addresses of the Akka cluster's seed nodes.</summary>
    public required IReadOnlyList<string> SeedNodes { get; init; }

    /// <summary>The agent's certificates; null for servers.</summary>
    public AgentCertificates? Agent { get; init; }

    /// <summary>The cluster's keys; null for agents.</summary>
    public SharedKeys? Keys { get; init; }
}

/// <summary>JSON of the handshake; unknown members are errors on both sides.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UseStringEnumConverter = true, UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow, RespectNullableAnnotations = true)]
[JsonSerializable(typeof(JoinRequest))]
[JsonSerializable(typeof(JoinGrant))]
internal sealed partial class JoinJson : JsonSerializerContext;
