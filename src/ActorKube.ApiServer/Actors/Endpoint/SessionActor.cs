using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using ActorKube.Api.Errors;
using ActorKube.Api.Users;
using ActorKube.ApiServer.Security.Nodes;
using ActorKube.Machinery.Client;
using ActorKube.Machinery.Objects;
using ActorKube.Protocol.Endpoint;
using ActorKube.Protocol.Usage;
using Akka.Actor;
using Akka.Event;
using static ActorKube.Protocol.Endpoint.EndpointProtocol;

namespace ActorKube.ApiServer.Actors.Endpoint;

/// <summary>
/// One caller's session: first the proof of who he is, and for an agent that the node is his, then his requests, each authorised as him. Owns the watches it serves and the count of calls under way.
/// </summary>
[SuppressMessage("Design", "CA1001", Justification = "An actor releases what it owns in PostStop.")]
internal sealed class SessionActor : ReceiveActor
{
    private const int MaxWatches = 256;
    private static readonly TimeSpan HeadInterval = TimeSpan.FromSeconds(1);

    private readonly EndpointServices _services;
    private readonly IActorRef _peer;
    private readonly ReadOnlyMemory<byte> _attempt;
    private readonly ILoggingAdapter _log = Context.GetLogger();
    private readonly byte[] _nonce;
    private readonly byte[] _secret = new byte[32];
    private readonly Dictionary<long, WatchPump> _watches = [];
    private readonly CancellationTokenSource _closing = new();
    private IResourceClient? _client;
    private UserInfo? _user;
    private Tenancy? _tenancy;
    private ITimer? _timer;
    private IReadOnlyList<Address> _servers = [];
    private bool _isWaitedFor = true;
    private long _heard;
    private int _calls;

    public SessionActor(EndpointServices services, IActorRef peer, Hello hello)
    {
        _services = services;
        _peer = peer;
        _attempt = hello.Attempt;
        _nonce = ServerAbility.Nonce(services.Random);
        Receive<Proof>(Open);
        Receive<Tick>(_ => Context.Stop(Self));
    }

    protected override void PreStart()
    {
        _services.Random(_secret);
        _timer = Timer(ProofLimit, Timeout.InfiniteTimeSpan);
        _peer.Tell(new Challenge(_attempt, _nonce));
    }

    protected override void PostStop()
    {
        _timer?.Dispose();
        _closing.Cancel();
        _closing.Dispose();
        if (_isWaitedFor)
            _peer.Tell(new Refused("it has ended the session"));
    }

    private void Open(Proof proof)
    {
        if (UserOf(proof) is not { } user)
        {
            End(new Refused("the certificate or its proof is not valid"));
            return;
        }
        _user = user.User;
        if (NodeIdentity.IsNode(_user, out var node) && node.Length > 0)
        {
            Become(Claiming);
            _ = ClaimAsync(node, user.Agent).PipeTo(Self);
            return;
        }
        Begin();
    }

    private void Claiming()
    {
        Receive<Tenancy>(tenancy =>
        {
            if (tenancy.Claim.Refusal is { } refusal)
            {
                End(new NodeTaken(refusal.ToString()));
                return;
            }
            _tenancy = tenancy;
            Begin();
        });
        Receive<Status.Failure>(failure => End(new Refused($"it cannot be found out now whether another agent runs the node: {failure.Cause.Message}")));
        Receive<Tick>(_ => Context.Stop(Self));
    }

    private async Task<Tenancy> ClaimAsync(string node, AgentIdentity agent) => new(node, agent, await _services.Nodes.ClaimAsync(node, agent, _closing.Token));

    private void End(IMessage why)
    {
        _isWaitedFor = false;
        _peer.Tell(why);
        Context.Stop(Self);
    }

    private void Begin()
    {
        _client = _services.ClientOf(_user!);
        _heard = _services.Time.GetTimestamp();
        _timer?.Dispose();
        _timer = Timer(HeadInterval, HeadInterval);
        Become(Serving);
        _peer.Tell(new Opened(_secret));
        TellServers();
    }

    private void Serving()
    {
        Receive<ISessionMessage>(Serve);
        Receive<CallDone>(done =>
        {
            _calls -= done.Weight;
            Note(done.Failure ?? done.Defect);
            EndpointReply.Send(_peer, Self, done);
        });
        Receive<WatchDone>(done =>
        {
            _watches.Remove(done.Id, out var watch);
            if (!watch!.IsStopped)
            {
                Note(done.Failure);
                _peer.Tell(new Failed(done.Id, done.Failure is null ? default : EndpointReply.StatusOf(done.Failure)));
            }
            watch.Dispose();
        });
        Receive<Tick>(_ => SendHeads());
    }

    private void Serve(ISessionMessage message)
    {
        if (!CryptographicOperations.FixedTimeEquals(message.Secret.Span, _secret))
        {
            Sender.Tell(new Refused("the session's secret is wrong"));
            return;
        }
        _heard = _services.Time.GetTimestamp();
        switch (message)
        {
            case Call call:
                Begin(call);
                break;
            case Follow follow:
                Begin(follow);
                break;
            case Taken taken when _watches.TryGetValue(taken.Id, out var watch):
                watch.Take(taken.Sequence);
                break;
            case Unfollow unfollow when _watches.TryGetValue(unfollow.Id, out var watch):
                watch.Stop();
                break;
            case UsageSampled sampled:
                Take(sampled);
                break;
            case KeepAlive:
                _peer.Tell(new Alive());
                break;
            case Leave:
                _isWaitedFor = false;
                Context.Stop(Self);
                break;
        }
    }

    // Whose use it is, the session says, and not the message: a node tells of itself only.
    private void Take(UsageSampled sampled)
    {
        if (_tenancy is not { Node: var node })
            return;
        try
        {
            _services.ReportUsage(node, UsageReport.Decode(sampled.Report));
        }
        catch (FormatException damaged)
        {
            _log.Debug("Node {0} reported what is no report: {1}", node, damaged.Message);
        }
    }

    private void Begin(Call call)
    {
        var weight = call.Request.Operation == EndpointOperation.PatchMany ? EndpointBatch.CountPatches(call.Request.Body) : 1;
        if (_calls + weight > MostCalls)
        {
            _peer.Tell(new Failed(call.Id, StatusBytes(ApiErrors.TooManyRequests($"a session may have {MostCalls} calls under way, where each of many patches counts", 1).Status)));
            return;
        }
        _calls += weight;
        _ = EndpointReply.ExecuteAsync(_client!, call, _closing.Token).PipeTo(Self, success: done => done with { Weight = weight });
    }

    private void Begin(Follow follow)
    {
        if (_watches.Count >= MaxWatches)
        {
            _peer.Tell(new Failed(follow.Id, StatusBytes(ApiErrors.TooManyRequests($"a session may have {MaxWatches} watches", 1).Status)));
            return;
        }
        if (_watches.ContainsKey(follow.Id))
            return;
        var pump = new WatchPump(_client!, follow.Id, follow.Request, _peer, Self, _closing.Token);
        _watches.Add(follow.Id, pump);
        _ = pump.RunAsync().PipeTo(Self);
    }

    private void Note(Exception? failure)
    {
        if (failure is not null && EndpointReply.IsDefect(failure))
            _log.Error(failure, "Unexpected failure of a request of {0}", _user!.Name);
    }

    private void SendHeads()
    {
        if (_services.Time.GetElapsedTime(_heard) > SessionSilence)
        {
            if (_tenancy is { } lost)
                _log.Warning("Node {0}: its agent at {1}:{2} is lost, nothing has been heard of it for {3} s", lost.Node, _peer.Path.Address.Host, _peer.Path.Address.Port, (int)SessionSilence.TotalSeconds);
            End(new Refused("the session was silent for too long"));
            return;
        }
        if (_tenancy is { } tenancy && _services.Nodes.Loss(tenancy.Node, tenancy.Agent, tenancy.Claim) is { } loss)
        {
            End(new NodeTaken(loss));
            return;
        }
        TellServers();
        foreach (var (id, watch) in _watches)
            _peer.Tell(new Head(id, watch.Sent));
    }

    // Whoever follows the servers makes a new list only when they have changed.
    private void TellServers()
    {
        var servers = _services.Servers();
        if (ReferenceEquals(servers, _servers) || servers.Count == 0)
            return;
        _servers = servers;
        _peer.Tell(new ServersKnown([.. servers.Select(static s => s.ToString())]));
    }

    private (UserInfo User, AgentIdentity Agent)? UserOf(Proof proof)
    {
        try
        {
            using var certificate = X509CertificateLoader.LoadCertificate(proof.Certificate.Span);
            using var key = certificate.GetECDsaPublicKey();
            var signed = SessionProof.Content(Context.System, _nonce, Self, _peer);
            if (key is null || !key.VerifyData(signed, proof.Signature.Span, HashAlgorithmName.SHA256) || _services.Authenticator.AuthenticateCertificate(certificate) is not { } user)
                return null;
            return (user, AgentIdentity.Of(certificate.PublicKey.ExportSubjectPublicKeyInfo(), proof.Incarnation));
        }
        catch (CryptographicException)
        {
            return null;
        }
    }

    private ITimer Timer(TimeSpan first, TimeSpan period)
    {
        var self = Self;
        return _services.Time.CreateTimer(_ => self.Tell(Tick.Instance), null, first, period);
    }

    private static byte[] StatusBytes(ApiStatus status) => Encoding.UTF8.GetBytes(status.ToJson().ToJsonString());

    // The caller is this node's agent.
    private sealed record Tenancy(string Node, AgentIdentity Agent, NodeClaim Claim);

    private sealed class Tick
    {
        public static readonly Tick Instance = new();
    }
}
