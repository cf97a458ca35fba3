using System.Security.Cryptography;
using ActorKube.Api.Errors;
using ActorKube.Machinery.Times;
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
    private readonly SteadyTime _time;
    private readonly CancellationTokenSource _closed;
    private readonly PendingCalls _calls;
    private readonly FollowedWatches _watches;
    private readonly ILoggingAdapter _log = Context.GetLogger();
    private ITimer? _timer;
    private IActorRef? _session;
    private ReadOnlyMemory<byte> _secret;
    // What the server asked last was told, whose session answered, and until when it is waited for.
    private readonly byte[] _attempt = new byte[16];
    private ActorPath? _server;
    private IActorRef? _asked;
    private DateTimeOffset? _until;
    private DateTimeOffset _heard;
    private int _next;
    private long _lastId;
    private bool _nodeTaken;
    private bool _isLost;
    private EndpointOperation _lastKnown;
    private bool _isOlder;

    public EndpointConnection(EndpointOptions options, CancellationTokenSource closed)
    {
        _options = options;
        _time = new SteadyTime(options.Time);
        _closed = closed;
        _calls = new PendingCalls(options.MaxCalls);
        _watches = new FollowedWatches(options.MaxCalls);
        Connecting();
    }

    protected override void PreStart() => StartTimer(TimeSpan.Zero);

    protected override void PostStop()
    {
        _session?.Tell(new Leave(_secret));
        Release("the connection to the control plane was closed before the answer came");
        // The rest: what waits here, and what is told to this actor from now on.
        _closed.Cancel();
    }

    // A defect costs the calls and watches of the moment. The client lives on, and what would fail again at once fails again after a while.
    protected override void PreRestart(Exception reason, object message)
    {
        Release("the connection to the control plane failed before the answer came");
        _calls.Expire(DateTimeOffset.MaxValue);
        _watches.Expire(DateTimeOffset.MaxValue);
    }

    protected override void PostRestart(Exception reason)
    {
        _log.Warning("The connection to the control plane begins anew in {0}, because it failed: {1}", _options.OpenTimeout, reason.Message);
        StartTimer(_options.OpenTimeout);
    }

    private void StartTimer(TimeSpan first)
    {
        var self = Self;
        _timer = _options.Time.CreateTimer(_ => self.Tell(Tick.Instance), null, first, _options.KeepAliveInterval);
    }

    private void Release(string why)
    {
        _timer?.Dispose();
        _calls.FailSent(ApiErrors.Timeout(why));
        _watches.EndSent();
    }

    private void Connecting()
    {
        Receive<Tick>(_ =>
        {
            Expire();
            if (_until is not { } until || Now >= until)
                TryNextServer();
        });
        // Any process of the cluster can send to this actor: only the server asked last can say the attempt, and after it its session, which nobody else can name.
        Receive<Challenge>(Prove, challenge => _asked is null && CryptographicOperations.FixedTimeEquals(challenge.Attempt.Span, _attempt));
        Receive<Opened>(Open, _ => Sender.Equals(_asked));
        Receive<NodeTaken>(Resign, _ => Sender.Equals(_asked));
        Receive<Refused>(TakeRefusal, _ => Sender.Equals(_asked) || (_asked is null && Sender.Path.Equals(_server)));
        Receive<Submit>(submit => Take(submit));
        Receive<Begin>(begin => Take(begin));
        Receive<End>(end => _watches.Remove(end.Output));
        Receive<Report>(_ => { });
        IgnoreTheRest();
    }

    private void Connected()
    {
        Receive<Tick>(_ =>
        {
            Expire();
            if (Now - _heard >= _options.ServerSilence)
                Reconnect("it is silent");
            else
                _session.Tell(new KeepAlive(_secret));
        });
        Receive<Submit>(submit =>
        {
            if (Take(submit) is { } id)
                Send(id, submit.Request);
        });
        Receive<Begin>(begin =>
        {
            if (Take(begin) is { } id)
                _session.Tell(new Follow(_secret, id, begin.Request));
        });
        Receive<Consumed>(consumed => _session.Tell(new Taken(_secret, consumed.Id, consumed.Sequence)));
        Receive<End>(end =>
        {
            if (_watches.Remove(end.Output) is { } id)
                _session.Tell(new Unfollow(_secret, id));
        });
        Receive<Report>(report => _session.Tell(new UsageSampled(_secret, report.Content)));
        // Only the present session counts: an earlier one, or one that lost the race for being the first, may still have something to say.
        Receive<IMessage>(Heard, _ => Sender.Equals(_session));
        IgnoreTheRest();
    }

    private DateTimeOffset Now => _time.GetUtcNow();

    private void IgnoreTheRest()
    {
        Receive<Consumed>(_ => { });
        Receive<IMessage>(_ => { });
    }

    private void Heard(IMessage message)
    {
        _heard = Now;
        switch (message)
        {
            case AnswerPart part:
                _calls.Receive(part);
                break;
            case Failed failed:
                if (!_calls.Fail(failed))
                    _watches.Fail(failed);
                break;
            case Changes changes:
                EndLost(_watches.Receive(changes));
                break;
            case Head head:
                EndLost(_watches.Check(head));
                break;
            case Refused refused:
                Reconnect(refused.Reason);
                break;
            case ServersKnown servers:
                _options.ServersKnown?.Invoke([.. servers.Addresses.Select(static s => ActorPath.TryParseAddress(s, out var address) ? address : null).OfType<Address>()]);
                break;
            case NodeTaken taken:
                Resign(taken);
                Reconnect(taken.Reason);
                break;
        }
    }

    // Another attempt might take the node back.
    private void Resign(NodeTaken taken)
    {
        _nodeTaken = true;
        _options.NodeTaken?.Invoke(taken.Reason);
    }

    // The certificate may be in the middle of being exchanged: the next attempt proves it.
    private void Prove(Challenge challenge)
    {
        _asked = Sender;
        _lastKnown = ServerAbility.Last(challenge.Nonce.Span);
        try
        {
            Sender.Tell(new Proof(_options.Certificate(), _options.Sign(SessionProof.Content(Context.System, challenge.Nonce, Sender, Self)), _options.Incarnation));
            // Who has answered is no dead server: its session is waited for as long as it waits itself.
            _until = Now + ProofLimit;
        }
        catch (Exception failure)
        {
            _log.Error(failure, "This process cannot prove who it is, and asks the next server for a session in {0}; see whether its certificate and key can be read", _options.OpenTimeout);
        }
    }

    private void TakeRefusal(Refused refused)
    {
        _log.Warning("The control plane refuses the session: {0}", refused.Reason);
        _until = Now + _options.OpenTimeout;
    }

    private void Open(Opened opened)
    {
        _session = Sender;
        _secret = opened.Secret;
        _heard = Now;
        if (_isLost)
            _log.Info("The control plane answers again, at {0}", Place(_session));
        _isLost = false;
        // Once for each time that servers are exchanged, not for each session.
        if (_lastKnown < ServerAbility.Own && !_isOlder)
            _log.Warning("The server at {0} is of an older version than this agent. Pods run and their statuses are written, one by one instead of together; update the servers first, then the agents", Place(_session));
        _isOlder = _lastKnown < ServerAbility.Own;
        Become(Connected);
        _options.Opened?.Invoke();
        foreach (var (id, request) in _calls.Waiting())
            Send(id, request);
        foreach (var (id, request) in _watches.Waiting())
            _session.Tell(new Follow(_secret, id, request));
    }

    // A server that does not know an operation could not even read the message: it would be lost without a word.
    private void Send(long id, EndpointRequest request)
    {
        if (request.Operation <= _lastKnown)
            _session.Tell(new Call(_secret, id, request));
        else
            _calls.Refuse(id, OlderServer.DoesNotKnow(request.Operation, Place(_session!)));
    }

    private void Reconnect(string why)
    {
        if (!_isLost && !_nodeTaken)
            _log.Warning("The server at {0} is lost ({1}); trying all there are until one answers. Pods go on", Place(_session!), why);
        _isLost = true;
        _session.Tell(new Leave(_secret));
        _session = null;
        _until = null;
        _calls.FailSent(ApiErrors.Timeout("the connection to the control plane was lost before the answer came"));
        _watches.EndSent();
        Become(Connecting);
        TryNextServer();
    }

    private static string Place(IActorRef session) => $"{session.Path.Address.Host}:{session.Path.Address.Port}";

    private void TryNextServer()
    {
        var servers = _options.Servers();
        if (servers.Count == 0 || _nodeTaken)
            return;
        _until = Now + _options.OpenTimeout;
        // Once, when each has been asked in vain; a session that was lost has been told of.
        if (_next == servers.Count && !_isLost)
            _log.Warning("No server answers yet; trying all that are known until one does: {0}", string.Join(", ", servers.Select(static s => $"{s.Host}:{s.Port}")));
        (_server, _asked) = (new RootActorPath(servers[_next++ % servers.Count]) / "user" / ActorName, null);
        _options.Random(_attempt);
        Context.ActorSelection(_server).Tell(new Hello(_attempt.ToArray()));
    }

    private long? Take(Submit submit) => _calls.Add(++_lastId, submit, Now + _options.CallTimeout, sent: _session is not null) ? _lastId : null;

    private long? Take(Begin begin) => _watches.Add(++_lastId, begin, Now + _options.CallTimeout, sent: _session is not null) ? _lastId : null;

    private void Expire()
    {
        _calls.Expire(Now);
        _watches.Expire(Now);
    }

    // A gap means that a message was lost: the watch ends, and its reader resumes from the last revision it has.
    private void EndLost(long? id)
    {
        if (id is { } lost)
            _session.Tell(new Unfollow(_secret, lost));
    }
}
