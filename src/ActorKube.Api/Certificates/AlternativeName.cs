using System.Collections.Immutable;
using System.Formats.Asn1;
using System.Security.Cryptography.X509Certificates;

namespace ActorKube.Api.Certificates;

/// <summary>Kinds of alternative names, by their tag in a certificate.</summary>
public enum AlternativeNameKind
{
    /// <summary>Mail address.</summary>
    Email = 1,
    /// <summary>Host name.</summary>
    Dns = 2,
    /// <summary>URI.</summary>
    Uri = 6,
    /// <summary>IP address.</summary>
    Address = 7,
}

/// <summary>One of the names that a certificate is good for besides its subject.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Encoded">Its encoding, tag included.</param>
public sealed record AlternativeName(AlternativeNameKind Kind, ImmutableArray<byte> Encoded)
{
    private const string Oid = "2.5.29.17";

    /// <summary>Reads the content of an extension; names of other kinds are left out, as Go leaves them out.</summary>
    /// <exception cref="AsnContentException">It is malformed.</exception>
    public static IReadOnlyList<AlternativeName> Read(ReadOnlyMemory<byte> extension)
    {
        var names = new List<AlternativeName>();
        var sequence = new AsnReader(extension, AsnEncodingRules.DER).ReadSequence();
        while (sequence.HasData)
        {
            var tag = sequence.PeekTag();
            var encoded = sequence.ReadEncodedValue();
            if (tag.TagClass == TagClass.ContextSpecific && Enum.IsDefined((AlternativeNameKind)tag.TagValue))
                names.Add(new AlternativeName((AlternativeNameKind)tag.TagValue, [.. encoded.Span]));
        }
        return names;
    }

    /// <summary>The mail addresses and host names of a certificate.</summary>
    /// <exception cref="AsnContentException">They are malformed.</exception>
    public static IReadOnlyList<(AlternativeNameKind Kind, string Text)> TextsOf(X509Certificate2 certificate) =>
    [
        .. certificate.Extensions.Where(static e => e.Oid?.Value == Oid).SelectMany(static e => Read(e.RawData))
            .Where(static n => n.Kind is AlternativeNameKind.Email or AlternativeNameKind.Dns)
            .Select(static n => (n.Kind, new AsnReader(n.Encoded.AsMemory(), AsnEncodingRules.DER).ReadCharacterString(UniversalTagNumber.IA5String, new Asn1Tag(TagClass.ContextSpecific, (int)n.Kind)))),
    ];

    /// <summary>The extension that holds these names.</summary>
    public static X509Extension Extension(IEnumerable<AlternativeName> names)
    {
        var writer = new AsnWriter(AsnEncodingRules.DER);
        using (writer.PushSequence())
            foreach (var name in names)
                writer.WriteEncodedValue(name.Encoded.AsSpan());
        return new X509Extension(Oid, writer.Encode(), critical: false);
    }
}
