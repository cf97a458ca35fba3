using System.Net;
using k8s;
using k8s.Autorest;
using k8s.LeaderElection;
using k8s.LeaderElection.ResourceLock;
using k8s.Models;

namespace ActorKube.EndToEnd.Tests.Scenarios;

/// <summary>The official C# client, as operators written in .NET use it.</summary>
[Collection(SimulatedScenarios.Name)]
public sealed class KubernetesClientScenario(SimulatedCluster cluster) : IAsyncLifetime
{
    private static int _namespaces;
    private readonly Kubernetes _client = new(KubernetesClientConfiguration.BuildConfigFromConfigFile(cluster.Kubeconfig));
    private readonly string _namespace = $"dotnet-{Interlocked.Increment(ref _namespaces)}";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => await _client.CoreV1.CreateNamespaceAsync(new V1Namespace { Metadata = new V1ObjectMeta { Name = _namespace } }, cancellationToken: Cancel);

    public ValueTask DisposeAsync()
    {
        _client.Dispose();
        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task Typed_objects_are_created_read_replaced_and_deleted()
    {
        var created = await _client.CoreV1.CreateNamespacedConfigMapAsync(ConfigMap("one", ("a", "1")), _namespace, cancellationToken: Cancel);
        Assert.NotNull(created.Metadata.CreationTimestamp);
        created.Data["a"] = "2";
        var replaced = await _client.CoreV1.ReplaceNamespacedConfigMapAsync(created, "one", _namespace, cancellationToken: Cancel);
        Assert.Equal("2", (await _client.CoreV1.ReadNamespacedConfigMapAsync("one", _namespace, cancellationToken: Cancel)).Data["a"]);
        Assert.NotEqual(created.Metadata.ResourceVersion, replaced.Metadata.ResourceVersion);

        var outdated = await Assert.ThrowsAsync<HttpOperationException>(() => _client.CoreV1.ReplaceNamespacedConfigMapAsync(created, "one", _namespace, cancellationToken: Cancel));
        Assert.Equal(HttpStatusCode.Conflict, outdated.Response.StatusCode);
        var status = await _client.CoreV1.DeleteNamespacedConfigMapAsync("one", _namespace, cancellationToken: Cancel);
        Assert.Equal("Success", status.Status);
        var gone = await Assert.ThrowsAsync<HttpOperationException>(() => _client.CoreV1.ReadNamespacedConfigMapAsync("one", _namespace, cancellationToken: Cancel));
        Assert.Equal(HttpStatusCode.NotFound, gone.Response.StatusCode);
    }

    [Fact]
    public async Task A_list_comes_in_pages_and_says_how_many_remain()
    {
        foreach (var name in new[] { "a", "b", "c", "d", "e" })
            await _client.CoreV1.CreateNamespacedConfigMapAsync(ConfigMap(name), _namespace, cancellationToken: Cancel);
        var names = new List<string>();
        string? next = null;
        do
        {
            var page = await _client.CoreV1.ListNamespacedConfigMapAsync(_namespace, limit: 2, continueParameter: next, fieldSelector: "metadata.name!=kube-root-ca.crt", cancellationToken: Cancel);
            Assert.InRange(page.Items.Count, 1, 2);
            names.AddRange(page.Items.Select(i => i.Name()));
            next = page.Continue();
        }
        while (!string.IsNullOrEmpty(next));
        Assert.Equal(["a", "b", "c", "d", "e"], names);
        var first = await _client.CoreV1.ListNamespacedConfigMapAsync("kube-system", limit: 1, cancellationToken: Cancel);
        Assert.Equal(string.IsNullOrEmpty(first.Continue()), first.Metadata.RemainingItemCount is null);
    }

    [Fact]
    public async Task A_watch_resumes_from_the_last_version_seen()
    {
        var list = await _client.CoreV1.ListNamespacedConfigMapAsync(_namespace, cancellationToken: Cancel);
        await using var first = Watch(list.ResourceVersion());
        var next = first.MoveNextAsync();
        await _client.CoreV1.CreateNamespacedConfigMapAsync(ConfigMap("a"), _namespace, cancellationToken: Cancel);
        await _client.CoreV1.CreateNamespacedConfigMapAsync(ConfigMap("b"), _namespace, cancellationToken: Cancel);
        Assert.True(await next);
        var seen = first.Current;
        Assert.Equal((WatchEventType.Added, "a"), (seen.Item1, seen.Item2.Name()));
        await using var second = Watch(seen.Item2.ResourceVersion());
        Assert.True(await second.MoveNextAsync());
        Assert.Equal("b", second.Current.Item2.Name());
    }

    [Fact]
    public async Task A_watch_with_initial_events_ends_them_with_a_bookmark()
    {
        await _client.CoreV1.CreateNamespacedConfigMapAsync(ConfigMap("a"), _namespace, cancellationToken: Cancel);
        await using var watch = _client.CoreV1.WatchListNamespacedConfigMapAsync(
            _namespace, allowWatchBookmarks: true, sendInitialEvents: true, resourceVersionMatch: "NotOlderThan", labelSelector: "app=web", cancellationToken: Cancel).GetAsyncEnumerator(Cancel);
        Assert.True(await watch.MoveNextAsync());
        Assert.Equal((WatchEventType.Added, "a"), (watch.Current.Item1, watch.Current.Item2.Name()));
        Assert.True(await watch.MoveNextAsync());
        Assert.Equal(WatchEventType.Bookmark, watch.Current.Item1);
        Assert.Equal("true", watch.Current.Item2.GetAnnotation("k8s.io/initial-events-end"));
    }

    [Fact]
    public async Task Patches_of_all_types_are_taken()
    {
        await _client.CoreV1.CreateNamespacedConfigMapAsync(ConfigMap("one", ("a", "1")), _namespace, cancellationToken: Cancel);
        await PatchAsync(V1Patch.PatchType.MergePatch, """{"data":{"b":"2"}}""");
        await PatchAsync(V1Patch.PatchType.StrategicMergePatch, """{"data":{"c":"3"}}""");
        var last = await PatchAsync(V1Patch.PatchType.JsonPatch, """[{"op":"remove","path":"/data/a"}]""");
        Assert.Equal(["b=2", "c=3"], last.Data.Select(d => $"{d.Key}={d.Value}").Order());

        Task<V1ConfigMap> PatchAsync(V1Patch.PatchType type, string patch) => _client.CoreV1.PatchNamespacedConfigMapAsync(new V1Patch(patch, type), "one", _namespace, cancellationToken: Cancel);
    }

    [Fact]
    public async Task Objects_without_a_type_of_their_own_go_through_the_generic_client()
    {
        using var generic = new GenericClient(_client, "apps", "v1", "deployments", disposeClient: false);
        var made = await generic.CreateNamespacedAsync(Deployment("web"), _namespace, Cancel);
        Assert.Equal(1, made.Metadata.Generation);
        var listed = await generic.ListNamespacedAsync<V1DeploymentList>(_namespace, cancel: Cancel);
        Assert.Equal(["web"], listed.Items.Select(i => i.Name()));
        await generic.DeleteNamespacedAsync<V1Status>(_namespace, "web", Cancel);
    }

    [Fact]
    public async Task The_log_of_a_pod_can_be_read()
    {
        var pod = new V1Pod { Metadata = new V1ObjectMeta { Name = "talker" }, Spec = new V1PodSpec { Containers = [new V1Container { Name = "c", Image = "busybox" }] } };
        await _client.CoreV1.CreateNamespacedPodAsync(pod, _namespace, cancellationToken: Cancel);
        await foreach (var (_, present) in _client.CoreV1.WatchListNamespacedPodAsync(_namespace, fieldSelector: "metadata.name=talker", cancellationToken: Cancel))
            if (present.Status?.Phase == "Running")
                break;
        await using var log = await _client.CoreV1.ReadNamespacedPodLogAsync("talker", _namespace, cancellationToken: Cancel);
        Assert.NotNull(log);
    }

    [Fact]
    public async Task One_of_two_becomes_leader_and_the_other_follows_when_it_goes()
    {
        using var firstLeaves = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        var (firstLeads, secondLeads) = (new TaskCompletionSource(), new TaskCompletionSource());
        using var first = Elector("first", firstLeads);
        using var second = Elector("second", secondLeads);
        var running = first.RunAndTryToHoldLeadershipForeverAsync(firstLeaves.Token);
        await firstLeads.Task.WaitAsync(TimeSpan.FromSeconds(30), Cancel);
        using var secondLeaves = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        var waiting = second.RunAndTryToHoldLeadershipForeverAsync(secondLeaves.Token);
        Assert.False(secondLeads.Task.IsCompleted);
        await firstLeaves.CancelAsync();
        await secondLeads.Task.WaitAsync(TimeSpan.FromSeconds(60), Cancel);
        Assert.Equal("second", (await _client.CoordinationV1.ReadNamespacedLeaseAsync("lock", _namespace, cancellationToken: Cancel)).Spec.HolderIdentity);
        await secondLeaves.CancelAsync();
        await Task.WhenAny(running, waiting);
    }

    [Fact]
    public async Task A_service_account_sees_what_its_role_lets_it_see()
    {
        await _client.CoreV1.CreateNamespacedServiceAccountAsync(new V1ServiceAccount { Metadata = new V1ObjectMeta { Name = "reader" } }, _namespace, cancellationToken: Cancel);
        await _client.RbacAuthorizationV1.CreateNamespacedRoleBindingAsync(
            new V1RoleBinding
            {
                Metadata = new V1ObjectMeta { Name = "reader" },
                RoleRef = new V1RoleRef { ApiGroup = "rbac.authorization.k8s.io", Kind = "ClusterRole", Name = "view" },
                Subjects = [new Rbacv1Subject { Kind = "ServiceAccount", Name = "reader", NamespaceProperty = _namespace }],
            },
            _namespace, cancellationToken: Cancel);
        var token = await _client.CoreV1.CreateNamespacedServiceAccountTokenAsync(
            new Authenticationv1TokenRequest { Spec = new V1TokenRequestSpec { Audiences = [], ExpirationSeconds = 600 } }, "reader", _namespace, cancellationToken: Cancel);
        var administrator = KubernetesClientConfiguration.BuildConfigFromConfigFile(cluster.Kubeconfig);
        using var pod = new Kubernetes(new KubernetesClientConfiguration { Host = administrator.Host, SslCaCerts = administrator.SslCaCerts, AccessToken = token.Status.Token });
        Assert.NotNull((await pod.CoreV1.ListNamespacedConfigMapAsync(_namespace, cancellationToken: Cancel)).Items);
        var secrets = await Assert.ThrowsAsync<HttpOperationException>(() => pod.CoreV1.ListNamespacedSecretAsync(_namespace, cancellationToken: Cancel));
        Assert.Equal(HttpStatusCode.Forbidden, secrets.Response.StatusCode);
        Assert.Contains($"User \\\"system:serviceaccount:{_namespace}:reader\\\" cannot list resource \\\"secrets\\\"", secrets.Response.Content);
    }

    private IAsyncEnumerator<(WatchEventType, V1ConfigMap)> Watch(string revision) =>
        _client.CoreV1.WatchListNamespacedConfigMapAsync(_namespace, resourceVersion: revision, allowWatchBookmarks: true, labelSelector: "app=web", cancellationToken: Cancel).GetAsyncEnumerator(Cancel);

    private LeaderElector Elector(string identity, TaskCompletionSource leads)
    {
        var elector = new LeaderElector(new LeaderElectionConfig(new LeaseLock(_client, _namespace, "lock", identity))
        {
            LeaseDuration = TimeSpan.FromSeconds(3),
            RenewDeadline = TimeSpan.FromSeconds(2),
            RetryPeriod = TimeSpan.FromMilliseconds(500),
        });
        elector.OnStartedLeading += () => leads.TrySetResult();
        return elector;
    }

    private static V1ConfigMap ConfigMap(string name, params (string Key, string Value)[] data) => new()
    {
        Metadata = new V1ObjectMeta { Name = name, Labels = new Dictionary<string, string> { ["app"] = "web" } },
        Data = data.ToDictionary(d => d.Key, d => d.Value),
    };

    private static V1Deployment Deployment(string name) => new()
    {
        ApiVersion = "apps/v1",
        Kind = "Deployment",
        Metadata = new V1ObjectMeta { Name = name },
        Spec = new V1DeploymentSpec
        {
            Selector = new V1LabelSelector { MatchLabels = new Dictionary<string, string> { ["app"] = name } },
            Template = new V1PodTemplateSpec
            {
                Metadata = new V1ObjectMeta { Labels = new Dictionary<string, string> { ["app"] = name } },
                Spec = new V1PodSpec { Containers = [new V1Container { Name = "c", Image = "nginx" }] },
            },
        },
    };
}
