using System.Text;
using ActorKube.Controllers.Accounts.Tokens;
using ActorKube.Controllers.Tests.Harness;
using ActorKube.Machinery.Objects;
using static ActorKube.Machinery.Client.WellKnownResources;

namespace ActorKube.Controllers.Tests;

public class TokenSecretTests
{
    private readonly ControllerHarness _h = new();

    private void Account(string uid = "u1", string secrets = "[]") =>
        _h.Cluster.Create(ServiceAccounts, $$"""{"metadata":{"namespace":"default","name":"web","uid":"{{uid}}"},"secrets":{{secrets}}}""");

    private void Secret(string uid = "", string data = "{}", string type = TokenSecret.SecretType, string labels = "{}")
    {
        var annotations = uid.Length == 0 ? "" : $",\"kubernetes.io/service-account.uid\":\"{uid}\"";
        _h.Cluster.Create(Secrets, $$$"""
            {"metadata":{"namespace":"default","name":"s","labels":{{{labels}}},"annotations":{"kubernetes.io/service-account.name":"web"{{{annotations}}}}},"type":"{{{type}}}","data":{{{data}}}}
            """);
        _h.Settle();
    }

    private bool Exists => _h.Cluster.Find(Secrets, "default", "s") is not null;

    private string Data(string key) => Encoding.UTF8.GetString(Convert.FromBase64String(_h.Cluster.Json(Secrets, "default", "s").Text("data", key)));

    private void Fills() => _h.Run(new TokenSecretReconciler(Signing.Keys.IssueToken, "PEM"));

    [Fact]
    public void A_secret_that_asks_for_a_token_is_filled()
    {
        Fills();
        Account();
        Secret();
        Assert.Equal(("token of web u1 in s", "PEM", "default"), (Data("token"), Data("ca.crt"), Data("namespace")));
        Assert.Equal("u1", _h.Cluster.Json(Secrets, "default", "s").Text("metadata", "annotations", "kubernetes.io/service-account.uid"));
        Assert.Single(_h.Decisions);
    }

    [Fact]
    public void What_is_there_stays_and_an_old_authority_is_replaced()
    {
        Fills();
        Account();
        Secret(data: """{"token":"bWluZQ==","namespace":"b3RoZXI=","ca.crt":"b2xk"}""");
        Assert.Equal(("mine", "PEM", "other"), (Data("token"), Data("ca.crt"), Data("namespace")));
    }

    [Fact]
    public void A_secret_of_another_type_is_left_alone()
    {
        Fills();
        Secret(type: "Opaque");
        Assert.True(Exists);
        Assert.Empty(_h.Decisions);
    }

    [Theory]
    [InlineData("", false)]
    [InlineData("u2", false)]
    [InlineData("u1", true)]
    public void A_secret_without_its_account_goes(string uid, bool stays)
    {
        Fills();
        if (uid.Length > 0)
            Account();
        Secret(uid);
        Assert.Equal(stays, Exists);
    }

    [Fact]
    public void A_secret_goes_with_its_account_and_does_not_serve_the_next_one()
    {
        Fills();
        Account();
        Secret();
        _h.Cluster.Vanish(ServiceAccounts, "default", "web");
        Account("u2");
        _h.Settle();
        Assert.False(Exists);
    }

    [Fact]
    public void An_account_forgets_a_secret_that_is_gone()
    {
        Fills();
        Account(secrets: """[{"name":"s"},{"name":"other"}]""");
        Secret();
        _h.Cluster.Vanish(Secrets, "default", "s");
        _h.Settle();
        Assert.Equal("""[{"name":"other"}]""", _h.Cluster.Json(ServiceAccounts, "default", "web")["secrets"]!.ToJsonString());
    }

    [Fact]
    public void Writes_that_fail_are_tried_with_patience()
    {
        var attempts = 0;
        _h.Cluster.Fault = (verb, address) => verb == "update" && address.Resource == Secrets && ++attempts > 0 ? Api.Errors.ApiErrors.Forbidden(address.Resource.Resource, address.Name, "no") : null;
        Fills();
        Account();
        Secret();
        _h.Advance(TimeSpan.FromHours(1));
        Assert.InRange(attempts, 5, 30);
    }

    [Theory]
    [InlineData(true, "", "", true)]
    [InlineData(false, "", "", false)]
    [InlineData(true, "kubernetes.io/legacy-token-last-used", "2031-12-31", false)]
    [InlineData(true, "kubernetes.io/legacy-token-last-used", "2030-06-01", true)]
    [InlineData(true, "kubernetes.io/legacy-token-last-used", "yesterday", false)]
    public void A_token_that_its_account_refers_to_ends_when_nobody_uses_it(bool referred, string label, string value, bool ends)
    {
        _h.Run(new UnusedTokenCleaner(TimeSpan.FromDays(365)));
        _h.Cluster.Create(ConfigMaps, """{"metadata":{"namespace":"kube-system","name":"kube-apiserver-legacy-service-account-token-tracking"},"data":{"since":"2030-01-01"}}""");
        Account(secrets: referred ? """[{"name":"s"}]""" : "[]");
        Secret("u1", labels: label.Length > 0 ? $$"""{"{{label}}":"{{value}}"}""" : "{}");
        _h.Advance(TimeSpan.FromDays(365));
        Assert.Null(_h.Cluster.Find(Secrets, "default", "s")!.Head.Labels["kubernetes.io/legacy-token-invalid-since"]);
        _h.Advance(TimeSpan.FromDays(300));
        Assert.Equal(ends, _h.Cluster.Find(Secrets, "default", "s")!.Head.Labels["kubernetes.io/legacy-token-invalid-since"] is not null);
        _h.Advance(TimeSpan.FromDays(366));
        Assert.Equal(!ends, Exists || value == "2031-12-31");
    }

    [Theory]
    [InlineData("""{"volumes":[{"name":"v","secret":{"secretName":"s"}}]}""")]
    [InlineData("""{"volumes":[{"name":"v","projected":{"sources":[{"secret":{"name":"s"}}]}}]}""")]
    [InlineData("""{"imagePullSecrets":[{"name":"s"}]}""")]
    [InlineData("""{"containers":[{"name":"c","env":[{"name":"A","valueFrom":{"secretKeyRef":{"name":"s","key":"k"}}}]}]}""")]
    [InlineData("""{"initContainers":[{"name":"c","envFrom":[{"secretRef":{"name":"s"}}]}]}""")]
    public void A_token_that_a_pod_uses_stays(string spec)
    {
        Assert.True(PodSecrets.Uses(Manifests.Object($$"""{"metadata":{"namespace":"default","name":"p"},"spec":{{spec}}}"""), "s"));
        Assert.False(PodSecrets.Uses(Manifests.Object($$"""{"metadata":{"namespace":"default","name":"p"},"spec":{{spec}}}"""), "v"));
    }
}
