using ActorKube.Api.Errors;
using Akka.Actor;
using Akka.Event;
using static ActorKube.Protocol.Endpoint.Client.ConnectionMessages;
using static ActorKube.Protocol.Endpoint.EndpointProtocol;

namespace ActorKube.Protocol.Endpoint.Client;

/// <summary>
/// Keeps one session with any control-plane process: opens it, proves who we are, hands requests over, and moves to another process when the present one is lost.
/// Owns the calls and watches under way. Calls made while there is no session wait for one; calls cut off in the middle have an unknown outcome and say so.
/// </summary>
internal sealed class EndpointConnection : ReceiveActor
{
    private readonly EndpointOptions _options;
    private readonly PendingCalls _calls;
    private readonly FollowedWatches _watches = new();
    private readonly ILoggingAdapter _log = Context.GetLogger();
    private ITimer? _timer;
    private IActorRef? _session;
    private ReadOnlyMemory<byte> _secret;
    private DateTimeOffset _attempt;
    private int _next;
    private long _lastId;

    public EndpointConnection(EndpointOptions options)
    {
        _options = options;
        _calls = new PendingCalls(options.MaxCalls);
        Connecting();
    }

    protected override void PreStart()
    {
        var self = Self;
        _timer = _options.Time.CreateTimer(_ => self.Tell(Tick.Instance), null, TimeSpan.Zero, _options.KeepAliveInterval / 5);
    }

    protected override void PostStop()
    {
        _timer?.Dispose();
        _calls.FailAll(ApiErrors.ServiceUnavailable("the connection to the control plane is closed"));
        _watches.EndAll();
    }

    private void Connecting()
    {
        Receive<Tick>(_ =>
        {
            ExpireCalls();
            if (Now - _attempt >= _options.OpenTimeout)
                TryNextServer();
        });
        Receive<Challenge>(challenge =>
        {
            var signed = new byte[SigningContext.Length + challenge.Nonce.Length];
            SigningContext.CopyTo(signed);
            challenge.Nonce.CopyTo(signed.AsMemory(SigningContext.Length));
            Sender.Tell(new Proof(_options.Certificate(), _options.Sign(signed)));
        });
        Receive<Opened>(Open);
        Receive<Refused>(refused => _log.Warning("The control plane refuses the session: {0}", refused.Reason));
        Receive<Submit>(submit => Queue(submit));
        Receive<Begin>(begin => begin.Output.TryComplete());
        Receive<End>(_ => { });
        Receive<Consumed>(_ => { });
        Receive<IMessage>(_ => { });
        Receive<Terminated>(_ => { });
    }

    private void Connected()
    {
        Receive<Tick>(_ =>
        {
            ExpireCalls();
            _session!.Tell(new KeepAlive(_secret));
        });
        Receive<Submit>(submit =>
        {
            if (Queue(submit) is { } id)
                _session!.Tell(new Call(_secret, id, submit.Request));
        });
        Receive<Begin>(begin =>
        {
            var id = ++_lastId;
            _watches.Add(id, begin.Output);
            _session!.Tell(new Follow(_secret, id, begin.Request));
        });
        Receive<Consumed>(consumed => _session!.Tell(new Taken(_secret, consumed.Id, consumed.Sequence)));
        Receive<End>(end =>
        {
            if (_watches.Remove(end.Output) is { } id)
                _session!.Tell(new Unfollow(_secret, id));
        });
        Receive<AnswerPart>(_calls.Receive);
        Receive<Failed>(failed =>
        {
            if (!_calls.Fail(failed))
                _watches.Fail(failed);
        });
        Receive<Changes>(changes => EndLost(_watches.Receive(changes)));
        Receive<Head>(head => EndLost(_watches.Check(head)));
        Receive<Refused>(refused => Reconnect(refused.Reason));
        Receive<Terminated>(_ => Reconnect("the process that served it has gone"));
        Receive<IMessage>(_ => { });
    }

    private DateTimeOffset Now => _options.Time.GetUtcNow();

    private void Open(Opened opened)
    {
        _session = Sender;
        _secret = opened.Secret;
        Context.Watch(_session);
        Become(Connected);
        foreach (var (id, request) in _calls.Waiting())
            _session.Tell(new Call(_secret, id, request));
    }

    private void Reconnect(string why)
    {
        _log.Info("The session with the control plane has ended: {0}", why);
        Context.Unwatch(_session!);
        _session = null;
        _calls.FailSent(ApiErrors.Timeout("the connection to the control plane was lost before the answer came"));
        _watches.EndAll();
        Become(Connecting);
        TryNextServer();
    }

    private void TryNextServer()
    {
        _attempt = Now;
        var servers = _options.Servers();
        if (servers.Count == 0)
            return;
        var server = servers[_next++ % servers.Count];
        Context.ActorSelection(new RootActorPath(server) / "user" / ActorName).Tell(new Hello());
    }

    private long? Queue(Submit submit)
    {
        var id = ++_lastId;
        return _calls.Add(id, submit, Now + _options.CallTimeout, sent: _session is not null) ? id : null;
    }

    private void ExpireCalls() => _calls.Expire(Now);

    // A gap means that a message was lost: the watch ends, and its reader resumes from the last revision it has.
    private void EndLost(long? id)
    {
        if (id is { } lost)
            _session!.Tell(new Unfollow(_secret, lost));
    }
}
