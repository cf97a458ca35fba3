using System.CommandLine;
using ActorKube.Data;
using ActorKube.Machinery.Client.Http;

namespace ActorKube.CommandLine;

/// <summary>How commands that talk to a running cluster find it.</summary>
internal static class ClientOptions
{
    private const string Variable = "KUBECONFIG";

    /// <summary>The option <c>--kubeconfig</c>.</summary>
    public static Option<string?> Kubeconfig(string description) => new("--kubeconfig") { Description = $"{description} When absent: the first file in ${Variable}, else the one in the default data directory." };

    /// <summary>The connection.</summary>
    /// <param name="path">What the user gave as kubeconfig; null for none.</param>
    /// <param name="server">Address to use instead of the one in the file; null for that.</param>
    /// <exception cref="UserError">There is no such file.</exception>
    public static HttpConnectionOptions Read(string? path, Uri? server = null)
    {
        var file = Find(path);
        var connection = KubeconfigConnection.Read(file);
        return server is null ? connection
            : server is { IsAbsoluteUri: true, Scheme: "https" } ? connection with { Server = server }
            : throw new UserError($"--server has to be an HTTPS address such as https://10.0.0.1:6443, not '{server}'.");
    }

    /// <summary>The kubeconfig to use.</summary>
    /// <exception cref="UserError">There is no such file.</exception>
    public static string Find(string? path)
    {
        var file = path
            ?? Environment.GetEnvironmentVariable(Variable)?.Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries).FirstOrDefault()
            ?? Path.Combine(DataDirectory.Default, "kubeconfig");
        return File.Exists(file) ? file : throw new UserError($"There is no kubeconfig {file}; name one with --kubeconfig.");
    }
}
