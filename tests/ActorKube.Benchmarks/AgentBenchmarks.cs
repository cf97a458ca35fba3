using System.Text;
using ActorKube.Api.Names;
using ActorKube.Api.Objects;
using ActorKube.Machinery.Informers;
using ActorKube.Machinery.Recording;
using ActorKube.Machinery.Times;
using ActorKube.NodeAgent.Pods;
using ActorKube.NodeAgent.Pods.Status;
using ActorKube.NodeAgent.Runtimes;
using BenchmarkDotNet.Attributes;
using k8s.Models;

namespace ActorKube.Benchmarks;

/// <summary>What an agent does with a pod on its way to Running, and what a change of the pod costs a cache of 5,000 in the same process.</summary>
public class AgentBenchmarks
{
    private const int Pods = 5000;
    private static readonly DateTimeOffset Now = new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);

    private readonly StoredObject _pod = Pod(7);
    private readonly EventCorrelator _correlator = new(new EventNames(new EventSource("kubelet", "node-43")));
    private readonly EventSpec[] _events = [.. Enumerable.Range(0, Pods).Select(i => Event("Started", i))];
    private PodStatusView _pending = null!;
    private PodStatusView _running = null!;
    private CacheView _cache = CacheView.Empty;
    private int _next;

    [GlobalSetup]
    public void SetUp()
    {
        var view = PodViewReader.Read(PodReader.Read(_pod));
        var memory = PodAdoption.Memory(null, new ClockHistory(TimeProvider.System).Now);
        var container = new ContainerSeen { Id = "c1", Name = "c", SandboxId = "s1", State = ContainerState.Running, StartedAt = Now, Image = "registry.k8s.io/pause:3.2", ImageRef = "registry.k8s.io/pause@sha256:0f7e" };
        var seen = PodSeen.Empty.With(new SandboxSeen("s1", 0, Ready: true, Now, ["10.244.1.5"], HostNetwork: false)).With(container);
        PodStatusView Status(PodSeen shown, PodStatusView? before) => PodStatusBuilder.Build(view, shown, memory, before, [], new NodeFacts("simulated", ["192.0.2.2"]), Now);
        _pending = Status(PodSeen.Empty, null);
        _running = Status(seen, _pending);
        _cache = CacheView.Of(Enumerable.Range(0, Pods).Select(i => new CachedObject(Pod(i))), [CacheIndex.Namespace, CacheIndex.Controller, CacheIndex.Node, CacheIndex.Labels], 1);
    }

    [Benchmark]
    public V1Pod ReadPod() => PodReader.Read(_pod);

    [Benchmark(Baseline = true)]
    public V1Pod ReadPodAsThePackageDoes() => TypedObject.Read<V1Pod>(_pod);

    [Benchmark]
    public byte[]? PatchStatus() => PodStatusPatch.Write("u-7", _pending, _running);

    [Benchmark]
    public EventDecision? DecideAboutEvent() => _correlator.Decide(_events[_next++ % Pods], Now, TimeSpan.FromHours(_next));

    [Benchmark]
    public ReadOnlyMemory<byte> WriteEvent() => EventEncoder.Create(_events[7], new EventDecision("web-7.5d8c", "Container started", 1, Now, Now), new EventSource("kubelet", "node-43"));

    [Benchmark]
    public CacheView ChangeCachedPod() => _cache.With(new CachedObject(_pod), 2);

    private static EventSpec Event(string reason, int i) =>
        EventSpec.Normal(new ObjectReference(new GroupVersionKind("", "v1", "Pod"), new ObjectKey("default", $"web-{i}"), $"u-{i}", 0, "spec.containers{c}"), reason, "Container started");

    private static StoredObject Pod(int i) => StoredObject.Parse(Encoding.UTF8.GetBytes($$$$"""
        {"kind":"Pod","apiVersion":"v1","metadata":{"name":"web-{{{{i}}}}","namespace":"default","uid":"u-{{{{i}}}}","resourceVersion":"3285","generation":2,"creationTimestamp":"2026-01-02T03:04:05Z","labels":{"app":"web"}},
         "spec":{"containers":[{"name":"c","image":"registry.k8s.io/pause:3.2","imagePullPolicy":"IfNotPresent","resources":{"requests":{"cpu":"10m","memory":"16Mi"}},"terminationMessagePath":"/dev/termination-log",
           "terminationMessagePolicy":"File","volumeMounts":[{"mountPath":"/var/run/secrets/kubernetes.io/serviceaccount","name":"kube-api-access-c8wdd","readOnly":true}]}],
           "dnsPolicy":"ClusterFirst","enableServiceLinks":true,"nodeName":"node-43","preemptionPolicy":"PreemptLowerPriority","priority":0,"restartPolicy":"Always","schedulerName":"default-scheduler","securityContext":{},
           "serviceAccount":"default","serviceAccountName":"default","terminationGracePeriodSeconds":30,
           "tolerations":[{"effect":"NoExecute","key":"node.kubernetes.io/not-ready","operator":"Exists","tolerationSeconds":300},{"effect":"NoExecute","key":"node.kubernetes.io/unreachable","operator":"Exists","tolerationSeconds":300}],
           "volumes":[{"name":"kube-api-access-c8wdd","projected":{"defaultMode":420,"sources":[{"serviceAccountToken":{"expirationSeconds":3607,"path":"token"}},
             {"configMap":{"items":[{"key":"ca.crt","path":"ca.crt"}],"name":"kube-root-ca.crt"}},
             {"downwardAPI":{"items":[{"fieldRef":{"apiVersion":"v1","fieldPath":"metadata.namespace"},"path":"namespace"}]}}]}}]},
         "status":{"phase":"Pending","conditions":[{"type":"PodScheduled","status":"True","lastProbeTime":null,"lastTransitionTime":"2026-01-02T03:04:05Z"}],"qosClass":"Burstable"}}
        """));
}
