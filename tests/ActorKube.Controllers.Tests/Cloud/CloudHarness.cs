using ActorKube.Controllers.Cloud;
using ActorKube.Controllers.Cloud.Providers.Addresses;
using ActorKube.Controllers.Cloud.Providers.Simulated;
using ActorKube.Controllers.Hosting;
using ActorKube.Controllers.Tests.Harness;
using ActorKube.Machinery.Objects;
using R = ActorKube.Machinery.Client.WellKnownResources;

namespace ActorKube.Controllers.Tests.Cloud;

/// <summary>A simulated cloud behind the harness; what it is asked is written down.</summary>
internal sealed class CloudHarness
{
    public static readonly CloudOptions Options = ControllersOptions.From(Akka.Configuration.Config.Empty).Cloud;

    public CloudHarness(params string[] pools)
    {
        Kubernetes = new ControllerHarness();
        Cloud = new SimulatedCloud(
            Options.Simulated, new PooledBalancers(AddressPools.Parse(pools.Length > 0 ? pools : ["10.112.0.0/24"]), Kubernetes.Cluster), Kubernetes.Time, () => 1)
        {
            Script = call =>
            {
                Calls.Add($"{call.Name} {call.Subject}".TrimEnd());
                return Faults(call) is { } error ? new CallScript(TimeSpan.Zero, error) : CallScript.None;
            },
        };
        Kubernetes.Outside = new CloudCaller(Cloud, Kubernetes.Time, Options.CallDeadline).CallAsync;
    }

    public ControllerHarness Kubernetes { get; }

    public SimulatedCloud Cloud { get; }

    public List<string> Calls { get; } = [];

    /// <summary>Why a call fails; null for those that do not.</summary>
    public Func<SimulatedCall, string?> Faults { get; set; } = _ => null;

    public IEnumerable<string> Events => Kubernetes.Events.Select(e => $"{e.Type} {e.Reason}: {e.Message}");

    public void AddNode(string name, string ready = "True", string spec = "", string metadata = "", string status = "") => Kubernetes.Cluster.Create(
        R.Nodes,
        $$$"""{"apiVersion":"v1","kind":"Node","metadata":{"name":"{{{name}}}"{{{metadata}}}},"spec":{{{{spec}}}},"status":{"conditions":[{"type":"Ready","status":"{{{ready}}}"}]{{{status}}}}}""");

    public void AddService(string name, string spec = "", string metadata = "", string type = "LoadBalancer") => Kubernetes.Cluster.Create(
        R.Services,
        $$$"""{"apiVersion":"v1","kind":"Service","metadata":{"namespace":"default","name":"{{{name}}}"{{{metadata}}}},"spec":{"type":"{{{type}}}","ports":[{"port":80,"nodePort":30080}]{{{spec}}}}}""");

    public string[] IngressOf(string name) =>
        [.. Kubernetes.Cluster.Json(R.Services, "default", name).Items("status", "loadBalancer", "ingress").Select(i => $"{i.Text("ip")} {i.Text("ipMode")}")];

    public void Annotate(Api.Names.GroupVersionResource resource, string ns, string name, string annotation, string value) =>
        Kubernetes.Cluster.Change(resource, ns, name, o => o.Child("metadata").Child("annotations")[annotation] = value);
}
