using Akka.Actor;
using static ActorKube.Protocol.Endpoint.EndpointProtocol;

namespace ActorKube.ApiServer.Actors.Endpoint;

/// <summary>
/// The actor edge of a control-plane process: hands every newcomer a session of its own. Owns nothing but the number of sessions.
/// </summary>
internal sealed class EndpointActor : ReceiveActor
{
    private const int MaxSessions = 10_000;

    private int _sessions;

    public EndpointActor(EndpointServices services)
    {
        Receive<Hello>(hello =>
        {
            if (_sessions >= MaxSessions)
            {
                Sender.Tell(new Refused($"this process already serves {MaxSessions} sessions; try another one"));
                return;
            }
            _sessions++;
            Context.Watch(Context.ActorOf(Props.Create<SessionActor>(services, Sender, hello)));
        });
        Receive<Terminated>(_ => _sessions--);
        // Requests come to sessions; one that arrives here is from a session of an earlier incarnation.
        Receive<ISessionMessage>(_ => Sender.Tell(new Refused("there is no such session")));
    }

    // A session that fails is closed; its agent opens another one.
    protected override SupervisorStrategy SupervisorStrategy() => new OneForOneStrategy(_ => Directive.Stop);
}
