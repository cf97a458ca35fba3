using ActorKube.Api.Errors;

namespace ActorKube.Protocol.Endpoint.Client;

/// <summary>A server that is of an older version than its caller.</summary>
internal static class OlderServer
{
    /// <summary>It does not know an operation, which was not asked for.</summary>
    public static ApiException DoesNotKnow(EndpointOperation operation, string place) => new(new ApiStatus(
        405, StatusReason.MethodNotAllowed, $"the server at {place} is of an older version than this process and does not know {operation}; update the servers first, then the agents"));

    /// <summary>Whether that is why a call failed.</summary>
    public static bool IsCause(ApiException failure) => failure.Is(StatusReason.MethodNotAllowed);
}
