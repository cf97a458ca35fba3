using System.Globalization;
using System.Net;
using ActorKube.EndToEnd.Tests.Processes;
using k8s;
using k8s.Autorest;
using k8s.Models;

namespace ActorKube.EndToEnd.Tests.Scenarios;

/// <summary>A cluster is backed up while it runs and comes back as the same cluster, in which no client is told a revision twice.</summary>
public sealed class BackupAndRestore : IDisposable
{
    private const string Namespace = "default";
    private readonly TemporaryDirectory _directory = new();

    private string Old => Path.Combine(_directory.Path, "old");

    private string Restored => Path.Combine(_directory.Path, "restored");

    private string File => Path.Combine(_directory.Path, "cluster.tar.gz");

    [Fact]
    public async Task A_running_cluster_is_backed_up_and_restored_with_higher_revisions()
    {
        var cancel = TestContext.Current.CancellationToken;
        string seen;
        await using (var up = await StartAsync(Old))
        {
            using var client = Client(Old);
            await CreateAsync(client, "before");
            await client.CoreV1.CreateNamespacedServiceAsync(
                new V1Service { Metadata = new V1ObjectMeta { Name = "explained" }, Spec = new V1ServiceSpec { Ports = [new V1ServicePort { Port = 80 }] } }, Namespace, cancellationToken: cancel);
            await Succeed("backup", File, "--data", Old);
            await CreateAsync(client, "after");
            seen = (await client.CoreV1.ListNamespacedConfigMapAsync(Namespace, cancellationToken: cancel)).Metadata.ResourceVersion;
            Assert.Equal(0, await up.InterruptAsync());
        }

        await Succeed("restore", File, "--data", Restored);
        await using var again = await StartAsync(Restored);
        // The kubeconfig of the old cluster: the restored one has the same keys.
        using var later = Client(Old, Restored);
        Assert.Equal("before", (await later.CoreV1.ReadNamespacedConfigMapAsync("before", Namespace, cancellationToken: cancel)).Metadata.Name);
        var gone = await Assert.ThrowsAsync<HttpOperationException>(() => later.CoreV1.ReadNamespacedConfigMapAsync("after", Namespace, cancellationToken: cancel));
        Assert.Equal(HttpStatusCode.NotFound, gone.Response.StatusCode);
        var list = await later.CoreV1.ListNamespacedConfigMapAsync(Namespace, cancellationToken: cancel);
        Assert.True(Number(list.Metadata.ResourceVersion) > Number(seen), $"{list.Metadata.ResourceVersion} has to be above {seen}.");
        Assert.True(Number((await CreateAsync(later, "next")).Metadata.ResourceVersion) > Number(list.Metadata.ResourceVersion));
        Assert.Equal(410, await WatchedFromAsync(later, seen, cancel));
        // Who made an object is known wherever the object is.
        Assert.Contains("user kubernetes-admin: create services default/explained (revision ", await Succeed("explain", "service/explained", "--kubeconfig", Path.Combine(Restored, "kubeconfig")));
    }

    [Fact]
    public async Task Mistakes_are_told_in_a_sentence_and_change_nothing()
    {
        await using (var up = await StartAsync(Old))
        {
            await Succeed("backup", File, "--data", Old);
            await Fail($"{File} exists already", "backup", File, "--data", Old);
            await Fail("is not empty; name another directory", "restore", File, "--data", Old);
        }
        await Fail("There is no cluster in", "backup", Path.Combine(_directory.Path, "other"), "--data", Path.Combine(_directory.Path, "none"));
        await Fail("There is no directory", "backup", Path.Combine(_directory.Path, "none", "other"), "--data", Old);
        await Fail("There is no file", "restore", Path.Combine(_directory.Path, "none"), "--data", Restored);
        using (var damaged = new FileStream(File, FileMode.Open))
            damaged.SetLength(damaged.Length / 2);
        await Fail("cannot be restored: ", "restore", File, "--data", Restored);
        await Fail("cannot be restored: ", "restore", File, "--data", Path.Combine(_directory.Path, "some", "where"));
        Assert.Equal(["cluster.tar.gz", "old"], Directory.EnumerateFileSystemEntries(_directory.Path).Select(Path.GetFileName).Order());
    }

    public void Dispose() => _directory.Dispose();

    private static async Task<ActorKubeProcess> StartAsync(string data)
    {
        var up = ActorKubeProcess.Start("up", "--runtime", "simulated", "--port", "0", "--data", data);
        await up.LineAsync("Ctrl-C stops");
        return up;
    }

    // Keys and address may come from different kubeconfigs.
    private static Kubernetes Client(string data, string? server = null)
    {
        var config = KubernetesClientConfiguration.BuildConfigFromConfigFile(Path.Combine(data, "kubeconfig"));
        if (server is not null)
            config.Host = KubernetesClientConfiguration.BuildConfigFromConfigFile(Path.Combine(server, "kubeconfig")).Host;
        return new Kubernetes(config);
    }

    private static Task<V1ConfigMap> CreateAsync(Kubernetes client, string name) =>
        client.CoreV1.CreateNamespacedConfigMapAsync(new V1ConfigMap { Metadata = new V1ObjectMeta { Name = name } }, Namespace, cancellationToken: TestContext.Current.CancellationToken);

    private static async Task<int> WatchedFromAsync(Kubernetes client, string revision, CancellationToken cancel)
    {
        var told = new List<Exception>();
        await foreach (var (type, item) in client.CoreV1.WatchListNamespacedConfigMapAsync(Namespace, resourceVersion: revision, onError: told.Add, cancellationToken: cancel))
            Assert.Fail($"{type} {item?.Metadata?.Name}");
        return Assert.IsType<KubernetesException>(Assert.Single(told)).Status.Code!.Value;
    }

    private static long Number(string revision) => long.Parse(revision, CultureInfo.InvariantCulture);

    private static async Task<string> Succeed(params string[] arguments)
    {
        await using var process = ActorKubeProcess.Start(arguments);
        Assert.True(await process.ExitAsync() == 0, process.Output);
        return process.Output;
    }

    private static async Task Fail(string sentence, params string[] arguments)
    {
        await using var process = ActorKubeProcess.Start(arguments);
        Assert.Equal(1, await process.ExitAsync());
        var line = Assert.Single(process.Output.Split('\n'), l => l.StartsWith("actorkube: ", StringComparison.Ordinal));
        Assert.Contains(sentence, line);
    }
}
