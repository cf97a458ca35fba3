using ActorKube.Api.Users;

namespace ActorKube.ApiServer.Tests.Kinds;

public sealed class ServiceRangeKindTests
{
    private const string Ranges = "networking.k8s.io/v1/servicecidrs";
    private const string Addresses = "networking.k8s.io/v1/ipaddresses";

    private static string Range(string cidrs) => $$$"""{"metadata":{"name":"r"},"spec":{"cidrs":{{{cidrs}}}}}""";

    private static string Address(string parent) => $$$"""{"metadata":{"name":"10.0.0.1"},"spec":{"parentRef":{{{parent}}}}}""";

    [Theory]
    [InlineData("""["10.0.0.0/24"]""")]
    [InlineData("""["10.0.0.0/24","fd00::/112"]""")]
    public void A_good_range_is_taken(string cidrs) => Assert.Empty(KindBench.Faults(Ranges, Range(cidrs)));

    [Theory]
    [InlineData("[]", "spec.cidrs: Required value: at least one CIDR required")]
    [InlineData("""["10.0.0.0/24","10.1.0.0/24"]""", "spec.cidrs: Invalid value: [\"10.0.0.0/24\",\"10.1.0.0/24\"]: may specify no more than one IP for each IP family, i.e 192.168.0.0/24 and 2001:db8::/64")]
    [InlineData("""["a","b","c"]""", "spec.cidrs: Invalid value: {\"CIDRs\":[\"a\",\"b\",\"c\"]}: may only hold up to 2 values")]
    [InlineData("""["ten"]""", "spec.cidrs[0]: Invalid value: \"ten\": must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)")]
    [InlineData("""["fd00::/112","ten"]""", "spec.cidrs[1]: Invalid value: \"ten\": must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)")]
    [InlineData("""["10.0.0.1/24","10.1.0.0/24"]""", "spec.cidrs[0]: Invalid value: \"10.0.0.1/24\": must not have bits set beyond the prefix length",
        "spec.cidrs: Invalid value: [\"10.0.0.1/24\",\"10.1.0.0/24\"]: may specify no more than one IP for each IP family, i.e 192.168.0.0/24 and 2001:db8::/64")]
    public void A_bad_range_is_refused(string cidrs, params string[] faults) => Assert.Equal(faults, KindBench.Faults(Ranges, Range(cidrs)));

    [Fact]
    public void A_status_may_come_with_a_range_as_upstream()
    {
        const string Ready = """{"metadata":{"name":"r"},"spec":{"cidrs":["10.0.0.0/24"]},"status":{"conditions":[{"type":"Ready","status":"False","reason":"x","message":"","lastTransitionTime":"2026-01-01T00:00:00Z"}]}}""";
        var (made, changed) = (KindBench.Defaulted(Ranges, Ready), KindBench.Defaulted(Ranges, Ready));
        KindBench.Strategy(Ranges).PrepareForCreate(made, new UserInfo("alice"));
        KindBench.Strategy(Ranges).PrepareForUpdate(changed, KindBench.Defaulted(Ranges, Range("""["10.0.0.0/24"]""")));
        Assert.Equal(("False", "False"), ((string?)made["status"]!["conditions"]![0]!["status"], (string?)changed["status"]!["conditions"]![0]!["status"]));
    }

    [Theory]
    [InlineData("""["10.0.0.0/24"]""", """["10.0.0.0/24","fd00::/112"]""")]
    [InlineData("""["10.0.0.0/24"]""", """["10.0.0.0/16"]""", "spec.cidrs[0]: Invalid value: \"10.0.0.0/16\": field is immutable")]
    [InlineData("""["10.0.0.0/24","fd00::/112"]""", """["10.0.0.0/24"]""", "spec.cidrs: Invalid value: [\"10.0.0.0/24\"]: field is immutable")]
    public void A_range_only_gains_another_family(string before, string after, params string[] faults) => Assert.Equal(faults, KindBench.UpdateFaults(Ranges, Range(before), Range(after)));

    [Theory]
    [InlineData("""{"resource":"services","namespace":"default","name":"a"}""")]
    [InlineData("""{"group":"example.com","resource":"widgets","name":"a"}""")]
    public void A_good_address_is_taken(string parent) => Assert.Empty(KindBench.Faults(Addresses, Address(parent)));

    [Theory]
    [InlineData("""{"name":"a"}""", "spec.parentRef.resource: Required value")]
    [InlineData("""{"resource":"services"}""", "spec.parentRef.name: Required value")]
    [InlineData("""{"resource":"a/b","name":"c"}""", "spec.parentRef.resource: Invalid value: \"a/b\": may not contain '/'")]
    public void A_bad_address_is_refused(string parent, string fault) => Assert.Equal([fault], KindBench.Faults(Addresses, Address(parent)));

    [Fact]
    public void The_parent_of_an_address_never_changes() => Assert.Equal(
        ["spec.parentRef: Invalid value: null: field is immutable"],
        KindBench.UpdateFaults(Addresses, Address("""{"resource":"services","name":"a"}"""), Address("""{"resource":"services","name":"b"}""")));
}
