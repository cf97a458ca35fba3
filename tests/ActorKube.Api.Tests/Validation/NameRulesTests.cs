using System.Text.Json.Nodes;
using ActorKube.Api.Validation;
using CsCheck;

namespace ActorKube.Api.Tests.Validation;

public class NameRulesTests
{
    private const string Label = "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?')";
    private const string Subdomain = "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')";

    private static readonly Dictionary<string, Func<string, IReadOnlyList<string>>> Rules = new()
    {
        ["label"] = DnsNames.Label,
        ["label1035"] = DnsNames.Label1035,
        ["subdomain"] = DnsNames.Subdomain,
        ["wildcard"] = DnsNames.WildcardSubdomain,
        ["qualified"] = LabelNames.QualifiedName,
        ["value"] = LabelNames.Value,
        ["configkey"] = KeyNames.ConfigMapKey,
        ["relaxedenv"] = KeyNames.RelaxedEnvVarName,
        ["header"] = KeyNames.HttpHeaderName,
        ["segment"] = KeyNames.PathSegment,
        ["port"] = PortRules.Name,
        ["percent"] = IntOrString.Percent,
        ["ip"] = AddressRules.Ip,
        ["canonicalip"] = AddressRules.CanonicalIp,
        ["cidr"] = AddressRules.Cidr,
    };

    [Theory]
    [InlineData("label", "a", "0-a", "a--b")]
    [InlineData("label1035", "a", "a-0")]
    [InlineData("subdomain", "a", "a.b-c.0")]
    [InlineData("wildcard", "*.a", "*.a.b")]
    [InlineData("qualified", "a", "A_b.c-D", "example.com/a", "1")]
    [InlineData("value", "", "a", "A-b_c.9")]
    [InlineData("configkey", "a", ".a", "A_b-c.d", "-")]
    [InlineData("relaxedenv", "0 a!", "~")]
    [InlineData("header", "X-Header", "0")]
    [InlineData("segment", "a:b", "...", "é")]
    [InlineData("port", "http", "a-1", "12345678901234a")]
    [InlineData("percent", "0%", "100%", "1000%")]
    [InlineData("ip", "10.9.8.7", "2001:db8::ffff", "2001:DB8:0::1", "::")]
    [InlineData("canonicalip", "10.9.8.7", "2001:db8::ffff")]
    [InlineData("cidr", "10.9.8.0/24", "2001:db8::/64", "0.0.0.0/0", "10.1.2.3/32")]
    public void Good_names_pass(string rule, params string[] names)
    {
        foreach (var name in names)
            Assert.Empty(Rules[rule](name));
    }

    [Theory]
    [InlineData("label", "", Label)]
    [InlineData("label", "A", Label)]
    [InlineData("label", "-a", Label)]
    [InlineData("label", "a.b", "must not contain dots")]
    [InlineData("subdomain", "a..b", Subdomain)]
    [InlineData("subdomain", "a_b", Subdomain)]
    [InlineData("label1035", "0a", "a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an alphabetic character, and end with an alphanumeric character (e.g. 'my-name',  or 'abc-123', regex used for validation is '[a-z]([-a-z0-9]*[a-z0-9])?')")]
    [InlineData("qualified", "", "name part must be non-empty")]
    [InlineData("qualified", "/a", "prefix part must be non-empty")]
    [InlineData("qualified", "A/a", "prefix part " + Subdomain)]
    [InlineData("configkey", "..", "must not be '..'")]
    [InlineData("configkey", "..a", "must not start with '..'")]
    [InlineData("configkey", "a b", "a valid config key must consist of alphanumeric characters, '-', '_' or '.' (e.g. 'key.name',  or 'KEY_NAME',  or 'key-name', regex used for validation is '[-._a-zA-Z0-9]+')")]
    [InlineData("relaxedenv", "a=b", "a valid environment variable name must consist only of printable ASCII characters other than '='")]
    [InlineData("relaxedenv", "", "environment variable name must be non-empty")]
    [InlineData("segment", "..", "may not be '..'")]
    [InlineData("segment", "a/b", "may not contain '/'")]
    [InlineData("segment", "a%b", "may not contain '%'")]
    [InlineData("port", "1", "must contain at least one letter (a-z)")]
    [InlineData("port", "a--b", "must not contain consecutive hyphens")]
    [InlineData("port", "-a", "must not begin or end with a hyphen")]
    [InlineData("port", "A", "must contain only alpha-numeric characters (a-z, 0-9), and hyphens (-)")]
    [InlineData("port", "abcdefghijklmnop", "must be no more than 15 characters")]
    [InlineData("percent", "1", "a valid percent string must be a numeric string followed by an ending '%' (e.g. '1%',  or '93%', regex used for validation is '[0-9]+%')")]
    [InlineData("ip", "300.1.1.1", "must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)")]
    [InlineData("ip", "1.2.3", "must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)")]
    [InlineData("ip", "fe80::1%eth0", "must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)")]
    [InlineData("ip", "[::1]", "must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)")]
    [InlineData("ip", "010.1.1.1", "must not have leading 0s")]
    [InlineData("ip", "::ffff:1.2.3.4", "must not be an IPv4-mapped IPv6 address")]
    [InlineData("canonicalip", "2001:DB8::1", "must be in canonical form (\"2001:db8::1\")")]
    [InlineData("cidr", "10.0.0.0", "must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)")]
    [InlineData("cidr", "10.0.0.0/33", "must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)")]
    [InlineData("cidr", "10.0.0.1/24", "must not have bits set beyond the prefix length")]
    [InlineData("cidr", "10.0.0.0/08", "must not have leading 0s in IP or prefix length")]
    [InlineData("cidr", "::ffff:1.2.3.0/120", "must not have an IPv4-mapped IPv6 address")]
    public void Bad_names_are_described_in_upstreams_words(string rule, string name, string message) => Assert.Contains(message, Rules[rule](name));

    [Theory]
    [InlineData("label", 63, "must be no more than 63 characters")]
    [InlineData("label1035", 63, "must be no more than 63 characters")]
    [InlineData("value", 63, "must be no more than 63 bytes")]
    [InlineData("qualified", 63, "name part must be no more than 63 bytes")]
    public void Names_have_a_longest_length(string rule, int max, string message)
    {
        Assert.Empty(Rules[rule](new string('a', max)));
        Assert.Equal([message], Rules[rule](new string('a', max + 1)));
    }

    [Fact]
    public void Subdomains_and_prefixes_have_a_longest_length()
    {
        var longest = string.Concat(Enumerable.Repeat("a.", 126)) + "a";
        Assert.Empty(DnsNames.Subdomain(longest));
        Assert.Equal(["must be no more than 253 characters"], DnsNames.Subdomain(longest + "a"));
        Assert.Equal(["prefix part must be no more than 253 bytes"], LabelNames.QualifiedName(longest + "a/a"));
    }

    [Fact]
    public void Each_fast_check_agrees_with_the_sentences() => Gen.String[Gen.Char["aZ0-_./é"], 0, 8].Sample(text =>
        LabelNames.IsQualifiedName(text) == (LabelNames.QualifiedName(text).Count == 0)
        && LabelNames.IsValue(text) == (LabelNames.Value(text).Count == 0)
        && DnsNames.IsSubdomain(text) == System.Text.RegularExpressions.Regex.IsMatch(text, @"^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$"), iter: 10_000);

    [Theory]
    [InlineData(0, false)]
    [InlineData(1, true)]
    [InlineData(65535, true)]
    [InlineData(65536, false)]
    public void Ports_have_a_range(long port, bool valid)
    {
        Assert.Equal(valid, PortRules.Number(port).Count == 0);
        if (!valid)
            Assert.Equal(["must be between 1 and 65535, inclusive"], PortRules.Number(port));
    }

    [Theory]
    [InlineData("3", 10, true, 3L)]
    [InlineData("\"25%\"", 10, true, 3L)]
    [InlineData("\"25%\"", 10, false, 2L)]
    [InlineData("\"0%\"", 10, true, 0L)]
    [InlineData("\"http\"", 10, true, null)]
    public void Percentages_scale(string json, long total, bool up, long? expected) => Assert.Equal(expected, IntOrString.From(JsonNode.Parse(json))!.Value.ScaledTo(total, up));

    [Theory]
    [InlineData("my-pod-", true, true)]
    [InlineData("my-pod-", false, false)]
    [InlineData("-", true, false)]
    [InlineData("My-", true, false)]
    public void A_generated_name_may_begin_with_a_trailing_dash(string name, bool prefix, bool valid) => Assert.Equal(valid, ObjectNames.Subdomain(name, prefix).Count == 0);
}
