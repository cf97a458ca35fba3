using ActorKube.Api.Users;
using ActorKube.ApiServer.Security;
using ActorKube.ApiServer.Security.Nodes;
using ActorKube.Machinery.Client;
using ActorKube.Protocol.Usage;
using Akka.Actor;

namespace ActorKube.ApiServer.Actors.Endpoint;

/// <summary>What sessions need of the process they run in.</summary>
/// <param name="Authenticator">Verifies the certificates shown.</param>
/// <param name="ClientOf">The in-process client of a user; every request of a session goes through it.</param>
/// <param name="Random">Fills a buffer with unguessable bytes.</param>
/// <param name="Time">Timers.</param>
/// <param name="ReportUsage">Takes what a node, given by name, used.</param>
/// <param name="Nodes">Which agent has which node.</param>
/// <param name="Servers">Addresses of the servers there are, this one among them: the same list as long as they are the same.</param>
internal sealed record EndpointServices(
    IAuthenticator Authenticator, Func<UserInfo, IResourceClient> ClientOf, Action<byte[]> Random, TimeProvider Time, Action<string, UsageReport> ReportUsage, INodeClaims Nodes,
    Func<IReadOnlyList<Address>> Servers);
