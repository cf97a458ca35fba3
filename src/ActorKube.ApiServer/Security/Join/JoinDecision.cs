using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.RegularExpressions;
using ActorKube.Api.Errors;
using ActorKube.Api.Json;
using ActorKube.Api.Names;
using ActorKube.Api.Users;
using ActorKube.ApiServer.Security.Nodes;
using ActorKube.ApiServer.Security.Pki;
using ActorKube.Machinery.Objects;

namespace ActorKube.ApiServer.Security.Join;

/// <summary>Who gets what when it joins. Agents come with a token for agents, or renew with the certificate of their own node; servers with a token for servers.</summary>
/// <param name="pki">Keys and certificates.</param>
/// <param name="nodes">Which agent has which node.</param>
/// <param name="seedNodes">Addresses of the Akka cluster's seed nodes.</param>
internal sealed partial class JoinDecision(ClusterPki pki, INodeClaims nodes, Func<IReadOnlyList<string>> seedNodes)
{
    private const int MaxNames = 16;

    /// <exception cref="ApiException">403 when the caller may not join as that; 409 when another agent has the node; 400 when the request makes no sense.</exception>
    public async Task<JoinGrant> DecideAsync(UserInfo caller, JoinRequest request, CancellationToken cancel)
    {
        if (request.Name.Length > 253 || !HostName().IsMatch(request.Name))
            throw ApiErrors.BadRequest($"the name {GoText.Quote(request.Name)} is not a lower-case DNS subdomain");
        var grant = new JoinGrant
        {
            Authority = pki.Authority.CertificatePem,
            ProcessAuthority = pki.ProcessAuthority.CertificatePem,
            SeedNodes = seedNodes(),
        };
        return request.Role switch
        {
            JoinRole.Agent => grant with { Agent = await AgentAsync(caller, request, cancel) },
            JoinRole.Server when caller.IsIn(JoinTokens.ServersGroup) => grant with { Keys = pki.Share() },
            JoinRole.Server => throw Refuse(caller, "this token is not for servers"),
            _ => throw ApiErrors.BadRequest("unknown role"),
        };
    }

    // Last, so that nobody has a node by a request that fails.
    private async Task<AgentCertificates> AgentAsync(UserInfo caller, JoinRequest request, CancellationToken cancel)
    {
        var certificates = Issue(caller, request);
        using var issued = X509Certificate2.CreateFromPem(certificates.ClientPem);
        var claim = await nodes.ClaimAsync(request.Name, AgentIdentity.Of(issued.PublicKey.ExportSubjectPublicKeyInfo(), 0), cancel);
        return claim.Refusal is null ? certificates : throw new ApiException(new ApiStatus(409, StatusReason.Conflict, claim.Refusal.ToString()));
    }

    private AgentCertificates Issue(UserInfo caller, JoinRequest request)
    {
        var renews = NodeIdentity.IsNode(caller, out var node) && node == request.Name;
        if (!renews && !caller.IsIn(JoinTokens.AgentsGroup))
            throw Refuse(caller, $"it may not join as node {GoText.Quote(request.Name)}");
        if (request.DnsNames.Count > MaxNames || request.Addresses.Count > MaxNames)
            throw ApiErrors.BadRequest($"a process has at most {MaxNames} names and {MaxNames} addresses");
        if (request.DnsNames.FirstOrDefault(n => n.Length > 253 || !HostName().IsMatch(n)) is { } bad)
            throw ApiErrors.BadRequest($"the host name {GoText.Quote(bad)} is not a lower-case DNS subdomain");
        var addresses = new List<IPAddress>();
        foreach (var text in request.Addresses)
            addresses.Add(IPAddress.TryParse(text, out var address) ? address : throw ApiErrors.BadRequest($"{GoText.Quote(text)} is not an IP address"));
        try
        {
            return pki.IssueAgent(request.Name, request.DnsNames, addresses, request.SigningRequest);
        }
        catch (Exception e) when (e is CryptographicException or ArgumentException)
        {
            throw ApiErrors.BadRequest($"the signing request cannot be used: {e.Message}");
        }
    }

    private static ApiException Refuse(UserInfo caller, string why) => ApiErrors.Forbidden(new GroupResource("", ""), "", $"User {GoText.Quote(caller.Name)} cannot join: {why}");

    [GeneratedRegex(@"\A[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*\z", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex HostName();
}
