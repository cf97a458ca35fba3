using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using ActorKube.EndToEnd.Tests.Processes;
using Microsoft.Data.Sqlite;

namespace ActorKube.EndToEnd.Tests.Scenarios;

/// <summary>What users get wrong: one clear sentence each, a non-zero exit code, and nothing has changed.</summary>
public sealed class Mistakes : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    private string Data => Path.Combine(_directory.Path, "data");

    [Theory]
    [InlineData("up --set actorkube.store.watch-que=1", "--set sets actorkube.store.watch-que, which is no setting of this program")]
    [InlineData("up --set actorkube.store.watch-queue=many", "actorkube.store.watch-queue")]
    [InlineData("up --set actorkube.node-agent.max-pods=-1", "actorkube.node-agent.max-pods")]
    [InlineData("up --set actorkube.controllers.enabled=[none]", "actorkube.controllers.enabled")]
    [InlineData("up --log-level loud", "actorkube.log.level has to be trace or debug or information or warning or error or critical or none; it is 'loud'.")]
    [InlineData("agent --set actorkube.log.categories.Akka=loud", "actorkube.log.categories.\"Akka\" has to be trace or debug or")]
    [InlineData("up --config /none.conf", "The settings file /none.conf cannot be read")]
    [InlineData("up --port 70000", "--port has to be between 0 and 65535, not 70000")]
    [InlineData("up --port x", "--port")]
    [InlineData("up --nodes many", "--nodes")]
    [InlineData("up --set akka.actor.nosuch=1", "--set sets akka.actor.nosuch, which is no setting of this program")]
    [InlineData("up --nodes 5001", "--nodes has to be between 0 and 5000, not 5001")]
    [InlineData("up --runtime docker", "docker")]
    [InlineData("server --address here", "--address has to be an IP address, not 'here'")]
    [InlineData("server --address ::1", "--address has to be of IPv4, as the addresses of the cluster's services are, not '::1'")]
    [InlineData("up --runtime-endpoint containerd.sock", "actorkube.node-agent.runtime.endpoint has to be unix:///PATH of at most 107 bytes; it is 'containerd.sock'")]
    [InlineData("server --port 0 --cluster-port 0 --bind-address 192.0.2.1", "Port 0 cannot be opened on 192.0.2.1: ")]
    [InlineData("server --journal mysql:x", "--journal has to be sqlite or postgresql:CONNECTION-STRING, not 'mysql…'")]
    [InlineData("server --journal postgresql:nonsense", "--journal: the connection string cannot be understood: ")]
    [InlineData("server --join 127.0.0.1:6443", "Several servers need a journal that all of them can reach")]
    [InlineData("server --journal postgresql:Host=x --join 127.0.0.1:6443", "--join needs --token TOKEN")]
    [InlineData("agent --join 127.0.0.1:6443", "--join needs --token TOKEN")]
    [InlineData("agent", "This node has not joined a cluster yet")]
    [InlineData("agent --token ak1-x", "--token means nothing without --join HOST:PORT")]
    [InlineData("agent --join 127.0.0.1:6443 --token x", "--token is not a join token")]
    [InlineData("agent --node-name A_B", "'A_B' is no name for a node")]
    [InlineData("token create --kubeconfig /none", "There is no kubeconfig /none")]
    public Task A_wrong_command_line_is_refused(string arguments, string sentence) => Refused(sentence, [.. arguments.Split(' '), .. arguments.StartsWith("token", StringComparison.Ordinal) ? [] : (string[])["--data", Data]]);

    [Theory]
    [InlineData("up")]
    [InlineData("server")]
    [InlineData("agent")]
    [InlineData("kubeconfig")]
    [InlineData("backup file")]
    [InlineData("restore file")]
    public Task An_empty_name_of_a_data_directory_is_refused(string command) => Refused("--data has to name a directory", [.. command.Split(' '), "--data", ""]);

    [Fact]
    public Task A_value_that_the_actor_system_does_not_take_is_told_in_one_line() =>
        Fails("The settings below akka. do not work: Unknown LogLevel: \"BOGUS\"", "up", "--runtime", "simulated", "--port", "0", "--set", "akka.loglevel=BOGUS", "--data", Data);

    [Theory]
    [InlineData("file/below", "cannot be used")]
    [InlineData("/sys/actorkube", "is not accessible to this user")]
    public async Task A_data_directory_that_cannot_be_used_is_refused(string path, string sentence)
    {
        await File.WriteAllTextAsync(Path.Combine(_directory.Path, "file"), "", TestContext.Current.CancellationToken);
        await Refused(sentence, "up", "--data", Path.Combine(_directory.Path, path));
    }

    [Theory]
    [InlineData("up --runtime simulated --port", "is in use by another process; stop it or choose another one with --port.")]
    [InlineData("server --cluster-port 0 --port", "is in use by another process; stop it or choose another one with --port.")]
    [InlineData("server --port 0 --cluster-port", "for the other processes of the cluster, is in use by another process; stop it or choose another one with --cluster-port.")]
    public async Task A_port_in_use_is_named_in_one_line(string arguments, string sentence)
    {
        using var other = new TcpListener(IPAddress.Any, 0);
        other.Start();
        await Refused(sentence, [.. arguments.Split(' '), $"{((IPEndPoint)other.LocalEndpoint).Port}", "--data", Data]);
    }

    [Theory]
    [InlineData("Data directory")]
    [InlineData("Kubernetes API")]
    [InlineData("Container runtime")]
    public async Task A_start_that_is_interrupted_ends_in_good_order(string at)
    {
        await using var process = ActorKubeProcess.Start("up", "--runtime", "simulated", "--nodes", "50", "--port", "0", "--data", Data);
        await process.LineAsync(at);
        Assert.Contains(await process.InterruptAsync(), new[] { 0, 130 });
        // Whatever has to be ended by force, or works on without what it works with, complains.
        Assert.All(process.Errors, line => Assert.Equal("actorkube: interrupted before it was done.", line));
    }

    [Fact]
    public async Task An_agent_whose_certificates_have_ended_is_told_to_join_again()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var now = TimeProvider.System.GetUtcNow();
        using var ended = new CertificateRequest("CN=system:node:late", key, HashAlgorithmName.SHA256).CreateSelfSigned(now.AddDays(-366), now.AddDays(-1));
        var pki = Directory.CreateDirectory(Path.Combine(Data, "pki")).FullName;
        foreach (var file in (string[])["ca.crt", "process-ca.crt", "client.crt", "process.crt"])
            await File.WriteAllTextAsync(Path.Combine(pki, file), ended.ExportCertificatePem(), TestContext.Current.CancellationToken);
        await File.WriteAllTextAsync(Path.Combine(pki, "node.key"), key.ExportPkcs8PrivateKeyPem(), TestContext.Current.CancellationToken);
        await File.WriteAllTextAsync(Path.Combine(pki, "seed-nodes"), "", TestContext.Current.CancellationToken);
        await Fails($"have ended on {now.AddDays(-1):yyyy-MM-dd}; join the cluster again with --join HOST:PORT --token TOKEN", "agent", "--node-name", "late", "--data", Data);
        await Fails("--join needs --token TOKEN", "agent", "--node-name", "late", "--data", Data, "--join", "127.0.0.1:6443");
        await Fails("belongs to node late: start with --node-name late", "agent", "--node-name", "early", "--data", Data);
    }

    [Fact]
    public async Task A_second_process_and_newer_formats_are_refused_and_leave_the_cluster_as_it_is()
    {
        await using (var first = ActorKubeProcess.Start("up", "--runtime", "simulated", "--port", "0", "--data", Data))
        {
            await first.LineAsync("Ctrl-C stops");
            await Fails($"The data directory {Data} is in use by another process", "up", "--data", Data, "--port", "0");
            Assert.Equal(0, await first.InterruptAsync());
        }
        await File.WriteAllTextAsync(Path.Combine(Data, "format"), "9\n", TestContext.Current.CancellationToken);
        await Refused("has format 9, which is newer than this program's 1", "up", "--data", Data);
        await File.WriteAllTextAsync(Path.Combine(Data, "format"), "nine\n", TestContext.Current.CancellationToken);
        await Refused("should hold a format number but holds 'nine'", "up", "--data", Data);
        await File.WriteAllTextAsync(Path.Combine(Data, "format"), "1\n", TestContext.Current.CancellationToken);
        SetJournalVersion(99);
        await Refused("The journal has format 99, but this version of ActorKube reads formats up to 1", "up", "--port", "0", "--data", Data);
    }

    [Fact]
    public async Task A_damaged_journal_is_told_in_one_line()
    {
        await File.WriteAllTextAsync(Path.Combine(Directory.CreateDirectory(Path.Combine(Data, "journal")).FullName, "journal.db"), "this is no database", TestContext.Current.CancellationToken);
        await Fails($"The journal in {Data}/journal cannot be used: SQLite Error 26: 'file is not a database'.", "up", "--runtime", "simulated", "--port", "0", "--data", Data);
    }

    [Fact]
    public async Task A_wrong_token_and_one_of_another_cluster_are_refused()
    {
        await using var up = ActorKubeProcess.Start("up", "--runtime", "simulated", "--port", "0", "--data", Data);
        var port = (await up.LineAsync("Kubernetes API: ")).Split(':')[^1].Split(',')[0];
        await up.LineAsync("Ctrl-C stops");
        await using var create = ActorKubeProcess.Start("token", "create", "--kubeconfig", Path.Combine(Data, "kubeconfig"));
        var token = await create.LineAsync("ak1-");
        var agent = Path.Combine(_directory.Path, "agent");
        string[] join = ["agent", "--runtime", "simulated", "--node-name", "late", "--data", agent, "--join", $"127.0.0.1:{port}", "--token"];

        // ak1-ID.SECRET-HASH: the hash says which cluster, the secret that one may join it.
        var (secret, hash) = (token.IndexOf('.', StringComparison.Ordinal) + 1, token.LastIndexOf('-') + 1);
        await Fails("does not accept the token", [.. join, Changed(token, secret)]);
        await Fails("the hash of its certificate authority differs", [.. join, Changed(token, hash)]);
        Assert.False(Directory.Exists(agent), "Nothing may be kept of a failed join.");
    }

    public void Dispose() => _directory.Dispose();

    private async Task Refused(string sentence, params string[] arguments)
    {
        var before = Contents();
        await Fails(sentence, arguments);
        Assert.Equal(before, Contents());
    }

    private static string Changed(string token, int at) => token[..at] + (token[at] == '1' ? '2' : '1') + token[(at + 1)..];

    private static async Task Fails(string sentence, params string[] arguments)
    {
        await using var process = ActorKubeProcess.Start(arguments);
        Assert.NotEqual(0, await process.ExitAsync());
        Assert.Contains(sentence, process.Output);
        Assert.DoesNotContain("   at ", process.Output);
        // Those that the parser of command lines finds are followed by the help.
        if (process.Errors is not [var only] || !only.StartsWith("actorkube: ", StringComparison.Ordinal))
            Assert.Contains("Usage:", process.Output);
    }

    private string[] Contents() =>
    [
        .. Directory.EnumerateFileSystemEntries(_directory.Path, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal)
            .Select(path => $"{path} {(Directory.Exists(path) ? "" : Convert.ToHexString(SHA256.HashData(File.ReadAllBytes(path))))}"),
    ];

    private void SetJournalVersion(int version)
    {
        using var connection = new SqliteConnection($"Data Source={Path.Combine(Data, "journal", "journal.db")};Pooling=false");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = $"PRAGMA user_version = {version}";
        command.ExecuteNonQuery();
    }
}
