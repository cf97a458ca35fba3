using ActorKube.Api.Validation;

namespace ActorKube.ApiServer.Kinds.Certificates;

/// <summary>Names of signers: <c>example.com/signer-name</c>, the path long enough for a namespace and a name.</summary>
internal static class SignerNameRules
{
    private const int MaxPath = DnsNames.MaxSubdomain + 63 + 1;

    /// <summary>Checks a name that is there.</summary>
    public static void Check(FieldPath path, string name, FieldErrors errors)
    {
        if (name.Split('/') is not [var domain, var rest])
        {
            errors.Invalid(path, name, "must be a fully qualified domain and path of the form 'example.com/signer-name'");
            return;
        }
        if (domain.Length > DnsNames.MaxSubdomain)
            errors.TooLong(path, DnsNames.MaxSubdomain);
        var labels = domain.Split('.');
        CheckFirst(path, domain, labels, DnsNames.Label, errors);
        if (labels.Length < 2)
            errors.Invalid(path, domain, "should be a domain with at least two segments separated by dots");
        CheckFirst(path, rest, rest.Split('.'), DnsNames.Subdomain, errors);
        if (name.Length > DnsNames.MaxSubdomain + MaxPath + 1)
            errors.TooLong(path, DnsNames.MaxSubdomain + MaxPath + 1);
    }

    // The faults of further parts would mostly repeat those of the first.
    private static void CheckFirst(FieldPath path, string whole, string[] parts, Func<string, IReadOnlyList<string>> rule, FieldErrors errors)
    {
        if (Array.Find(parts, p => rule(p).Count > 0) is { } part)
            errors.Invalid(path, whole, rule(part).Select(fault => $"validating label \"{part}\": {fault}"));
    }
}
