using ActorKube.EndToEnd.Tests.Processes;

namespace ActorKube.EndToEnd.Tests.Scenarios;

/// <summary>Three nodes, of which scenarios taint and drain some, and on which nobody measures what containers use.</summary>
public sealed class WorkloadCluster : SimulatedCluster
{
    protected override int Nodes => 3;

    protected override string UsageInterval => "1h";
}

/// <summary>The scenarios with workloads as tutorials have them: one cluster for all, one scenario at a time.</summary>
[CollectionDefinition(Name)]
public sealed class WorkloadScenarios : ICollectionFixture<WorkloadCluster>
{
    public const string Name = "workloads";
}

/// <summary>One of them, in a namespace of its own that goes with it. The manifests are the files in <c>Workloads/</c>.</summary>
[Collection(WorkloadScenarios.Name)]
public abstract class WorkloadScenario : IAsyncLifetime
{
    private static int _namespaces;
    private readonly string _namespace = $"workloads-{Interlocked.Increment(ref _namespaces)}";
    private readonly Kubectl _kubectl;

    protected WorkloadScenario(WorkloadCluster cluster)
    {
        Assert.SkipWhen(Kubectl.Missing is not null, Kubectl.Missing ?? "");
        _kubectl = cluster.Kubectl;
    }

    public async ValueTask InitializeAsync()
    {
        await _kubectl.UntilAsync("get", "node", "node-1", "node-2", "node-3");
        await _kubectl.RunAsync("wait", "--for=condition=Ready", "node", "--all", "--timeout=60s");
        await _kubectl.RunAsync("create", "namespace", _namespace);
        await UntilAsync("get", "serviceaccount", "default");
    }

    public async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        await _kubectl.RunAsync("delete", "namespace", _namespace, "--wait=false");
    }

    protected static string File(string name) => Path.Combine(AppContext.BaseDirectory, "Scenarios", "Workloads", $"{name}.yaml");

    protected Task<string> ApplyAsync(string file) => RunAsync("apply", "-f", File(file));

    protected Task<string> RunAsync(params string[] arguments) => _kubectl.RunAsync(["-n", _namespace, .. arguments]);

    protected Task<string> UntilAsync(params string[] arguments) => _kubectl.UntilAsync(["-n", _namespace, .. arguments]);

    /// <summary>Runs kubectl, which has to fail.</summary>
    /// <returns>What it says about it.</returns>
    protected async Task<string> RefusedAsync(params string[] arguments)
    {
        var result = await _kubectl.TryAsync(["-n", _namespace, .. arguments]);
        Assert.NotEqual(0, result.ExitCode);
        return result.Error.TrimEnd();
    }

    /// <summary>The lines of a kubectl that ends by itself, as they come.</summary>
    protected IAsyncEnumerable<string> FollowAsync(params string[] arguments) => _kubectl.FollowAsync(["-n", _namespace, .. arguments], TestContext.Current.CancellationToken);

    /// <summary>The field that the path of jsonpath leads to.</summary>
    protected Task<string> FieldAsync(string what, string path) => RunAsync("get", what, "-o", $"jsonpath={{{path}}}");

    /// <summary>The fields of all objects of a kind, or of those with a label.</summary>
    protected Task<string> FieldsAsync(string kind, string path, string labels = "") => RunAsync("get", kind, "-l", labels, "-o", $"jsonpath={{.items[*]{path}}}");

    protected async Task RolledOutAsync(string what, string says) => Assert.EndsWith(says + "\n", await RunAsync("rollout", "status", what, "--timeout=60s"));
}
