using System.Globalization;
using System.Security.Cryptography;
using ActorKube.Api.Objects;

namespace ActorKube.Machinery.Objects;

/// <summary>Which agent runs a node, as the node's Lease says it in a label: two agents with one node's name differ in it, and so do two lives of one agent.</summary>
/// <param name="Key">Stands for the key that the agent made when it joined: the same for all its lives.</param>
/// <param name="Incarnation">Greater at every start; 0 for an agent that cannot be started twice.</param>
public sealed record AgentIdentity(string Key, ulong Incarnation)
{
    /// <summary>The label.</summary>
    public const string Label = "actorkube.io/agent";

    // Of 64; a label has room for 63 characters.
    private const int KeyCharacters = 32;

    /// <summary>The identity of who holds a key.</summary>
    /// <param name="publicKey">The key's SubjectPublicKeyInfo.</param>
    /// <param name="incarnation">See <see cref="Incarnation"/>.</param>
    public static AgentIdentity Of(ReadOnlySpan<byte> publicKey, ulong incarnation) => new(Convert.ToHexStringLower(SHA256.HashData(publicKey))[..KeyCharacters], incarnation);

    /// <summary>Whether this is an earlier life of an agent than another one.</summary>
    public bool IsBefore(AgentIdentity other) => Key == other.Key && Incarnation < other.Incarnation;

    /// <summary>Who runs the node that a Lease is of; null when the Lease does not say so.</summary>
    public static AgentIdentity? Read(StoredObject lease)
    {
        if (lease.Head.Labels[Label] is not { Length: > 0 } value)
            return null;
        var dot = value.IndexOf('.', StringComparison.Ordinal);
        return dot < 0
            ? new AgentIdentity(value, 0)
            : new AgentIdentity(value[..dot], ulong.TryParse(value.AsSpan(dot + 1), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var incarnation) ? incarnation : 0);
    }

    /// <summary>The label's value.</summary>
    public override string ToString() => Incarnation == 0 ? Key : $"{Key}.{Incarnation.ToString("x", CultureInfo.InvariantCulture)}";
}
