namespace ActorKube.ApiServer.Kinds;

/// <summary>What operators can choose about kinds.</summary>
internal sealed record KindOptions
{
    /// <summary>How long events are kept after they were last written.</summary>
    public TimeSpan EventTtl { get; init; } = TimeSpan.FromHours(1);
}
