using Akka.Actor;
using Akka.Cluster;
using Akka.Configuration;

namespace ActorKube.Protocol.Hosting;

/// <summary>
/// A process's actor system as a member of the cluster. It begins to join when it is started and leaves when it is disposed of. One that the cluster has
/// downed ends by itself: <see cref="Ended"/>.
/// </summary>
public sealed class ClusterSystem : IProcessSystem
{
    /// <summary>Name of the actor system in every process.</summary>
    public const string Name = "actorkube";

    private readonly MembershipView _view;
    private readonly Cluster _cluster;

    private ClusterSystem(ActorSystem system, Action<IReadOnlyList<Address>>? serversChanged)
    {
        System = system;
        _view = new MembershipView(serversChanged);
        _cluster = Cluster.Get(system);
        _view.Follow(system);
    }

    /// <inheritdoc/>
    public ActorSystem System { get; }

    /// <summary>Address of this process: what others take for a seed node.</summary>
    public Address Address => _cluster.SelfAddress;

    /// <summary>Completes when this process is a member; is cancelled when it ends before.</summary>
    public Task Joined => _view.Joined;

    /// <summary>Completes when the actor system has ended, by itself or because it was asked to.</summary>
    public Task Ended => System.WhenTerminated;

    /// <inheritdoc/>
    public IReadOnlyList<Address> Servers => _view.Servers;

    /// <summary>Starts an actor system and begins to join.</summary>
    /// <exception cref="IOException">The address is in use or is none of this machine's.</exception>
    /// <exception cref="ConfigurationException">Akka does not take the settings.</exception>
    /// <exception cref="UriFormatException">A seed node is not an address.</exception>
    public static ClusterSystem Start(ClusterSystemOptions options)
    {
        var seeds = Parse(options.SeedNodes);
        var result = new ClusterSystem(ActorSystems.Create(Name, options, Config.Empty), options.ServersChanged);
        if (options.JoinsAtOnce)
            result.JoinThrough(seeds);
        return result;
    }

    /// <summary>Begins to join a cluster through any of these members, instead of through those named before. A process that is a member stays where it is.</summary>
    /// <param name="seeds">Addresses of members; none: this process is the cluster's first.</param>
    /// <exception cref="UriFormatException">A seed node is not an address.</exception>
    public void Join(IReadOnlyList<string> seeds) => JoinThrough(Parse(seeds));

    /// <summary>Leaves the cluster and ends the actor system.</summary>
    public ValueTask DisposeAsync() => ActorSystems.EndAsync(System);

    private void JoinThrough(Address[] seeds)
    {
        if (seeds.Length == 0)
            _cluster.Join(_cluster.SelfAddress);
        else
            _cluster.JoinSeedNodes(seeds);
    }

    private static Address[] Parse(IEnumerable<string> seeds) => [.. seeds.Select(Address.Parse)];
}
