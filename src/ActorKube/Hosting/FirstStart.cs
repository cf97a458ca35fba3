using System.Net;
using ActorKube.ApiServer.Security.Join;
using ActorKube.ApiServer.Security.Pki;
using ActorKube.CommandLine;
using ActorKube.Store.Hosting;

namespace ActorKube.Hosting;

/// <summary>The first start of a server: it is to make the cluster's keys, or receives them from a server that runs.</summary>
/// <param name="Seeds">Members of the cluster.</param>
/// <param name="Meeting">
/// Where servers with the same journal meet; null where nobody shares it. A server that is alone stays so until it is a member, or until this is disposed of: another first server that
/// came between would make keys, and so a cluster, of its own.
/// </param>
internal sealed record FirstStart(IReadOnlyList<string> Seeds, IMeetingPoint? Meeting)
{
    /// <summary>Finds out which of the two it is, and receives the keys.</summary>
    /// <param name="keys">Directory of the keys.</param>
    /// <param name="meeting">Owned by the result, or disposed of.</param>
    /// <param name="join">What the user wants.</param>
    /// <param name="cancel">Gives up.</param>
    /// <exception cref="UserError">What the user wants does not fit what is there; nothing has been written.</exception>
    /// <exception cref="PkiException">Joining failed.</exception>
    public static async Task<FirstStart> BeginAsync(string keys, IMeetingPoint? meeting, JoinPlan? join, CancellationToken cancel)
    {
        try
        {
            return new FirstStart(await SeedsAsync(keys, meeting, join, cancel), meeting);
        }
        catch
        {
            if (meeting is not null)
                await meeting.DisposeAsync();
            throw;
        }
    }

    private static async Task<IReadOnlyList<string>> SeedsAsync(string keys, IMeetingPoint? meeting, JoinPlan? join, CancellationToken cancel)
    {
        var isAlone = meeting is null || await meeting.TryBeAloneAsync(cancel);
        if (join is null)
            return isAlone ? [] : throw new UserError("The journal is in use by servers that run; join them with --join HOST:PORT --token TOKEN.");
        if (isAlone)
            throw new UserError($"No server runs with this journal: start this one with the same --journal as the server at {join.Server.Authority}.");
        Console.WriteLine($"Joining the cluster at {join.Server}");
        var grant = await new JoinClient(join.Server, TimeProvider.System).JoinAsync(join.RequireToken(), new JoinRequest(JoinRole.Server, Dns.GetHostName().ToLowerInvariant()), cancel);
        if (grant.Keys is null)
            throw new UserError("The server granted no keys; make a token for servers with: actorkube token create --role server");
        ClusterPki.Receive(keys, grant.Keys);
        return grant.SeedNodes;
    }
}
