namespace ActorKube.Api.Errors;

/// <summary>The values of <c>Status.reason</c> that Kubernetes defines (<c>metav1.StatusReason</c>); clients branch on them.</summary>
public static class StatusReason
{
    /// <summary>401.</summary>
    public const string Unauthorized = "Unauthorized";
    /// <summary>403.</summary>
    public const string Forbidden = "Forbidden";
    /// <summary>404.</summary>
    public const string NotFound = "NotFound";
    /// <summary>409: the name is taken.</summary>
    public const string AlreadyExists = "AlreadyExists";
    /// <summary>409: a precondition or the resource version did not match.</summary>
    public const string Conflict = "Conflict";
    /// <summary>410: the resource no longer exists at this address.</summary>
    public const string Gone = "Gone";
    /// <summary>422: the object is not valid; causes name the fields.</summary>
    public const string Invalid = "Invalid";
    /// <summary>504 or 500: the server cannot complete the request now; retry after <c>retryAfterSeconds</c>.</summary>
    public const string ServerTimeout = "ServerTimeout";
    /// <summary>504: the request ended without a known outcome.</summary>
    public const string Timeout = "Timeout";
    /// <summary>429.</summary>
    public const string TooManyRequests = "TooManyRequests";
    /// <summary>400.</summary>
    public const string BadRequest = "BadRequest";
    /// <summary>405.</summary>
    public const string MethodNotAllowed = "MethodNotAllowed";
    /// <summary>406.</summary>
    public const string NotAcceptable = "NotAcceptable";
    /// <summary>413.</summary>
    public const string RequestEntityTooLarge = "RequestEntityTooLarge";
    /// <summary>415.</summary>
    public const string UnsupportedMediaType = "UnsupportedMediaType";
    /// <summary>500.</summary>
    public const string InternalError = "InternalError";
    /// <summary>410: the resource version or continue token is older than what is retained.</summary>
    public const string Expired = "Expired";
    /// <summary>503.</summary>
    public const string ServiceUnavailable = "ServiceUnavailable";
    /// <summary>The server gave no reason.</summary>
    public const string Unknown = "";
}
