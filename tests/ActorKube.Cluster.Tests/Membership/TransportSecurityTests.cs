using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using ActorKube.ApiServer.Security.Pki;
using ActorKube.Protocol.Hosting;
using Akka.Actor;
using Akka.Remote;

namespace ActorKube.Cluster.Tests.Membership;

public sealed class TransportSecurityTests
{
    [Fact]
    public async Task A_process_with_a_certificate_of_another_authority_cannot_join()
    {
        await using var cluster = new TestCluster();
        var server = (await cluster.FormAsync(ClusterRoles.ControlPlane))[0];
        using var foreign = new TestAuthority();
        // It trusts everybody: the refusal is the server's.
        var stranger = cluster.Start(cluster.Options(ClusterRoles.Node) with { Identity = new ProcessIdentity(foreign.Issue("stranger"), _ => true) });
        await RefusalAsync(stranger);
        // A refusal in the middle of the handshake ends its actor system, a later one leaves it trying.
        Assert.False(stranger.Joined.IsCompletedSuccessfully);
        Assert.Single(Akka.Cluster.Cluster.Get(server.System).State.Members);
    }

    [Fact]
    public async Task A_process_that_has_met_a_stranger_starts_anew_and_joins_those_it_trusts()
    {
        await using var cluster = new TestCluster();
        using var foreign = new TestAuthority();
        var trap = cluster.Start(cluster.Options(ClusterRoles.ControlPlane) with { Identity = new ProcessIdentity(foreign.Issue("trap"), _ => true) });
        await trap.Joined.WaitAsync(TestCluster.Limit);
        var options = cluster.Options(ClusterRoles.Node);
        var server = cluster.Start(cluster.Options(ClusterRoles.ControlPlane) with { SeedNodes = [] });
        var joined = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var stop = new CancellationTokenSource();
        var starts = 0;
        var kept = KeptSystem.RunAsync(
            () => ClusterSystem.Start(++starts == 1 ? options : options with { SeedNodes = [server.Address.ToString()] }),
            async (system, ended) =>
            {
                await system.Joined.WaitAsync(ended);
                joined.TrySetResult();
                await new TaskCompletionSource().Task.WaitAsync(ended);
            },
            stop.Token);
        await joined.Task.WaitAsync(TestCluster.Limit);
        Assert.Equal(2, starts);
        await stop.CancelAsync();
        await kept.WaitAsync(TestCluster.Limit);
    }

    [Fact]
    public async Task A_process_does_not_join_a_seed_node_of_another_authority()
    {
        await using var cluster = new TestCluster();
        using var foreign = new TestAuthority();
        var trap = cluster.Start(cluster.Options(ClusterRoles.ControlPlane) with { Identity = new ProcessIdentity(foreign.Issue("trap"), _ => true) });
        await trap.Joined.WaitAsync(TestCluster.Limit);
        var joining = cluster.Start(ClusterRoles.Node);
        // Akka ends a system whose peer shows a certificate that it does not trust, without waiting for anybody: the process has then not joined and never will.
        await joining.Ended.WaitAsync(TestCluster.Limit);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => joining.Joined);
        Assert.Equal([trap.Address], trap.Servers);
        Assert.Single(Akka.Cluster.Cluster.Get(trap.System).State.Members);
    }

    [Fact]
    public async Task A_certificate_of_the_authority_is_needed_to_talk_at_all()
    {
        await using var cluster = new TestCluster();
        var server = (await cluster.FormAsync(ClusterRoles.ControlPlane))[0];
        using var foreign = new TestAuthority();
        Assert.False(await IsLetInAsync(server, null));
        Assert.False(await IsLetInAsync(server, foreign.Issue("stranger")));
        Assert.False(await IsLetInAsync(server, cluster.Authority.Issue("half", CertificateUsage.Server)));
        Assert.True(await IsLetInAsync(server, cluster.Authority.Issue("agent")));
    }

    // A peer that is refused is cut off at once; one that is let in is waited for.
    private static async Task<bool> IsLetInAsync(ClusterSystem server, X509Certificate2? certificate)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(server.Address.Host!, server.Address.Port!.Value, TestCluster.Limit);
        await using var tls = new SslStream(client.GetStream());
        try
        {
            await tls.AuthenticateAsClientAsync(new SslClientAuthenticationOptions
            {
                TargetHost = "server",
#pragma warning disable CA5359 // Whom the server lets in is asked here, not whom the client trusts.
                RemoteCertificateValidationCallback = (_, _, _, _) => true,
#pragma warning restore CA5359
                ClientCertificates = certificate is null ? null : [certificate],
            }, TestCluster.Limit);
            // An empty frame is answered with nothing.
            using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(1));
            return await tls.ReadAsync(new byte[1], patience.Token) > 0;
        }
        catch (OperationCanceledException)
        {
            return true;
        }
        catch (Exception refused) when (refused is IOException or AuthenticationException)
        {
            return false;
        }
    }

    private static async Task RefusalAsync(ClusterSystem system)
    {
        var refused = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var listener = system.System.ActorOf(Props.Create(() => new RefusalListener(refused)));
        system.System.EventStream.Subscribe(listener, typeof(AssociationErrorEvent));
        await refused.Task.WaitAsync(TestCluster.Limit);
    }

    private sealed class RefusalListener : ReceiveActor
    {
        public RefusalListener(TaskCompletionSource refused) => Receive<AssociationErrorEvent>(_ => refused.TrySetResult());
    }
}
