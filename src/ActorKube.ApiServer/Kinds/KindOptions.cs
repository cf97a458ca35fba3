namespace ActorKube.ApiServer.Kinds;

/// <summary>What operators can choose about kinds, and what kinds know of the world.</summary>
internal sealed record KindOptions
{
    /// <summary>How long events are kept after they were last written.</summary>
    public TimeSpan EventTtl { get; init; } = TimeSpan.FromHours(1);

    /// <summary>The clock, for kinds whose conditions are stamped by the server.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;
}
