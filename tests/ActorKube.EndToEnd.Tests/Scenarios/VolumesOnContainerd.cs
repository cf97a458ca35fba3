using ActorKube.EndToEnd.Tests.Processes;
using ActorKube.Testing.Containers;

namespace ActorKube.EndToEnd.Tests.Scenarios;

/// <summary>Claims on a fresh cluster whose containers run for real: what a pod writes is there for the next one, and gone with the claim.</summary>
[Trait("needs", "containerd")]
public sealed class VolumesOnContainerd : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    [Fact]
    public async Task What_a_pod_writes_outlives_it_and_goes_with_its_claim()
    {
        Assert.SkipUnless(ContainerHost.SkipReason is null, ContainerHost.SkipReason ?? "");
        Assert.SkipWhen(Kubectl.Missing is not null, Kubectl.Missing ?? "");
        await using var fabric = await ContainerFabric.CreateAsync();
        await using var machine = await fabric.StartNodeAsync(1);
        await using var up = UpOnMachine.Start(machine, "containerd", _directory);
        var (kubectl, server) = await UpOnMachine.ReadyAsync(up, machine, _directory);
        Assert.Contains("standard (default)", await kubectl.RunAsync(server, "get", "storageclass"));

        await kubectl.RunWithInputAsync(Claim, server, "apply", "-f", "-");
        await kubectl.RunWithInputAsync(Pod("writer", "id -u > /data/who; echo remembered > /data/note", user: 1000), server, "apply", "-f", "-");
        await kubectl.RunAsync(server, "wait", "--for=jsonpath={.status.phase}=Succeeded", "pod/writer", "--timeout=90s");
        await kubectl.RunAsync(server, "wait", "--for=jsonpath={.status.phase}=Bound", "pvc/data", "--timeout=30s");
        var volume = await kubectl.RunAsync(server, "get", "pvc", "data", "-o", "jsonpath={.spec.volumeName}");
        var path = await kubectl.RunAsync(server, "get", "pv", volume, "-o", "jsonpath={.spec.local.path}");
        Assert.Equal($"{_directory.Path}/agent/local-path/{volume}_default_data", path);
        Assert.Equal("remembered\n", File.ReadAllText(Path.Combine(path, "note")));
        await kubectl.RunAsync(server, "delete", "pod", "writer", "--timeout=60s");

        await kubectl.RunWithInputAsync(Pod("reader", "cat /data/who /data/note; echo no > /data/note", readOnly: true), server, "apply", "-f", "-");
        await kubectl.RunAsync(server, "wait", "--for=jsonpath={.status.phase}=Failed", "pod/reader", "--timeout=90s");
        var log = await kubectl.RunAsync(server, "logs", "reader");
        Assert.Contains("1000\nremembered\n", log);
        Assert.Contains("Read-only file system", log);
        Assert.Equal("remembered\n", File.ReadAllText(Path.Combine(path, "note")));

        await kubectl.RunAsync(server, "delete", "pod", "reader", "--timeout=60s");
        await kubectl.RunAsync(server, "delete", "pvc", "data", "--timeout=60s");
        await kubectl.RunAsync(server, "wait", "--for=delete", $"pv/{volume}", "--timeout=60s");
        Assert.False(Path.Exists(path));
        Assert.True(Directory.Exists(Path.GetDirectoryName(path)));
    }

    [Fact]
    public async Task The_directory_of_a_node_that_is_away_goes_when_it_is_back()
    {
        Assert.SkipUnless(ContainerHost.SkipReason is null, ContainerHost.SkipReason ?? "");
        Assert.SkipWhen(Kubectl.Missing is not null, Kubectl.Missing ?? "");
        await using var fabric = await ContainerFabric.CreateAsync();
        await using var machine = await fabric.StartNodeAsync(1);
        var data = Path.Combine(_directory.Path, "server");
        await using var server = ServerWithAgents.StartServer(fabric, data, "0", "0");
        var port = (await server.LineAsync("Kubernetes API: ")).Split(':')[^1];
        await server.LineAsync("To let nodes join");
        var kubectl = new Kubectl(Path.Combine(data, "kubeconfig"));
        var token = await ServerWithAgents.TokenAsync(data);
        string volume, path;
        await using (var agent = ServerWithAgents.StartAgent(machine, "n1", _directory, fabric, port, token))
        {
            await kubectl.UntilAsync("get", "node", "n1");
            await kubectl.RunAsync("wait", "--for=condition=Ready", "node", "n1", "--timeout=60s");
            await kubectl.UntilAsync("get", "serviceaccount", "default");
            await kubectl.RunWithInputAsync(Claim, "apply", "-f", "-");
            await kubectl.RunWithInputAsync(Pod("writer", "echo remembered > /data/note"), "apply", "-f", "-");
            await kubectl.RunAsync("wait", "--for=jsonpath={.status.phase}=Succeeded", "pod/writer", "--timeout=90s");
            volume = await kubectl.RunAsync("get", "pvc", "data", "-o", "jsonpath={.spec.volumeName}");
            path = await kubectl.RunAsync("get", "pv", volume, "-o", "jsonpath={.spec.local.path}");
            await kubectl.RunAsync("delete", "pod", "writer", "--timeout=60s");
            await agent.KillAsync();
        }
        await kubectl.RunAsync("delete", "pvc", "data", "--timeout=60s");
        await kubectl.UntilAsync("wait", "--for=jsonpath={.metadata.deletionTimestamp}", $"pv/{volume}", "--timeout=60s");
        Assert.Equal("Released", await kubectl.RunAsync("get", "pv", volume, "-o", "jsonpath={.status.phase}"));
        Assert.True(File.Exists(Path.Combine(path, "note")));

        await using var back = ServerWithAgents.StartAgent(machine, "n1", _directory, fabric, port, token);
        await kubectl.RunAsync("wait", "--for=delete", $"pv/{volume}", "--timeout=90s");
        Assert.False(Path.Exists(path));
    }

    public void Dispose() => _directory.Dispose();

    private const string Claim = """
        apiVersion: v1
        kind: PersistentVolumeClaim
        metadata: {"name":"data"}
        spec: {"accessModes":["ReadWriteOnce"],"resources":{"requests":{"storage":"1Gi"}}}
        """;

    private static string Pod(string name, string script, int user = 0, bool readOnly = false) => $$"""
        apiVersion: v1
        kind: Pod
        metadata: {"name":"{{name}}"}
        spec:
          restartPolicy: Never
          terminationGracePeriodSeconds: 0
          securityContext: {"runAsUser":{{user}} }
          containers:
          - name: main
            image: {{OfflineImages.Busybox.Name}}
            imagePullPolicy: Never
            command: ["sh", "-ec", "exec 2>&1; {{script}}"]
            volumeMounts: [{"name":"data","mountPath":"/data"}]
          volumes:
          - name: data
            persistentVolumeClaim: {"claimName":"data","readOnly":{{(readOnly ? "true" : "false")}} }
        """;
}
