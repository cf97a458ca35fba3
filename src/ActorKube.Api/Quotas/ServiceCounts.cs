using System.Text.Json.Nodes;
using ActorKube.Api.Json;
using ActorKube.Api.Names;
using ActorKube.Api.Quantities;

namespace ActorKube.Api.Quotas;

/// <summary>Counts services, load balancers and node ports (upstream: <c>evaluator/core/services.go</c>). Ports are counted as they are wanted, before they are given.</summary>
public sealed class ServiceCounts() : QuotaEvaluator(new GroupResource("", "services"))
{
    private const string NodePorts = "services.nodeports";
    private const string Balancers = "services.loadbalancers";

    /// <inheritdoc/>
    public override bool Tracks(string name) => name is "services" or NodePorts or Balancers || name == CountName;

    /// <inheritdoc/>
    public override bool Charges(bool creates, string subresource) => true;

    /// <inheritdoc/>
    public override QuotaItem Measure(JsonObject item)
    {
        var spec = item.Object("spec");
        var type = spec.Text("type");
        var ports = spec.Objects("ports");
        if (type == "LoadBalancer" && spec.Bool("allocateLoadBalancerNodePorts") == false)
            ports = ports.Where(static p => p.Int64("nodePort") is > 0);
        var amounts = new Amounts();
        amounts.Add(CountName, One);
        amounts.Add("services", One);
        amounts.Add(Balancers, type == "LoadBalancer" ? One : Quantity.Zero);
        amounts.Add(NodePorts, type is "NodePort" or "LoadBalancer" ? Quantity.FromUnits(ports.Count()) : Quantity.Zero);
        return new QuotaItem { Stored = amounts };
    }
}
