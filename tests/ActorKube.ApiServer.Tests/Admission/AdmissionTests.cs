using ActorKube.Api.Names;
using ActorKube.ApiServer.Admission;
using ActorKube.ApiServer.Pipeline;
using ActorKube.ApiServer.Tests.Fakes;
using static ActorKube.ApiServer.Tests.Fakes.PipelineBench;

namespace ActorKube.ApiServer.Tests.Admission;

public sealed class AdmissionTests
{
    private static readonly GroupVersionResource Accounts = new("", "v1", "serviceaccounts");
    private static readonly GroupVersionResource Classes = new("scheduling.k8s.io", "v1", "priorityclasses");
    private static readonly GroupVersionResource Nodes = new("", "v1", "nodes");
    private readonly PipelineBench _bench = PipelineBench.WithAdmission();

    private static ApiRequest Pod(string spec = "", string annotations = "{}") => Request(RequestVerb.Create, Pods, body:
        $$$"""{"metadata":{"name":"p","annotations":{{{annotations}}}},"spec":{"containers":[{"name":"c","image":"i"}]{{{spec}}}}}""");

    private async Task NamespaceAsync(string account = """{"metadata":{"name":"default"}}""")
    {
        await _bench.RunAsync(Request(RequestVerb.Create, Namespaces, body: """{"metadata":{"name":"default"}}"""));
        await _bench.RunAsync(Request(RequestVerb.Create, Accounts, body: account));
    }

    [Fact]
    public async Task Nothing_is_created_in_a_namespace_that_does_not_exist()
    {
        var status = await _bench.ErrorAsync(Request(RequestVerb.Create, ConfigMaps, body: """{"metadata":{"name":"a"}}"""));
        Assert.Equal((404, "namespaces \"default\" not found"), (status.Code, status.Message));
    }

    [Fact]
    public async Task Nothing_is_created_in_a_namespace_that_ends()
    {
        await _bench.RunAsync(Request(RequestVerb.Create, Namespaces, body: """{"metadata":{"name":"n"}}"""));
        await _bench.RunAsync(Request(RequestVerb.Delete, Namespaces, "n"));
        var status = await _bench.ErrorAsync(Request(RequestVerb.Create, ConfigMaps, body: """{"metadata":{"name":"a"}}""") with { Namespace = "n" });
        Assert.Equal((403, "configmaps \"a\" is forbidden: unable to create new content in namespace n because it is being terminated"), (status.Code, status.Message));
        Assert.Equal("NamespaceTerminating", status.Causes[0].Reason);
    }

    [Fact]
    public async Task The_systems_namespaces_are_not_deleted()
    {
        await NamespaceAsync();
        var status = await _bench.ErrorAsync(Request(RequestVerb.Delete, Namespaces, "default"));
        Assert.Equal((403, "namespaces \"default\" is forbidden: this namespace may not be deleted"), (status.Code, status.Message));
    }

    [Fact]
    public async Task A_pod_gets_account_token_tolerations_and_priority()
    {
        await NamespaceAsync("""{"metadata":{"name":"default"},"imagePullSecrets":[{"name":"s"}]}""");
        var spec = (await _bench.JsonAsync(Pod()))["spec"]!.AsObject();
        Assert.Equal(("default", 0, "PreemptLowerPriority"), ((string?)spec["serviceAccountName"], (int)spec["priority"]!, (string?)spec["preemptionPolicy"]));
        Assert.Equal("""[{"name":"s"}]""", spec["imagePullSecrets"]!.ToJsonString());
        Assert.Equal(["node.kubernetes.io/not-ready", "node.kubernetes.io/unreachable"], spec["tolerations"]!.AsArray().Select(t => (string?)t!["key"]));
        var volume = spec["volumes"]![0]!;
        Assert.StartsWith("kube-api-access-", (string?)volume["name"], StringComparison.Ordinal);
        Assert.Equal(420, (int)volume["projected"]!["defaultMode"]!);
        var mount = spec["containers"]![0]!["volumeMounts"]![0]!;
        Assert.Equal(((string?)volume["name"], "/var/run/secrets/kubernetes.io/serviceaccount", true), ((string?)mount["name"], (string?)mount["mountPath"], (bool)mount["readOnly"]!));
    }

    [Theory]
    [InlineData(""","automountServiceAccountToken":false""")]
    [InlineData(""","tolerations":[{"operator":"Exists"}],"automountServiceAccountToken":false""")]
    public async Task A_pod_that_wants_no_token_gets_none(string spec)
    {
        await NamespaceAsync();
        var pod = await _bench.JsonAsync(Pod(spec));
        Assert.Null(pod["spec"]!["volumes"]);
        Assert.Equal(spec.Contains("tolerations", StringComparison.Ordinal) ? 1 : 2, pod["spec"]!["tolerations"]!.AsArray().Count);
    }

    [Fact]
    public async Task An_account_that_does_not_exist_is_a_403()
    {
        await NamespaceAsync();
        var status = await _bench.ErrorAsync(Pod(""","serviceAccountName":"x" """));
        Assert.Equal((403, "pods \"p\" is forbidden: error looking up service account default/x: serviceaccount \"x\" not found"), (status.Code, status.Message));
    }

    [Fact]
    public async Task The_default_account_of_a_new_namespace_is_waited_for()
    {
        await _bench.RunAsync(Request(RequestVerb.Create, Namespaces, body: """{"metadata":{"name":"default"}}"""));
        var creating = _bench.JsonAsync(Pod());
        Assert.False(creating.IsCompleted);
        await _bench.RunAsync(Request(RequestVerb.Create, Accounts, body: """{"metadata":{"name":"default"}}"""));
        _bench.Time.Advance(TimeSpan.FromMilliseconds(150));
        Assert.Equal("default", (string?)(await creating)["spec"]!["serviceAccountName"]);
    }

    [Fact]
    public async Task A_default_account_that_never_comes_is_a_403_after_a_second_or_two()
    {
        await _bench.RunAsync(Request(RequestVerb.Create, Namespaces, body: """{"metadata":{"name":"default"}}"""));
        var creating = _bench.ErrorAsync(Pod());
        for (var i = 0; i < 9; i++)
        {
            Assert.False(creating.IsCompleted);
            _bench.Time.Advance(TimeSpan.FromMilliseconds(150));
        }
        Assert.Equal("pods \"p\" is forbidden: error looking up service account default/default: serviceaccount \"default\" not found", (await creating).Message);
    }

    [Fact]
    public async Task The_priority_classes_of_the_system_are_not_deleted()
    {
        await _bench.RunAsync(Request(RequestVerb.Create, Classes, body: """{"metadata":{"name":"system-node-critical"},"value":2000001000}"""));
        await _bench.RunAsync(Request(RequestVerb.Create, Classes, body: """{"metadata":{"name":"mine"},"value":1}"""));
        Assert.Equal("priorityclasses.scheduling.k8s.io \"system-node-critical\" is forbidden: this is a system priority class and cannot be deleted",
            (await _bench.ErrorAsync(Request(RequestVerb.Delete, Classes, "system-node-critical"))).Message);
        await _bench.RunAsync(Request(RequestVerb.Delete, Classes, "mine"));
    }

    [Fact]
    public async Task A_priority_class_gives_the_number()
    {
        await NamespaceAsync();
        await _bench.RunAsync(Request(RequestVerb.Create, Classes, body: """{"metadata":{"name":"high"},"value":1000,"globalDefault":true}"""));
        Assert.Equal(1000, (int)(await _bench.JsonAsync(Pod(""","priorityClassName":"high" """)))["spec"]!["priority"]!);
        var status = await _bench.ErrorAsync(Pod(""","priorityClassName":"none" """));
        Assert.Equal((403, "pods \"p\" is forbidden: no PriorityClass with name none was found"), (status.Code, status.Message));
        status = await _bench.ErrorAsync(Request(RequestVerb.Create, Classes, body: """{"metadata":{"name":"other"},"value":1,"globalDefault":true}"""));
        Assert.Equal((403, "priorityclasses.scheduling.k8s.io \"other\" is forbidden: PriorityClass high is already marked as default. Only one default can exist"), (status.Code, status.Message));
    }

    [Fact]
    public async Task A_new_node_takes_no_pods_yet()
    {
        var node = await _bench.JsonAsync(Request(RequestVerb.Create, Nodes, body: """{"metadata":{"name":"n1"}}"""));
        Assert.Equal("""[{"key":"node.kubernetes.io/not-ready","effect":"NoSchedule"}]""", node["spec"]!["taints"]!.ToJsonString());
    }

    [Fact]
    public void A_name_registered_twice_is_an_error_at_start() =>
        Assert.Throws<ArgumentException>(() => new AdmissionChain([new TaintNodesByCondition(), new TaintNodesByCondition()]));

    [Theory]
    [InlineData(""","serviceAccountName":"a" """, "a mirror pod may not reference service accounts")]
    [InlineData(""","volumes":[{"name":"v","secret":{"secretName":"s"}}]""", "a mirror pod may not reference secrets")]
    [InlineData(""","imagePullSecrets":[{"name":"s"}]""", "a mirror pod may not reference secrets")]
    [InlineData(""","volumes":[{"name":"v","projected":{"sources":[{"serviceAccountToken":{"path":"t"}}]}}]""", "a mirror pod may not use ServiceAccountToken volume projections")]
    public async Task A_mirror_pod_refers_to_nothing(string spec, string why)
    {
        await NamespaceAsync();
        var status = await _bench.ErrorAsync(Pod(spec, """{"kubernetes.io/config.mirror":"x"}"""));
        Assert.Equal((403, $"pods \"p\" is forbidden: {why}"), (status.Code, status.Message));
    }

    [Theory]
    [InlineData(""","volumes":[{"name":"v","secret":{"secretName":"s"}}]""", "volume with secret.secretName=\"s\" is not allowed because service account default does not reference that secret")]
    [InlineData(""","initContainers":[{"name":"x","image":"i","env":[{"name":"A","valueFrom":{"secretKeyRef":{"name":"s","key":"k"}}}]}]""",
        "init container x with envVar A referencing secret.secretName=\"s\" is not allowed because service account default does not reference that secret")]
    [InlineData(""","imagePullSecrets":[{"name":"s"}]""", "imagePullSecrets[0].name=\"s\" is not allowed because service account default does not reference that imagePullSecret")]
    [InlineData(""","volumes":[{"name":"v","secret":{"secretName":"known"}}]""", "")]
    public async Task An_account_can_confine_its_pods_to_its_secrets(string spec, string why)
    {
        await NamespaceAsync("""{"metadata":{"name":"default","annotations":{"kubernetes.io/enforce-mountable-secrets":"true"}},"secrets":[{"name":"known"}]}""");
        if (why.Length == 0)
            await _bench.RunAsync(Pod(spec));
        else
            Assert.Equal($"pods \"p\" is forbidden: {why}", (await _bench.ErrorAsync(Pod(spec))).Message);
    }

    [Fact]
    public async Task An_update_may_leave_out_the_priority()
    {
        await NamespaceAsync();
        var pod = await _bench.JsonAsync(Pod());
        pod["spec"]!.AsObject().Remove("priority");
        pod["spec"]!.AsObject().Remove("preemptionPolicy");
        pod["metadata"]!["labels"] = new System.Text.Json.Nodes.JsonObject { ["x"] = "y" };
        var after = await _bench.JsonAsync(Request(RequestVerb.Update, Pods, "p", pod.ToJsonString()));
        Assert.Equal((0, "PreemptLowerPriority"), ((int)after["spec"]!["priority"]!, (string?)after["spec"]!["preemptionPolicy"]));
    }
}
