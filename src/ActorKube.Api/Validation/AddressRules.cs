using System.Globalization;
using System.Net;
using System.Net.Sockets;
using ActorKube.Api.Json;

namespace ActorKube.Api.Validation;

/// <summary>IP addresses and CIDR ranges. Errors as in <see cref="DnsNames"/>.</summary>
public static class AddressRules
{
    /// <summary>An address in any unambiguous notation: the rule for fields older than strict validation.</summary>
    public static IReadOnlyList<string> Ip(string value) => TryParseIp(value, out _, out var error) ? [] : [error!];

    /// <summary>An address in canonical notation: the rule for newer fields.</summary>
    public static IReadOnlyList<string> CanonicalIp(string value)
    {
        if (!TryParseIp(value, out var address, out var error))
            return [error!];
        return address!.ToString() == value ? [] : [$"must be in canonical form ({GoText.Quote(address.ToString())})"];
    }

    /// <summary>What upstream advises about an address that is valid but written in another way than the usual one; null for nothing.</summary>
    public static string? Warning(string value) =>
        value.Contains(':', StringComparison.Ordinal) && TryParseIp(value, out var address, out _) && address!.ToString() is var usual && usual != value
            ? $"IPv6 address {GoText.Quote(value)} should be in RFC 5952 canonical format ({GoText.Quote(usual)})"
            : null;

    /// <summary>The same about a range.</summary>
    public static string? CidrWarning(string value) =>
        value.Contains(':', StringComparison.Ordinal) && TryParseCidr(value, out var network, out _) && network.ToString() is var usual && usual != value
            ? $"IPv6 CIDR value {GoText.Quote(value)} should be in RFC 5952 canonical format ({GoText.Quote(usual)})"
            : null;

    /// <summary>A range without bits beyond its prefix, in any unambiguous notation.</summary>
    public static IReadOnlyList<string> Cidr(string value) => TryParseCidr(value, out _, out var error) ? [] : [error!];

    /// <summary>Reads an address. IPv4 octets with leading zeros and IPv4-mapped IPv6 addresses are refused: others read them differently.</summary>
    public static bool TryParseIp(string value, out IPAddress? address, out string? error)
    {
        address = null;
        error = "must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)";
        var octets = value.Split('.');
        if (octets.Length == 4 && octets.All(o => o.Length > 0 && o.All(char.IsAsciiDigit) && int.TryParse(o, out var n) && n <= 255))
        {
            if (octets.Any(o => o.Length > 1 && o[0] == '0'))
                error = "must not have leading 0s";
            else
                address = IPAddress.Parse(value);
        }
        // The framework also takes scopes, brackets and ports.
        else if (value.Contains(':', StringComparison.Ordinal) && value.All(c => char.IsAsciiHexDigit(c) || c is ':' or '.')
            && IPAddress.TryParse(value, out var parsed) && parsed.AddressFamily == AddressFamily.InterNetworkV6)
        {
            if (parsed.IsIPv4MappedToIPv6)
                error = "must not be an IPv4-mapped IPv6 address";
            else
                address = parsed;
        }
        if (address is not null)
            error = null;
        return address is not null;
    }

    /// <summary>Reads a range.</summary>
    public static bool TryParseCidr(string value, out IPNetwork network, out string? error)
    {
        network = default;
        error = "must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)";
        var slash = value.IndexOf('/', StringComparison.Ordinal);
        if (slash < 0)
            return false;
        var length = value.AsSpan(slash + 1);
        if (!int.TryParse(length, NumberStyles.None, CultureInfo.InvariantCulture, out var bits))
            return false;
        if (!TryParseIp(value[..slash], out var address, out var bad))
        {
            if (bad!.StartsWith("must not be an", StringComparison.Ordinal))
                error = "must not have an IPv4-mapped IPv6 address";
            else if (bad.StartsWith("must not have", StringComparison.Ordinal))
                error = "must not have leading 0s in IP or prefix length";
            return false;
        }
        if (bits > (address!.AddressFamily == AddressFamily.InterNetwork ? 32 : 128))
            return false;
        if (length.Length > 1 && length[0] == '0')
        {
            error = "must not have leading 0s in IP or prefix length";
            return false;
        }
        // The constructor masks what lies beyond the prefix.
        network = new IPNetwork(address, bits);
        error = network.BaseAddress.Equals(address) ? null : "must not have bits set beyond the prefix length";
        return error is null;
    }
}
