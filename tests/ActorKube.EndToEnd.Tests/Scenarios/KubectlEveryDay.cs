using ActorKube.EndToEnd.Tests.Processes;

namespace ActorKube.EndToEnd.Tests.Scenarios;

/// <summary>The rest of what people and scripts do with kubectl, as far as every version can.</summary>
[Collection(SimulatedScenarios.Name)]
public sealed class KubectlEveryDay
{
    private const string Two = """
        apiVersion: v1
        kind: List
        items:
        - {apiVersion: v1, kind: ConfigMap, metadata: {name: a, labels: {app: web}}, data: {size: "2"}}
        - {apiVersion: v1, kind: ConfigMap, metadata: {name: b, labels: {app: db}}, data: {size: "1"}}
        """;

    private static int _namespaces;
    private readonly Kubectl _kubectl;
    private readonly string _namespace = $"everyday-{Interlocked.Increment(ref _namespaces)}";

    public KubectlEveryDay(SimulatedCluster cluster)
    {
        Assert.SkipWhen(Kubectl.Missing is not null, Kubectl.Missing ?? "");
        _kubectl = cluster.Kubectl;
    }

    [Fact]
    public async Task Objects_are_shown_in_every_form()
    {
        await BeginAsync();
        await WithInputAsync(Two, "create", "-f", "-");
        Assert.Equal("configmap/a\n", await RunAsync("get", "cm", "-l", "app=web", "-o", "name"));
        Assert.Equal("b a", await RunAsync("get", "cm", "-l", "app", "--sort-by={.data.size}", "-o", "jsonpath={.items[*].metadata.name}"));
        Assert.Matches("^N +V\na +2\nb +1\n$", await RunAsync("get", "cm", "-l", "app", "-o", "custom-columns=N:.metadata.name,V:.data.size"));
        Assert.Equal("a,b,", await RunAsync("get", "cm", "-l", "app in (web,db)", "-o", "go-template={{range .items}}{{.metadata.name}},{{end}}"));
        Assert.Equal(["NAME", "a", "b"], (await RunAsync("get", "cm", "-l", "app", "--chunk-size=1")).Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(l => l.Split(' ')[0]));
        Assert.Contains("\"kind\": \"ConfigMap\"", await RunAsync("get", "cm", "a", "-o", "json"));
        Assert.Contains("kind: ConfigMap", await RunAsync("get", "cm", "a", "-o", "yaml"));
        Assert.Contains("app=web", await RunAsync("get", "cm", "--field-selector=metadata.name=a", "--show-labels"));
    }

    [Theory]
    [InlineData("pods", "field label not supported: spec.none")]
    [InlineData("configmaps", "\"spec.none\" is not a known field selector: only \"metadata.name\", \"metadata.namespace\"")]
    public async Task A_field_that_a_kind_cannot_be_selected_by_is_named(string resource, string message) =>
        Assert.Contains(message, (await _kubectl.TryAsync("get", resource, "--field-selector=spec.none=1")).Error);

    [Fact]
    public async Task A_dry_run_shows_what_would_be_and_leaves_things_as_they_are()
    {
        await BeginAsync();
        Assert.Contains("(server dry run)", await RunAsync("create", "configmap", "dry", "--from-literal=a=b", "--dry-run=server"));
        Assert.Contains("kind: ConfigMap", await RunAsync("create", "configmap", "dry", "--from-literal=a=b", "--dry-run=client", "-o", "yaml"));
        Assert.Equal("", await RunAsync("get", "cm", "dry", "--ignore-not-found"));
        await WithInputAsync(Two, "apply", "-f", "-");
        var diff = await _kubectl.TryWithInputAsync(Two.Replace("\"2\"", "\"3\""), "diff", "-n", _namespace, "-f", "-");
        Assert.Equal(1, diff.ExitCode);
        Assert.Contains("+  size: \"3\"", diff.Output);
        await WithInputAsync(Two.Replace("\"2\"", "\"3\""), "replace", "-f", "-");
        Assert.Equal("3", await RunAsync("get", "cm", "a", "-o", "jsonpath={.data.size}"));
        await RunAsync("delete", "cm", "--all", "--dry-run=server");
        Assert.Equal("3", await RunAsync("get", "cm", "a", "-o", "jsonpath={.data.size}"));
    }

    [Fact]
    public async Task Dependents_go_stay_or_go_first()
    {
        await BeginAsync();
        await RunAsync("create", "deployment", "web", "--image=nginx");
        await RunAsync("rollout", "status", "deployment/web", "--timeout=60s");
        await RunAsync("delete", "deployment", "web", "--cascade=orphan", "--timeout=60s");
        var orphan = (await RunAsync("get", "rs", "-o", "name")).Trim();
        Assert.StartsWith("replicaset.apps/web-", orphan);
        Assert.Equal("", await RunAsync("get", orphan, "-o", "jsonpath={.metadata.ownerReferences}"));
        await RunAsync("delete", orphan, "--cascade=foreground", "--timeout=60s");
        Assert.Equal("", await RunAsync("get", "pods", "-o", "name"));
    }

    [Fact]
    public async Task A_pod_is_run_exposed_labelled_and_driven_off_its_node()
    {
        await BeginAsync();
        await _kubectl.UntilAsync("get", "serviceaccount", "default", "-n", _namespace);
        await RunAsync("run", "one", "--image=busybox", "--restart=Never", "--port=80", """--overrides={"spec":{"nodeName":"node-2","terminationGracePeriodSeconds":1}}""");
        await RunAsync("wait", "--for=condition=Ready", "pod/one", "--timeout=60s");
        await RunAsync("expose", "pod", "one", "--name=svc");
        Assert.Equal("80", await RunAsync("get", "svc", "svc", "-o", "jsonpath={.spec.ports[0].port}"));
        await RunAsync("label", "pod", "one", "tier=x");
        Assert.NotEqual(0, (await _kubectl.TryAsync("label", "pod", "one", "-n", _namespace, "tier=y")).ExitCode);
        await RunAsync("label", "pod", "one", "tier=y", "--overwrite");
        await _kubectl.RunAsync("taint", "node", "node-2", "drill=on:NoSchedule");
        await _kubectl.RunAsync("taint", "node", "node-2", "drill-");
        await _kubectl.RunAsync("drain", "node-2", "--force", "--pod-selector=tier=y", "--timeout=60s");
        Assert.Contains("SchedulingDisabled", await _kubectl.RunAsync("get", "node", "node-2"));
        Assert.Equal("", await RunAsync("get", "pods", "-o", "name"));
        await _kubectl.RunAsync("uncordon", "node-2");
    }

    [Fact]
    public async Task Rights_to_one_object_let_it_be_read_listed_by_name_and_watched()
    {
        await BeginAsync();
        await WithInputAsync(Two, "apply", "-f", "-");
        await RunAsync("create", "role", "one", "--verb=get,list,watch", "--resource=configmaps", "--resource-name=a");
        await RunAsync("create", "rolebinding", "one", "--role=one", "--user=bob");
        Assert.Equal("configmap/a\n", await RunAsync("get", "cm", "a", "-o", "name", "--as=bob"));
        Assert.Equal("configmap/a\n", await RunAsync("get", "cm", "--field-selector=metadata.name=a", "-o", "name", "--as=bob"));
        Assert.Contains("cannot list resource", (await _kubectl.TryAsync("get", "cm", "-n", _namespace, "--as=bob")).Error);
        Assert.Contains("cannot get resource", (await _kubectl.TryAsync("get", "cm", "b", "-n", _namespace, "--as=bob")).Error);
        using var enough = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        await foreach (var line in _kubectl.FollowAsync(["get", "cm", "a", "-n", _namespace, "-w", "-o", "name", "--as=bob"], enough.Token))
        {
            Assert.Equal("configmap/a", line);
            break;
        }
    }

    [Fact]
    public async Task A_directory_is_made_into_objects_by_kustomize()
    {
        await BeginAsync();
        using var directory = new TemporaryDirectory();
        await File.WriteAllTextAsync(Path.Combine(directory.Path, "kustomization.yaml"), "namePrefix: kz-\nconfigMapGenerator:\n- name: gen\n  literals: [a=b]\n", TestContext.Current.CancellationToken);
        Assert.Contains("configmap/kz-gen-", await RunAsync("apply", "-k", directory.Path));
    }

    private Task<string> BeginAsync() => _kubectl.RunAsync("create", "namespace", _namespace);

    private Task<string> RunAsync(params string[] arguments) => _kubectl.RunAsync([.. arguments, "-n", _namespace]);

    private Task<string> WithInputAsync(string input, params string[] arguments) => _kubectl.RunWithInputAsync(input, [.. arguments, "-n", _namespace]);
}
