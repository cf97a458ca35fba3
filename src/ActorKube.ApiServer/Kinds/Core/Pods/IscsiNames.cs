using System.Text.RegularExpressions;

namespace ActorKube.ApiServer.Kinds.Core.Pods;

/// <summary>Names of iSCSI targets and initiators (RFC 3721).</summary>
internal static partial class IscsiNames
{
    /// <summary>How long the name of a volume and its portal, with a colon between them, may be where the volume names its initiator.</summary>
    public const int MaxNameAndPortal = 64;

    /// <summary>What upstream says when they are longer.</summary>
    public const string TooLong = "Total length of <volume name>:<iscsi.targetPortal> must be under 64 characters if iscsi.initiatorName is specified.";

    /// <summary>A name in one of the three forms.</summary>
    public static bool IsName(string name) => (name.Length < 3 ? null : name[..3]) switch
    {
        "iqn" => IsIqn(name),
        "eui" => IsHexadecimal(name, 16),
        "naa" => IsHexadecimal(name, 32),
        _ => false,
    };

    /// <summary>A qualified name: <c>iqn.2015-02.example.com:disk</c>. Like upstream, what stands before it is not looked at.</summary>
    public static bool IsIqn(string name) => Iqn().IsMatch(name);

    /// <summary>A name of digits and letters behind its four characters of type.</summary>
    public static bool IsHexadecimal(string name, int digits) => name.Length == digits + 4 && name.AsSpan(4).IndexOfAnyExcept(Alphanumeric) < 0;

    private static readonly System.Buffers.SearchValues<char> Alphanumeric =
        System.Buffers.SearchValues.Create("0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ");

    [GeneratedRegex(@"iqn\.[0-9]{4}-[0-9]{2}\.[a-zA-Z0-9\-.]+:[^,;*&$|\s]+\z", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Iqn();
}
