namespace ActorKube.ApiServer.Hosting;

/// <summary>What the HTTP edge bounds (HOCON <c>actorkube.api-server.gateway</c>).</summary>
public sealed record GatewayLimits
{
    /// <summary>Reads under way at once; more are answered 429.</summary>
    public int MaxReads { get; init; } = 400;

    /// <summary>Writes under way at once; more are answered 429.</summary>
    public int MaxWrites { get; init; } = 200;

    /// <summary>Watches that one user may have open at once; more are answered 429.</summary>
    public int MaxWatchesPerUser { get; init; } = 5_000;

    /// <summary>Connections at once; more are closed.</summary>
    public int MaxConnections { get; init; } = 10_000;

    /// <summary>How long a request other than a watch or a stream may take; then it is answered 504.</summary>
    public TimeSpan RequestTimeout { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>How long a client may refuse to take what is sent to it before it is cut off.</summary>
    public TimeSpan StalledReader { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>How long a connection may take to send the head of a request.</summary>
    public TimeSpan HeadTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Checks what the settings' own limits do not.</summary>
    /// <exception cref="ArgumentException">A setting makes no sense; the message names it.</exception>
    public void Validate()
    {
        // The HTTP server looks once a second.
        if (StalledReader <= TimeSpan.FromSeconds(1))
            throw new ArgumentException("actorkube.api-server.gateway.stalled-reader has to be longer than a second.");
    }
}
