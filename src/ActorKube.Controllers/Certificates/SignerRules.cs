using System.Collections.Immutable;
using ActorKube.Api.Certificates;
using ActorKube.Api.Users;

namespace ActorKube.Controllers.Certificates;

/// <summary>What each of the cluster's own signers demands of a request, in upstream's words.</summary>
internal static class SignerRules
{
    private static readonly string[] OfNodeClients = [KeyUsages.ClientAuth, KeyUsages.DigitalSignature, KeyUsages.KeyEncipherment];
    private static readonly string[] OfNodeServers = [KeyUsages.DigitalSignature, KeyUsages.KeyEncipherment, KeyUsages.ServerAuth];

    /// <summary>True when the signer is one of the cluster's own.</summary>
    public static bool Knows(string signer) =>
        signer is SignerNames.ApiServerClient or SignerNames.ApiServerClientKubelet or SignerNames.KubeletServing or SignerNames.LegacyUnknown;

    /// <summary>Why the signer refuses, or null when it signs.</summary>
    public static string? Fault(string signer, SigningRequest request, ImmutableArray<string> usages) => signer switch
    {
        SignerNames.ApiServerClient => FaultOfClient(usages),
        SignerNames.ApiServerClientKubelet => FaultOfNodeClient(request, usages),
        SignerNames.KubeletServing => FaultOfNodeServer(request, usages),
        // Objects from before there were signers are not restricted.
        SignerNames.LegacyUnknown => null,
        _ => throw new ArgumentException($"'{signer}' is not a signer of the cluster.", nameof(signer)),
    };

    private static string? FaultOfClient(ImmutableArray<string> usages) =>
        usages.Except(OfNodeClients).FirstOrDefault() is { } other ? $"invalid usage for client certificate: {other}"
        : !usages.Contains(KeyUsages.ClientAuth) ? $"missing required usage for client certificate: {KeyUsages.ClientAuth}"
        : null;

    private static string? FaultOfNodeClient(SigningRequest request, ImmutableArray<string> usages) =>
        FaultOfGroup(request)
        ?? (request.Has(AlternativeNameKind.Dns) ? "DNS subjectAltNames are not allowed" : null)
        ?? FaultOfPersonalNames(request, beforeUri: request.Has(AlternativeNameKind.Address) ? "IP subjectAltNames are not allowed" : null)
        ?? FaultOfName(request)
        ?? FaultOfUsages(usages, OfNodeClients);

    private static string? FaultOfNodeServer(SigningRequest request, ImmutableArray<string> usages) =>
        FaultOfGroup(request)
        ?? (!request.Has(AlternativeNameKind.Dns) && !request.Has(AlternativeNameKind.Address) ? "DNS or IP subjectAltName is required" : null)
        ?? FaultOfPersonalNames(request, beforeUri: null)
        ?? FaultOfUsages(usages, OfNodeServers)
        ?? FaultOfName(request);

    private static string? FaultOfGroup(SigningRequest request) =>
        request.Subject.Organizations is [WellKnownUsers.Nodes] ? null : $"subject organization is not {WellKnownUsers.Nodes}";

    private static string? FaultOfPersonalNames(SigningRequest request, string? beforeUri) =>
        request.Has(AlternativeNameKind.Email) ? "Email subjectAltNames are not allowed"
        : beforeUri ?? (request.Has(AlternativeNameKind.Uri) ? "URI subjectAltNames are not allowed" : null);

    private static string? FaultOfName(SigningRequest request) =>
        request.Subject.CommonName.StartsWith(WellKnownUsers.NodePrefix, StringComparison.Ordinal) ? null : $"subject common name does not begin with {WellKnownUsers.NodePrefix}";

    // Keys that are not RSA need no key encipherment.
    private static string? FaultOfUsages(ImmutableArray<string> usages, string[] required) =>
        usages.ToHashSet() is var set && (set.SetEquals(required) || set.SetEquals(required.Where(static u => u != KeyUsages.KeyEncipherment))) ? null : $"usages did not match [{string.Join(' ', required)}]";
}
