using ActorKube.ApiServer.Usage;
using ActorKube.Protocol.Usage;
using Akka.Actor;
using Akka.Event;
using static ActorKube.Protocol.Endpoint.EndpointProtocol;

namespace ActorKube.ApiServer.Actors.Usage;

/// <summary>
/// Tells the other servers what nodes told this one, and takes what they were told, so that any server can answer for all nodes. One message to each server for each report, none of them
/// answered: what is lost comes again with the next report. Owns nothing.
/// </summary>
internal sealed class UsageRelay : ReceiveActor
{
    private readonly ILoggingAdapter _log = Context.GetLogger();
    private readonly Address _self = ((ExtendedActorSystem)Context.System).Provider.DefaultAddress;

    public UsageRelay(UsageBoard board, Func<IReadOnlyList<Address>> servers)
    {
        Receive<Spread>(spread => Send(spread, servers()));
        Receive<UsageRelayed>(told => Take(board, told));
    }

    /// <summary>A node's report that came to this server.</summary>
    /// <param name="Node">Name of the node.</param>
    /// <param name="Report">What it used.</param>
    public sealed record Spread(string Node, UsageReport Report);

    private void Send(Spread spread, IReadOnlyList<Address> servers)
    {
        UsageRelayed? message = null;
        foreach (var server in servers)
            if (!server.Equals(_self))
                Context.ActorSelection(new RootActorPath(server) / "user" / UsageActorName).Tell(message ??= new UsageRelayed(spread.Node, spread.Report.Encode()));
    }

    private void Take(UsageBoard board, UsageRelayed told)
    {
        try
        {
            board.Take(told.Node, UsageReport.Decode(told.Report));
        }
        catch (FormatException damaged)
        {
            _log.Debug("A server relayed what is no report of {0}: {1}", told.Node, damaged.Message);
        }
    }
}
