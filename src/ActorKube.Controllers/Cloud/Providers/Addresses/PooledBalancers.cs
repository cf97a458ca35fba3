using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using System.Net;
using ActorKube.Machinery.Client;

namespace ActorKube.Controllers.Cloud.Providers.Addresses;

/// <summary>
/// Load balancers that are no more than addresses from pools. What is given away stands in the services' statuses, which is read anew for each decision; only what was promised and does not stand
/// there yet is remembered. Where two services show the same address, the older one keeps it.
/// </summary>
[SuppressMessage("Design", "CA1001", Justification = "A semaphore whose handle nobody asks for holds nothing that would have to be released.")]
internal sealed class PooledBalancers(AddressPools pools, IResourceClient client) : ILoadBalancers
{
    private readonly SemaphoreSlim _one = new(1);
    private readonly Dictionary<string, ImmutableHashSet<IPAddress>> _promised = [];

    // What was read of each service, as long as it does not change.
    private Dictionary<string, BalancedService> _read = [];

    /// <inheritdoc/>
    public async Task<LoadBalancerStatus?> FindAsync(BalancedService service, CancellationToken cancel) =>
        await WithAllAsync(all => Own(service).IsEmpty && Shown(service).IsEmpty ? null : service.Status, cancel);

    /// <inheritdoc/>
    public Task<LoadBalancerStatus> EnsureAsync(BalancedService service, ImmutableArray<BalancedNode> nodes, CancellationToken cancel) => WithAllAsync(
        all =>
        {
            var taken = all.Where(s => s.Uid != service.Uid).SelectMany(s => Claims(s, service)).ToHashSet();
            var own = Own(service);
            var chosen = AddressChoice.Choose(pools, service, own.IsEmpty ? Shown(service) : own, taken);
            _promised[service.Uid] = [.. chosen];
            return new LoadBalancerStatus([.. chosen.Select(a => Ingress.Vip(a.ToString()))]);
        },
        cancel);

    /// <inheritdoc/>
    public Task UpdateAsync(BalancedService service, ImmutableArray<BalancedNode> nodes, CancellationToken cancel) => Task.CompletedTask;

    /// <inheritdoc/>
    public Task DeleteAsync(BalancedService service, CancellationToken cancel) => WithAllAsync(_ => _promised.Remove(service.Uid), cancel);

    // Decisions one at a time, each from all services as they are now.
    private async Task<T> WithAllAsync<T>(Func<IReadOnlyList<BalancedService>, T> decide, CancellationToken cancel)
    {
        await _one.WaitAsync(cancel);
        try
        {
            var list = await client.ListAsync(WellKnownResources.Services, null, null, cancel);
            // Services that were restored from elsewhere may have one uid together; the others must have their addresses all the same.
            _read = list.Items.DistinctBy(s => s.Head.Uid)
                .ToDictionary(s => s.Head.Uid, s => _read.TryGetValue(s.Head.Uid, out var known) && known.Object.Revision == s.Revision ? known : BalancedService.Project(s));
            var all = _read.Values.Where(s => s.IsLoadBalancer || s.HasFinalizer).ToArray();
            var fulfilled = all.Where(s => Own(s) is { IsEmpty: false } own && own.IsSubsetOf(Shown(s))).Select(s => s.Uid);
            foreach (var uid in _promised.Keys.Except(all.Select(s => s.Uid)).Concat(fulfilled).ToArray())
                _promised.Remove(uid);
            return decide(all);
        }
        finally
        {
            _one.Release();
        }
    }

    private ImmutableHashSet<IPAddress> Own(BalancedService service) => _promised.GetValueOrDefault(service.Uid, []);

    private static ImmutableHashSet<IPAddress> Shown(BalancedService service) =>
        [.. service.Status.Ingress.Select(i => IPAddress.TryParse(i.Ip, out var ip) ? ip : null).OfType<IPAddress>()];

    // What a service is promised, and what it shows, unless another one shows the same and is older.
    private IEnumerable<IPAddress> Claims(BalancedService other, BalancedService service)
    {
        var mine = IsOlder(service, other) ? Shown(service) : [];
        return Own(other).Concat(Shown(other).Except(mine));
    }

    private static bool IsOlder(BalancedService a, BalancedService b) => (a.Object.Head.Created ?? default, a.Uid).CompareTo((b.Object.Head.Created ?? default, b.Uid)) < 0;
}
