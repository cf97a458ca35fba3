using ActorKube.Protocol.Store;
using ActorKube.Store.Views;
using ActorKube.Store.Writing;
using Akka.Actor;

namespace ActorKube.Store.Actors;

/// <summary>What a resource actor does for other processes: feeds their replicas, takes their writes, answers their questions.</summary>
internal sealed class RemoteClients(string resource, ResourceAccess access, StoreServices services, IActorContext context)
{
    private readonly Dictionary<IActorRef, IActorRef> _feeds = [];
    private readonly Dictionary<IActorRef, long> _early = [];
    private bool _open;

    /// <summary>The state is complete; replicas that came early get theirs.</summary>
    public void Open()
    {
        _open = true;
        foreach (var (replica, after) in _early)
            Feed(replica, after);
        _early.Clear();
    }

    /// <summary>Handles what other processes send; false for any other message.</summary>
    public bool Handle(object message, IActorRef sender)
    {
        switch (message)
        {
            case ActivateResource:
                if (!IsLocal(sender))
                    sender.Tell(new ResourceHosted(resource), context.Self);
                return true;
            case SubscribeReplica when IsLocal(sender):
                sender.Tell(new OwnerIsLocal(resource), context.Self);
                return true;
            case SubscribeReplica subscribe:
                if (_open)
                    Feed(sender, subscribe.After);
                else
                    _early[sender] = subscribe.After;
                return true;
            case AskRevision ask:
                Answer(ask, sender);
                return true;
            case ForwardWrites writes:
                Write(writes, sender);
                return true;
            default:
                return false;
        }
    }

    private static bool IsLocal(IActorRef sender) => sender.Path.Address.HasLocalScope;

    /// <summary>A replica that subscribes again has lost its way: its former feed goes.</summary>
    private void Feed(IActorRef replica, long after)
    {
        if (_feeds.Remove(replica, out var former))
            context.Stop(former);
        _feeds.Add(replica, context.ActorOf(ReplicaFeed.Props(access.View, replica, after, services.Time)));
    }

    private void Answer(AskRevision ask, IActorRef sender)
    {
        if (access.Barrier is null)
            sender.Tell(new RevisionIs(ask.Question, access.View.Cut.Revision), context.Self);
        else
            // Unanswered when this actor stops: the replica asks the next owner.
            _ = access.Barrier.Join().ContinueWith(
                (done, state) => ((IActorRef)state!).Tell(new RevisionIs(ask.Question, done.Result)),
                sender, CancellationToken.None, TaskContinuationOptions.OnlyOnRanToCompletion, TaskScheduler.Default);
    }

    private void Write(ForwardWrites writes, IActorRef sender)
    {
        var self = context.Self;
        var group = new WriteGroup(writes.Commands, g => sender.Tell(new ForwardedResults(writes.Batch, ResultsOf(g)), self));
        access.Inbox.Post(group.Writes);
    }

    private static ForwardedResult[] ResultsOf(WriteGroup group)
    {
        var results = new ForwardedResult[group.Results.Length];
        for (var i = 0; i < results.Length; i++)
        {
            var (fate, result) = group.Results[i];
            var senderHasIt = result.Committed && group.Writes[i].Command is not RemoveObject;
            results[i] = new ForwardedResult(fate, result.Outcome, result.Revision, senderHasIt || result.Object is null ? default : result.Object.Json);
        }
        return results;
    }
}
