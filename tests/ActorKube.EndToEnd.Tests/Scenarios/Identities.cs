using System.Globalization;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using ActorKube.EndToEnd.Tests.Processes;

namespace ActorKube.EndToEnd.Tests.Scenarios;

/// <summary>Certificates and tokens that the cluster gives: they open the door, and stop doing so when they should.</summary>
[Collection(SimulatedScenarios.Name)]
public sealed class Identities(SimulatedCluster cluster) : IDisposable
{
    private readonly TemporaryDirectory _files = new();
    private readonly Kubectl _kubectl = Available(cluster);

    public void Dispose() => _files.Dispose();

    [Fact]
    public async Task A_request_that_is_approved_becomes_a_certificate_that_authenticates()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        await RequestAsync("alice", key, "CN=alice,O=dev", "kubernetes.io/kube-apiserver-client");
        Assert.Contains("Pending", await _kubectl.RunAsync("get", "csr", "alice"));
        await _kubectl.RunAsync("certificate", "approve", "alice");
        await _kubectl.RunAsync("wait", "--for=jsonpath={.status.certificate}", "csr/alice", "--timeout=60s");
        Assert.Contains("Approved,Issued", await _kubectl.RunAsync("get", "csr", "alice"));
        var certificate = Encoding.ASCII.GetString(Convert.FromBase64String(await _kubectl.RunAsync("get", "csr", "alice", "-o", "jsonpath={.status.certificate}")));
        var who = await AsAsync($"--client-certificate={File("alice.crt", certificate)}", $"--client-key={File("alice.key", key.ExportPkcs8PrivateKeyPem())}");
        Assert.Equal((0, "alice dev"), (who.ExitCode, who.Output.Trim()));
    }

    [Fact]
    public async Task Nodes_are_approved_by_themselves_and_others_only_by_people()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        await RequestAsync("node", key, "CN=system:node:n9,O=system:nodes", "kubernetes.io/kube-apiserver-client-kubelet", "[digital signature, client auth]");
        await _kubectl.RunAsync("wait", "--for=jsonpath={.status.certificate}", "csr/node", "--timeout=60s");
        await RequestAsync("mallory", key, "CN=mallory", "kubernetes.io/kube-apiserver-client");
        await _kubectl.RunAsync("certificate", "deny", "mallory");
        Assert.Contains("Denied", await _kubectl.RunAsync("get", "csr", "mallory"));
        await RequestAsync("wrong", key, "CN=n9,O=system:nodes", "kubernetes.io/kube-apiserver-client-kubelet", "[digital signature, client auth]");
        await _kubectl.RunAsync("certificate", "approve", "wrong");
        await _kubectl.RunAsync("wait", "--for=condition=Failed", "csr/wrong", "--timeout=60s");
        var masters = await TryRequestAsync("root", key, "CN=root,O=system:masters", "kubernetes.io/kube-apiserver-client", "[client auth]");
        Assert.Contains("use of kubernetes.io/kube-apiserver-client signer with system:masters group is not allowed", masters.Error);
    }

    [Fact]
    public async Task A_token_in_a_secret_works_until_the_secret_or_the_account_is_gone()
    {
        await _kubectl.RunAsync("create", "namespace", "tokens");
        await _kubectl.RunAsync("create", "serviceaccount", "robot", "-n", "tokens");
        foreach (var name in (string[])["one", "two"])
            await _kubectl.RunWithInputAsync(
                $$$"""
                apiVersion: v1
                kind: Secret
                metadata: {name: {{{name}}}, namespace: tokens, annotations: {kubernetes.io/service-account.name: robot}}
                type: kubernetes.io/service-account-token
                """, "create", "-f", "-");
        await _kubectl.RunAsync("wait", "--for=jsonpath={.data.token}", "secret/one", "secret/two", "-n", "tokens", "--timeout=60s");
        var (one, two) = (await TokenAsync("one"), await TokenAsync("two"));
        Assert.Equal("system:serviceaccount:tokens:robot system:serviceaccounts", (await AsAsync($"--token={one}")).Output.Trim());
        await _kubectl.RunAsync("wait", "--for=jsonpath={.metadata.labels.kubernetes\\.io/legacy-token-last-used}", "secret/one", "-n", "tokens", "--timeout=60s");
        await _kubectl.RunAsync("delete", "secret", "one", "-n", "tokens");
        Assert.Contains("Unauthorized", (await AsAsync($"--token={one}")).Error);
        Assert.Equal("", (await AsAsync($"--token={two}")).Error);
        Assert.Matches(@"^\d{4}-\d\d-\d\d$", await _kubectl.RunAsync("get", "configmap", "kube-apiserver-legacy-service-account-token-tracking", "-n", "kube-system", "-o", "jsonpath={.data.since}"));

        // As if it had been made for the account by itself.
        await _kubectl.RunAsync("patch", "serviceaccount", "robot", "-n", "tokens", "-p", """{"secrets":[{"name":"two"}]}""");
        var warned = await AsAsync($"--token={two}");
        Assert.Equal((0, "Warning: Use tokens from the TokenRequest API or manually created secret-based tokens instead of auto-generated secret-based tokens."), (warned.ExitCode, warned.Error.Trim()));
        await _kubectl.RunAsync("delete", "serviceaccount", "robot", "-n", "tokens");
        await _kubectl.RunAsync("wait", "--for=delete", "secret/two", "-n", "tokens", "--timeout=60s");
        Assert.Contains("Unauthorized", (await AsAsync($"--token={two}")).Error);
    }

    [Fact]
    public async Task A_bootstrap_token_authenticates_vouches_for_the_cluster_and_expires()
    {
        await _kubectl.RunWithInputAsync(
            $$"""
            apiVersion: v1
            kind: Secret
            metadata: {name: bootstrap-token-e2e001, namespace: kube-system}
            type: bootstrap.kubernetes.io/token
            stringData:
              token-id: e2e001
              token-secret: 0123456789abcdef
              usage-bootstrap-authentication: "true"
              usage-bootstrap-signing: "true"
              auth-extra-groups: system:bootstrappers:test
              expiration: "{{DateTimeOffset.UtcNow.AddHours(1).ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture)}}"
            """, "create", "-f", "-");
        const string Token = "--token=e2e001.0123456789abcdef";
        Assert.Equal("system:bootstrap:e2e001 system:bootstrappers", (await AsAsync(Token)).Output.Trim());
        await _kubectl.RunAsync("wait", "--for=jsonpath={.data.jws-kubeconfig-e2e001}", "configmap/cluster-info", "-n", "kube-public", "--timeout=60s");
        var info = await TryAsync(Token, "get", "configmap", "cluster-info", "-n", "kube-public", "-o", "jsonpath={.data.kubeconfig}");
        Assert.Contains("certificate-authority-data: ", info.Output);
        await _kubectl.RunAsync("patch", "secret", "bootstrap-token-e2e001", "-n", "kube-system", "-p", """{"stringData":{"expiration":"2020-01-01T00:00:00Z"}}""");
        await _kubectl.RunAsync("wait", "--for=delete", "secret/bootstrap-token-e2e001", "-n", "kube-system", "--timeout=60s");
        Assert.Contains("Unauthorized", (await AsAsync(Token)).Error);
        await _kubectl.UntilAsync("get", "configmap", "cluster-info", "-n", "kube-public");
    }

    [Fact]
    public async Task A_role_of_ones_own_is_aggregated_and_a_new_namespace_takes_pods_at_once()
    {
        await _kubectl.RunWithInputAsync("""
            apiVersion: rbac.authorization.k8s.io/v1
            kind: ClusterRole
            metadata: {name: watchers}
            aggregationRule: {clusterRoleSelectors: [{matchLabels: {watchers: "yes"}}]}
            ---
            apiVersion: rbac.authorization.k8s.io/v1
            kind: ClusterRole
            metadata: {name: watch-maps, labels: {watchers: "yes"}}
            rules: [{apiGroups: [""], resources: [configmaps], verbs: [watch]}]
            ---
            apiVersion: v1
            kind: Namespace
            metadata: {name: fresh}
            ---
            apiVersion: v1
            kind: Pod
            metadata: {name: first, namespace: fresh}
            spec: {containers: [{name: c, image: busybox}]}
            """, "create", "-f", "-");
        await _kubectl.RunAsync("wait", "--for=jsonpath={.rules[0].resources[0]}=configmaps", "clusterrole/watchers", "--timeout=60s");
        await _kubectl.RunAsync("patch", "clusterrole", "watch-maps", "--type=json", "-p", """[{"op":"replace","path":"/rules/0/resources/0","value":"secrets"}]""");
        await _kubectl.RunAsync("wait", "--for=jsonpath={.rules[0].resources[0]}=secrets", "clusterrole/watchers", "--timeout=60s");
    }

    private static Kubectl Available(SimulatedCluster cluster)
    {
        Assert.SkipWhen(Kubectl.Missing is not null, Kubectl.Missing ?? "");
        return cluster.Kubectl;
    }

    private async Task RequestAsync(string name, ECDsa key, string subject, string signer, string usages = "[client auth]")
    {
        var result = await TryRequestAsync(name, key, subject, signer, usages);
        Assert.True(result.ExitCode == 0, result.Error);
    }

    private Task<KubectlResult> TryRequestAsync(string name, ECDsa key, string subject, string signer, string usages)
    {
        var pem = new CertificateRequest(subject, key, HashAlgorithmName.SHA256).CreateSigningRequestPem();
        return _kubectl.TryWithInputAsync(
            $$"""
            apiVersion: certificates.k8s.io/v1
            kind: CertificateSigningRequest
            metadata: {name: {{name}}}
            spec: {request: {{Convert.ToBase64String(Encoding.ASCII.GetBytes(pem))}}, signerName: {{signer}}, usages: {{usages}}}
            """, "create", "-f", "-");
    }

    private async Task<string> TokenAsync(string secret) =>
        Encoding.ASCII.GetString(Convert.FromBase64String(await _kubectl.RunAsync("get", "secret", secret, "-n", "tokens", "-o", "jsonpath={.data.token}")));

    private Task<KubectlResult> AsAsync(params string[] credentials) =>
        TryAsync([.. credentials, "auth", "whoami", "-o", "jsonpath={.status.userInfo.username} {.status.userInfo.groups[0]}"]);

    // Without the administrator's kubeconfig: nothing but what is given.
    private async Task<KubectlResult> TryAsync(params string[] arguments)
    {
        var server = await _kubectl.RunAsync("config", "view", "-o", "jsonpath={.clusters[0].cluster.server}");
        var authority = Path.Combine(Path.GetDirectoryName(cluster.Kubeconfig)!, "pki", "ca.crt");
        return await new Kubectl("/dev/null").TryAsync([$"--server={server}", $"--certificate-authority={authority}", .. arguments]);
    }

    private string File(string name, string content)
    {
        var path = Path.Combine(_files.Path, name);
        System.IO.File.WriteAllText(path, content);
        return path;
    }
}
