using ActorKube.Protocol.Hosting;
using Akka.Actor;
using Akka.Cluster;

namespace ActorKube.Cluster.Tests.Membership;

/// <summary>Waits until a process sees what a test expects, from membership events alone.</summary>
internal sealed class MemberWatch : ReceiveActor
{
    private readonly Dictionary<UniqueAddress, MemberStatus> _members = [];

    private MemberWatch(Func<MemberWatch, bool> expected, TaskCompletionSource seen)
    {
        Receive<ClusterEvent.CurrentClusterState>(state =>
        {
            foreach (var member in state.Members)
                _members[member.UniqueAddress] = member.Status;
            Check();
        });
        Receive<ClusterEvent.MemberRemoved>(change =>
        {
            _members.Remove(change.Member.UniqueAddress);
            Check();
        });
        Receive<ClusterEvent.IMemberEvent>(change =>
        {
            _members[change.Member.UniqueAddress] = change.Member.Status;
            Check();
        });

        void Check()
        {
            if (expected(this))
                seen.TrySetResult();
        }
    }

    public int Count => _members.Count;

    public int Up => _members.Count(m => m.Value == MemberStatus.Up);

    public bool Has(UniqueAddress member) => _members.ContainsKey(member);

    public static async Task UntilAsync(ClusterSystem system, Func<MemberWatch, bool> expected, CancellationToken cancel)
    {
        var seen = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var watch = system.System.ActorOf(Props.CreateBy(new Maker(expected, seen)));
        await seen.Task.WaitAsync(cancel);
        system.System.Stop(watch);
    }

    protected override void PreStart() =>
        Akka.Cluster.Cluster.Get(Context.System).Subscribe(Self, ClusterEvent.SubscriptionInitialStateMode.InitialStateAsSnapshot, typeof(ClusterEvent.IMemberEvent));

    protected override void PostStop() => Akka.Cluster.Cluster.Get(Context.System).Unsubscribe(Self);

    private sealed class Maker(Func<MemberWatch, bool> expected, TaskCompletionSource seen) : IIndirectActorProducer
    {
        public Type ActorType => typeof(MemberWatch);

        public ActorBase Produce() => new MemberWatch(expected, seen);

        public void Release(ActorBase actor)
        {
        }
    }
}
