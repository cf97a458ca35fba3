namespace ActorKube.ApiServer.Http.Negotiation;

/// <summary>Programs whose output people look at: what they are answered is indented, as upstream.</summary>
internal static class HumanClients
{
    /// <summary>True when a program with that <c>User-Agent</c> is one.</summary>
    public static bool Reads(string? userAgent) =>
        userAgent is not null
        && (userAgent.StartsWith("curl", StringComparison.Ordinal) || userAgent.StartsWith("Wget", StringComparison.Ordinal) || userAgent.StartsWith("Mozilla/5.0", StringComparison.Ordinal));
}
