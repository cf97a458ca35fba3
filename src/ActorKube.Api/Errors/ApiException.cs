namespace ActorKube.Api.Errors;

/// <summary>A request that failed with a Kubernetes Status. It crosses every edge unchanged: in-process, between actors and over HTTP.</summary>
public sealed class ApiException(ApiStatus status) : Exception(status.Message)
{
    /// <summary>What the client is told.</summary>
    public ApiStatus Status { get; } = status;

    /// <summary>True when the reason of the status is <paramref name="reason"/> (see <see cref="StatusReason"/>).</summary>
    public bool Is(string reason) => Status.Reason == reason;
}
