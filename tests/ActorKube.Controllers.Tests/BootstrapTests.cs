using ActorKube.Controllers.Bootstrap;
using ActorKube.Controllers.Tests.Harness;
using ActorKube.Machinery.Objects;
using static ActorKube.Machinery.Client.WellKnownResources;

namespace ActorKube.Controllers.Tests;

public class BootstrapTests
{
    private readonly ControllerHarness _h = new();

    private void Token(string id = "abcdef", string data = "", string name = "", string type = BootstrapToken.SecretType, bool signs = true)
    {
        _h.Cluster.Create(Secrets, $$$"""
            {"metadata":{"namespace":"kube-system","name":"{{{(name.Length > 0 ? name : "bootstrap-token-" + id)}}}"},"type":"{{{type}}}",
            "data":{"token-id":"{{{SecretData.Encode(id)}}}","token-secret":"{{{SecretData.Encode("0123456789abcdef")}}}","usage-bootstrap-signing":"{{{SecretData.Encode(signs ? "true" : "false")}}}"{{{data}}}}}
            """);
        _h.Settle();
    }

    private static string Ends(string time) => $",\"expiration\":\"{SecretData.Encode(time)}\"";

    private void ClusterInfo(string data = """{"kubeconfig":"x"}""")
    {
        _h.Cluster.Create(ConfigMaps, $$"""{"metadata":{"namespace":"kube-public","name":"cluster-info"},"data":{{data}}}""");
        _h.Settle();
    }

    private string[] Signatures => [.. _h.Cluster.Json(ConfigMaps, "kube-public", "cluster-info").Strings("data").Where(static e => e.Key != "kubeconfig").Select(static e => e.Key).Order()];

    [Fact]
    public void Signatures_are_those_that_upstream_makes() => Assert.Equal(
        "eyJhbGciOiJIUzI1NiIsImtpZCI6Impvc2h1YSJ9..VShe2taLd-YTrmWuRkcL_8QTNDHYxQIEBsAYYiIj1_8",
        DetachedSignature.Of("Hello from the other side. I must have called a thousand times.", "joshua", "my voice is my passcode"));

    [Fact]
    public void The_kubeconfig_is_signed_with_each_token_and_anew_when_it_changes()
    {
        _h.Run(new BootstrapSigner());
        ClusterInfo();
        Token();
        Token("123456");
        Assert.Equal(["jws-kubeconfig-123456", "jws-kubeconfig-abcdef"], Signatures);
        var before = _h.Cluster.Json(ConfigMaps, "kube-public", "cluster-info").Text("data", "jws-kubeconfig-abcdef");
        _h.Cluster.Change(ConfigMaps, "kube-public", "cluster-info", static m => m["data"]!["kubeconfig"] = "y");
        _h.Settle();
        Assert.NotEqual(before, _h.Cluster.Json(ConfigMaps, "kube-public", "cluster-info").Text("data", "jws-kubeconfig-abcdef"));
        _h.Cluster.Vanish(Secrets, "kube-system", "bootstrap-token-abcdef");
        _h.Settle();
        Assert.Equal(["jws-kubeconfig-123456"], Signatures);
        Assert.Equal(4, _h.Decisions.Count);
    }

    [Theory]
    [InlineData("other", BootstrapToken.SecretType, true, "")]
    [InlineData("", "Opaque", true, "")]
    [InlineData("", BootstrapToken.SecretType, false, "")]
    [InlineData("", BootstrapToken.SecretType, true, "2029-12-31T00:00:00Z")]
    [InlineData("", BootstrapToken.SecretType, true, "soon")]
    [InlineData("", BootstrapToken.SecretType, true, "2999-01-01")]
    public void Nothing_is_signed_with_a_token_that_is_not_for_it(string name, string type, bool signs, string end)
    {
        _h.Run(new BootstrapSigner());
        ClusterInfo();
        Token(data: end.Length > 0 ? Ends(end) : "", name: name, type: type, signs: signs);
        Assert.Empty(Signatures);
    }

    [Theory]
    [InlineData("abcde")]
    [InlineData("Abcdef")]
    [InlineData("abcd-f")]
    public void Nothing_is_signed_with_a_token_whose_id_is_none(string id)
    {
        _h.Run(new BootstrapSigner());
        ClusterInfo();
        Token(id);
        Assert.Empty(Signatures);
    }

    [Fact]
    public void Without_a_kubeconfig_there_is_nothing_to_sign()
    {
        _h.Run(new BootstrapSigner());
        Token();
        ClusterInfo("{}");
        Assert.Empty(_h.Decisions);
    }

    [Theory]
    [InlineData("2030-01-01T00:10:00Z", 10)]
    [InlineData("2029-01-01T00:10:00Z", 0)]
    [InlineData("soon", 0)]
    [InlineData("", -1)]
    public void A_token_goes_exactly_when_it_ends(string end, double minutes)
    {
        _h.Run(new TokenCleaner());
        Token(data: end.Length > 0 ? Ends(end) : "");
        if (minutes > 0)
            _h.Advance(TimeSpan.FromMinutes(minutes - 0.01));
        Assert.Equal(minutes != 0, _h.Cluster.Find(Secrets, "kube-system", "bootstrap-token-abcdef") is not null);
        _h.Advance(TimeSpan.FromDays(1));
        Assert.Equal(minutes < 0, _h.Cluster.Find(Secrets, "kube-system", "bootstrap-token-abcdef") is not null);
    }
}
