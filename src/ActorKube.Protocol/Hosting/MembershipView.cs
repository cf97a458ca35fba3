using Akka.Actor;
using Akka.Cluster;
using Akka.Event;
using Akka.Remote;

namespace ActorKube.Protocol.Hosting;

/// <summary>What a process knows of the servers, readable from any thread. Akka's own view lags behind the news that this process has become a member.</summary>
/// <param name="serversChanged">Told the servers when they have changed.</param>
internal sealed class MembershipView(Action<IReadOnlyList<Address>>? serversChanged)
{
    private readonly TaskCompletionSource _joined = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile IReadOnlyList<Address> _servers = [];

    /// <summary>Addresses of the servers that are members and can be reached.</summary>
    public IReadOnlyList<Address> Servers => _servers;

    /// <summary>Completes when this process is a member; is cancelled when it ends before.</summary>
    public Task Joined => _joined.Task;

    private Action<IReadOnlyList<Address>>? ServersChanged { get; } = serversChanged;

    /// <summary>Begins to follow the cluster.</summary>
    public void Follow(ActorSystem system) => system.ActorOf(Props.Create<Follower>(this), "membership-view");

    private sealed class Follower : ReceiveActor
    {
        private readonly MembershipView _view;
        private readonly Cluster _cluster = Cluster.Get(Context.System);
        private readonly ILoggingAdapter _log = Context.GetLogger();
        private readonly HashSet<Address> _up = [];
        private readonly HashSet<Address> _unreachable = [];

        public Follower(MembershipView view)
        {
            _view = view;
            Receive<ClusterEvent.MemberUp>(change => Take(change.Member));
            Receive<ClusterEvent.MemberRemoved>(change => Drop(change.Member));
            Receive<ClusterEvent.IMemberEvent>(change =>
            {
                if (change.Member.Status is MemberStatus.Exiting or MemberStatus.Down)
                    Drop(change.Member);
            });
            Receive<ClusterEvent.UnreachableMember>(change => Mark(change.Member, reachable: false));
            Receive<ClusterEvent.ReachableMember>(change => Mark(change.Member, reachable: true));
            Receive<ThisActorSystemQuarantinedEvent>(refusal => TakeRefusal(refusal.RemoteAddress));
        }

        protected override void PreStart()
        {
            _cluster.Subscribe(Self, ClusterEvent.SubscriptionInitialStateMode.InitialStateAsEvents, typeof(ClusterEvent.IMemberEvent), typeof(ClusterEvent.IReachabilityEvent));
            Context.System.EventStream.Subscribe<ThisActorSystemQuarantinedEvent>(Self);
        }

        protected override void PostStop()
        {
            _cluster.Unsubscribe(Self);
            _view._joined.TrySetCanceled();
        }

        private void Take(Member member)
        {
            if (member.HasRole(ClusterRoles.ControlPlane))
                _up.Add(member.Address);
            Publish();
            if (member.UniqueAddress.Equals(_cluster.SelfUniqueAddress))
                _view._joined.TrySetResult();
        }

        private void Drop(Member member)
        {
            if (_up.Remove(member.Address) && _unreachable.Contains(member.Address))
                _log.Warning("The server at {0}:{1} is out of the cluster; the others take over what it had", member.Address.Host, member.Address.Port);
            _unreachable.Remove(member.Address);
            Publish();
        }

        private void Mark(Member member, bool reachable)
        {
            if (member.HasRole(ClusterRoles.ControlPlane))
                if (reachable)
                    _log.Info("The server at {0}:{1} answers again", member.Address.Host, member.Address.Port);
                else
                    _log.Warning("The server at {0}:{1} does not answer", member.Address.Host, member.Address.Port);
            if (reachable)
                _unreachable.Remove(member.Address);
            else
                _unreachable.Add(member.Address);
            Publish();
        }

        // A server refuses for good whom it has removed as dead. By itself this process would take seconds to see that it is alone (ADR 0188).
        private void TakeRefusal(Address by)
        {
            if (!_up.Contains(by))
                return;
            _log.Warning("The server at {0}:{1} has removed this process from the cluster", by.Host, by.Port);
            _cluster.Down(_cluster.SelfAddress);
        }

        private void Publish()
        {
            var servers = _up.Except(_unreachable).ToArray();
            if (servers.SequenceEqual(_view._servers))
                return;
            _view._servers = servers;
            _view.ServersChanged?.Invoke(servers);
        }
    }
}
