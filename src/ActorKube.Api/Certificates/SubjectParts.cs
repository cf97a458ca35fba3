using System.Formats.Asn1;
using System.Security.Cryptography.X509Certificates;

namespace ActorKube.Api.Certificates;

/// <summary>What Kubernetes reads out of the subject of a certificate or a request: the common name is a user, the organizations are groups.</summary>
/// <param name="CommonName">The last common name; empty when there is none.</param>
/// <param name="Organizations">All organizations in their order.</param>
public sealed record SubjectParts(string CommonName, IReadOnlyList<string> Organizations)
{
    private const string CommonNameOid = "2.5.4.3";
    private const string OrganizationOid = "2.5.4.10";

    /// <summary>Reads a name. Go's encoder writes several organizations as one set of many values, others as many sets of one: both count.</summary>
    /// <exception cref="AsnContentException">The name is malformed.</exception>
    public static SubjectParts Of(X500DistinguishedName name)
    {
        var commonName = "";
        var organizations = new List<string>();
        var sets = new AsnReader(name.RawData, AsnEncodingRules.BER).ReadSequence();
        while (sets.HasData)
        {
            var set = sets.ReadSetOf(skipSortOrderValidation: true);
            while (set.HasData)
            {
                var part = set.ReadSequence();
                var oid = part.ReadObjectIdentifier();
                if (oid is not (CommonNameOid or OrganizationOid))
                    continue;
                var text = part.ReadCharacterString((UniversalTagNumber)part.PeekTag().TagValue);
                if (oid == CommonNameOid)
                    commonName = text;
                else
                    organizations.Add(text);
            }
        }
        return new SubjectParts(commonName, organizations);
    }
}
