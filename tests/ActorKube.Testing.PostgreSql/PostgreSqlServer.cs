using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Npgsql;

namespace ActorKube.Testing.PostgreSql;

/// <summary>A PostgreSQL server for the length of a test run, where its programs are installed. Every test gets a database of its own.</summary>
public sealed class PostgreSqlServer : IAsyncLifetime
{
    private static readonly string[] Homes = ["/usr/lib/postgresql/17/bin", "/usr/lib/postgresql/16/bin", "/usr/lib/postgresql/15/bin"];
    private readonly string _directory = Directory.CreateTempSubdirectory("actorkube-postgresql-").FullName;
    private readonly int _port = FreePort();
    private int _databases;

    /// <summary>Why there is no server here; null when there is one.</summary>
    public static string? Missing => Home is null ? "PostgreSQL is not installed." : null;

    /// <summary>Folder of the server's programs; null when there are none.</summary>
    public static string? Home { get; } = Homes.FirstOrDefault(Directory.Exists);

    public async ValueTask InitializeAsync()
    {
        if (Home is null)
            return;
        await Run("chown", "postgres", _directory);
        await AsPostgres($"{Home}/initdb", "-D", $"{_directory}/data", "-A", "trust", "-U", "postgres", "--no-sync");
        await StartAsync();
    }

    /// <summary>Starts the server again after <see cref="StopAsync"/>, with what it had.</summary>
    public Task StartAsync() =>
        AsPostgres($"{Home}/pg_ctl", "-D", $"{_directory}/data", "-l", $"{_directory}/log", "-w", "-o", $"-p {_port} -h 127.0.0.1 -k {_directory}", "start");

    /// <summary>Stops the server as a power cut would: connections break, nothing is tidied up.</summary>
    public async Task StopAsync()
    {
        await AsPostgres($"{Home}/pg_ctl", "-D", $"{_directory}/data", "-m", "immediate", "stop");
        // What this process has pooled is broken.
        NpgsqlConnection.ClearAllPools();
    }

    /// <summary>A connection string for a new, empty database.</summary>
    public async Task<string> NewDatabase()
    {
        var name = $"test{Interlocked.Increment(ref _databases)}";
        // Unpooled: a test may stop the server, which breaks what is pooled.
        await using var connection = new NpgsqlConnection(ConnectionString("postgres") + ";Pooling=false");
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand($"CREATE DATABASE {name}", connection);
        await command.ExecuteNonQueryAsync();
        return ConnectionString(name);
    }

    public async ValueTask DisposeAsync()
    {
        if (Home is not null)
            await StopAsync();
        Directory.Delete(_directory, recursive: true);
    }

    private string ConnectionString(string database) => $"Host=127.0.0.1;Port={_port};Username=postgres;Database={database}";

    // The server refuses to run as root.
    private static Task AsPostgres(params string[] command) => Environment.UserName == "root" ? Run("runuser", ["-u", "postgres", "--", .. command]) : Run(command[0], command[1..]);

    private static async Task Run(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { WorkingDirectory = "/" })!;
        await process.WaitForExitAsync().WaitAsync(TimeSpan.FromSeconds(60));
        Assert.True(process.ExitCode == 0, $"{program} {string.Join(' ', arguments)} failed.");
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
