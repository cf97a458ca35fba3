using System.CommandLine;
using System.Security.Cryptography.X509Certificates;
using ActorKube.Api.Errors;
using ActorKube.ApiServer.Security.Join;
using ActorKube.ApiServer.Security.Pki;
using ActorKube.Machinery.Client.Http;

namespace ActorKube.CommandLine;

/// <summary><c>actorkube token create</c>: lets processes join.</summary>
internal static class TokenCommand
{
    private static readonly TimeSpan DefaultLifetime = TimeSpan.FromHours(24);

    public static Command Build()
    {
        var role = new Option<string>("--role") { Description = "What may join with it: agent, or server (which receives the cluster's keys).", DefaultValueFactory = _ => "agent" };
        var lifetime = SpanOption.Make("--ttl", "How long it is valid, for example 30m, 12h or 7d; 0s for ever; 24h when absent.");
        var kubeconfig = ClientOptions.Kubeconfig("Kubeconfig of an administrator.");
        role.AcceptOnlyFromAmong("agent", "server");
        var create = new Command("create", "Make a join token and print it: the password with which agents or servers get into the cluster.") { role, lifetime, kubeconfig };
        create.SetAction((parsed, cancel) => CreateAsync(
            Enum.Parse<JoinRole>(parsed.GetValue(role)!, ignoreCase: true), parsed.GetValue(lifetime) ?? DefaultLifetime, ClientOptions.Find(parsed.GetValue(kubeconfig)), cancel));
        return new Command("token", "Make tokens with which nodes and servers join a cluster.") { create };
    }

    private static async Task<int> CreateAsync(JoinRole role, TimeSpan lifetime, string path, CancellationToken cancel)
    {
        var kubeconfig = Kubeconfig.Read(path);
        using var authority = X509Certificate2.CreateFromPem(kubeconfig.AuthorityPem);
        using var client = new HttpResourceClient(KubeconfigConnection.Read(path));
        try
        {
            var token = await new JoinTokens(client, CertificateAuthority.HashPublicKey(authority), TimeProvider.System).CreateAsync(role, lifetime, "made by actorkube token create", cancel);
            Console.WriteLine(token);
            return 0;
        }
        catch (ApiException failure)
        {
            throw new UserError($"{kubeconfig.Server} made no token: {failure.Message}");
        }
    }
}
