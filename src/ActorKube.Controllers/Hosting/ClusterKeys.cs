using ActorKube.Api.Certificates;
using ActorKube.Api.Names;

namespace ActorKube.Controllers.Hosting;

/// <summary>Issues a certificate.</summary>
/// <param name="signer">Which of the cluster's signers is meant (<see cref="SignerNames"/>).</param>
/// <param name="request">What is asked for, judged already.</param>
/// <param name="usages">Names of usages.</param>
/// <param name="lifetime">How long it is to live.</param>
/// <returns>The certificate, PEM.</returns>
/// <exception cref="System.Security.Cryptography.CryptographicException">The key of the request cannot be certified.</exception>
public delegate string CertificateSigner(string signer, SigningRequest request, IReadOnlyCollection<string> usages, TimeSpan lifetime);

/// <summary>Makes a token of a service account that lives as long as the secret it is in.</summary>
/// <param name="account">The account.</param>
/// <param name="uid">Its incarnation.</param>
/// <param name="secret">Name of the secret, in the account's namespace.</param>
public delegate string LegacyTokenIssuer(ObjectKey account, string uid, string secret);

/// <summary>
/// What only a process that holds the cluster's keys can do, as functions: controllers move between processes, keys do not. Nothing of it is ever part of a message or a journal.
/// </summary>
public sealed record ClusterKeys
{
    /// <summary>Issues certificates.</summary>
    public required CertificateSigner SignCertificate { get; init; }

    /// <summary>Makes tokens for secrets.</summary>
    public required LegacyTokenIssuer IssueToken { get; init; }
}
