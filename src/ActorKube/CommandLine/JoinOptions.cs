using System.CommandLine;
using ActorKube.ApiServer.Security.Join;
using ActorKube.Hosting;

namespace ActorKube.CommandLine;

/// <summary>The options <c>--join</c> and <c>--token</c>.</summary>
internal sealed class JoinOptions
{
    private readonly Option<string?> _join = new("--join") { Description = "HOST:PORT of the Kubernetes API of a server that runs; port 6443 when absent. For the first start only." };
    private readonly Option<string?> _token = new("--token") { Description = "Join token, as 'actorkube token create' prints it. For the first start only." };

    /// <summary>Adds the options to a command.</summary>
    public void AddTo(Command command)
    {
        command.Add(_join);
        command.Add(_token);
    }

    /// <summary>What was asked for; null without <c>--join</c>.</summary>
    /// <exception cref="UserError">The address or token cannot be read.</exception>
    public JoinPlan? Read(ParseResult parsed)
    {
        var address = parsed.GetValue(_join);
        // Empty is what a file for containers makes of a variable that is not set.
        var text = parsed.GetValue(_token) is { Length: > 0 } given ? given : null;
        if (address is null)
            return text is null ? null : throw new UserError("--token means nothing without --join HOST:PORT.");
        if (!Uri.TryCreate(address.Contains("://", StringComparison.Ordinal) ? address : $"https://{address}", UriKind.Absolute, out var server) || server.Scheme != Uri.UriSchemeHttps)
            throw new UserError($"--join has to be HOST:PORT of a server, not '{address}'.");
        if (server.IsDefaultPort && !address.EndsWith(":443", StringComparison.Ordinal))
            server = new UriBuilder(server) { Port = Defaults.ApiPort }.Uri;
        if (text is null)
            return new JoinPlan(server, null);
        return JoinToken.TryParse(text, out var token) ? new JoinPlan(server, token) : throw new UserError("--token is not a join token; 'actorkube token create' makes one.");
    }
}

/// <summary>Where to join, and with what.</summary>
/// <param name="Server">HTTPS address of a server.</param>
/// <param name="Token">The token; null when none was given.</param>
internal sealed record JoinPlan(Uri Server, JoinToken? Token)
{
    /// <summary>The token.</summary>
    /// <exception cref="UserError">There is none.</exception>
    public JoinToken RequireToken() => Token ?? throw new UserError("--join needs --token TOKEN; make one on a server with: actorkube token create");
}
