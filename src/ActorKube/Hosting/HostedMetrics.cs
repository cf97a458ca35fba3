using System.Text;
using ActorKube.ApiServer.Http.Endpoints;
using ActorKube.Protocol.Store;

namespace ActorKube.Hosting;

/// <summary>
/// Tells in <c>/metrics</c> what of the cluster this process hosts: resources, and, under upstream's name for it, controllers and the scheduler. Asked of every server, it shows where
/// everything is.
/// </summary>
internal sealed class HostedMetrics(Func<IReadOnlyCollection<ResourceId>> resources, Func<IReadOnlyCollection<string>> controllers, Func<bool> hasScheduler) : IMetricsSource
{
    /// <inheritdoc/>
    public string Text()
    {
        var text = new StringBuilder();
        text.Append("# HELP actorkube_resource_owner 1 for every resource whose owner lives in this process.\n# TYPE actorkube_resource_owner gauge\n");
        foreach (var id in resources().Order(Comparer<ResourceId>.Create((a, b) => string.CompareOrdinal(a.ToString(), b.ToString()))))
            text.Append($"actorkube_resource_owner{{workspace=\"{id.Workspace}\",group=\"{id.Resource.Group}\",resource=\"{id.Resource.Plural}\"}} 1\n");
        text.Append("# HELP leader_election_master_status 1 for every component that works in this process and in no other.\n# TYPE leader_election_master_status gauge\n");
        foreach (var name in controllers().Concat(hasScheduler() ? ["kube-scheduler"] : []).Order(StringComparer.Ordinal))
            text.Append($"leader_election_master_status{{name=\"{name}\"}} 1\n");
        return text.ToString();
    }
}
