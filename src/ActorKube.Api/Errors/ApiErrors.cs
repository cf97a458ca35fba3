using System.Collections.Immutable;
using ActorKube.Api.Names;

namespace ActorKube.Api.Errors;

/// <summary>The failures of the API with the codes, reasons and wording clients know (upstream: <c>apimachinery/pkg/api/errors</c>).</summary>
public static class ApiErrors
{
    /// <summary>404: no such object.</summary>
    public static ApiException NotFound(GroupResource resource, string name) =>
        new(new ApiStatus(404, StatusReason.NotFound, $"{resource} \"{name}\" not found") { Name = name, Group = resource.Group, Kind = resource.Plural });

    /// <summary>404: no such path.</summary>
    public static ApiException NoSuchPath() =>
        new(new ApiStatus(404, StatusReason.NotFound, "the server could not find the requested resource"));

    /// <summary>409: the name is taken.</summary>
    public static ApiException AlreadyExists(GroupResource resource, string name) =>
        new(new ApiStatus(409, StatusReason.AlreadyExists, $"{resource} \"{name}\" already exists") { Name = name, Group = resource.Group, Kind = resource.Plural });

    /// <summary>409: a precondition did not hold.</summary>
    public static ApiException Conflict(GroupResource resource, string name, string why) =>
        new(new ApiStatus(409, StatusReason.Conflict, $"Operation cannot be fulfilled on {resource} \"{name}\": {why}") { Name = name, Group = resource.Group, Kind = resource.Plural });

    /// <summary>409: the resource version sent is not the current one.</summary>
    public static ApiException Modified(GroupResource resource, string name) =>
        Conflict(resource, name, "the object has been modified; please apply your changes to the latest version and try again");

    /// <summary>403: the user may not do this, or admission refuses it.</summary>
    public static ApiException Forbidden(GroupResource resource, string name, string why)
    {
        var subject = name.Length > 0 ? $"{resource} \"{name}\" is forbidden: {why}" : resource.Plural.Length > 0 ? $"{resource} is forbidden: {why}" : $"forbidden: {why}";
        return new(new ApiStatus(403, StatusReason.Forbidden, subject) { Name = name, Group = resource.Group, Kind = resource.Plural });
    }

    /// <summary>401.</summary>
    public static ApiException Unauthorized() => new(new ApiStatus(401, StatusReason.Unauthorized, "Unauthorized"));

    /// <summary>400.</summary>
    public static ApiException BadRequest(string message) => new(new ApiStatus(400, StatusReason.BadRequest, message));

    /// <summary>422: one cause per bad field; the message lists them as upstream does.</summary>
    /// <param name="group">API group of the object.</param>
    /// <param name="kind">Kind of the object.</param>
    /// <param name="name">Name of the object.</param>
    /// <param name="causes">What is wrong with it.</param>
    /// <param name="leftOut">How many further causes there are; the message says so.</param>
    public static ApiException Invalid(string group, string kind, string name, ImmutableArray<StatusCause> causes, int leftOut = 0)
    {
        var lines = causes.Select(c => c.Field is null ? c.Message : $"{c.Field}: {c.Message}").Distinct().ToList();
        if (leftOut > 0)
            lines.Add($"and {leftOut} more");
        var list = lines.Count == 1 ? lines[0] : $"[{string.Join(", ", lines)}]";
        var subject = group.Length == 0 ? kind : $"{kind}.{group}";
        return new(new ApiStatus(422, StatusReason.Invalid, $"{subject} \"{name}\" is invalid: {list}") { Name = name, Group = group, Kind = kind, Causes = causes });
    }

    /// <summary>410: the revision or continue token is older than what is retained.</summary>
    public static ApiException Expired(string message) => new(new ApiStatus(410, StatusReason.Expired, message));

    /// <summary>504: the revision asked for is ahead of this server.</summary>
    public static ApiException TooLargeResourceVersion(long asked, long current, int retryAfterSeconds = 1) =>
        new(new ApiStatus(504, StatusReason.Timeout, $"Timeout: Too large resource version: {asked}, current: {current}")
        {
            Causes = [new StatusCause(CauseType.ResourceVersionTooLarge, "Too large resource version")],
            RetryAfterSeconds = retryAfterSeconds,
        });

    /// <summary>504 without a known outcome: the write may or may not have happened.</summary>
    public static ApiException Timeout(string message, int retryAfterSeconds = 0) =>
        new(new ApiStatus(504, StatusReason.Timeout, $"Timeout: {message}") { RetryAfterSeconds = retryAfterSeconds });

    /// <summary>429.</summary>
    public static ApiException TooManyRequests(string message, int retryAfterSeconds) =>
        new(new ApiStatus(429, StatusReason.TooManyRequests, message) { RetryAfterSeconds = retryAfterSeconds });

    /// <summary>503.</summary>
    public static ApiException ServiceUnavailable(string message, int retryAfterSeconds = 0) =>
        new(new ApiStatus(503, StatusReason.ServiceUnavailable, message) { RetryAfterSeconds = retryAfterSeconds });

    /// <summary>405.</summary>
    public static ApiException MethodNotAllowed() =>
        new(new ApiStatus(405, StatusReason.MethodNotAllowed, "the server does not allow this method on the requested resource"));

    /// <summary>405: something that the resource has, but this server does not offer.</summary>
    public static ApiException NotSupported(string verb, string resource) =>
        new(new ApiStatus(405, StatusReason.MethodNotAllowed, $"{verb} is not supported on resources of kind \"{resource}\""));

    /// <summary>413.</summary>
    public static ApiException RequestEntityTooLarge(string message) =>
        new(new ApiStatus(413, StatusReason.RequestEntityTooLarge, $"Request entity is too large: {message}"));

    /// <summary>406, with the media types that would do.</summary>
    public static ApiException NotAcceptable(params string[] accepted) =>
        new(new ApiStatus(406, StatusReason.NotAcceptable, $"only the following media types are accepted: {string.Join(", ", accepted)}"));

    /// <summary>415, with the media types that would do.</summary>
    public static ApiException UnsupportedMediaType(params string[] accepted) =>
        new(new ApiStatus(415, StatusReason.UnsupportedMediaType, $"the body of the request was in an unknown format - accepted media types include: {string.Join(", ", accepted)}"));

    /// <summary>500: a defect on our side; the message has to help whoever reads the log.</summary>
    public static ApiException Internal(string message) =>
        new(new ApiStatus(500, StatusReason.InternalError, $"Internal error occurred: {message}") { Causes = [new StatusCause(CauseType.InternalError, message)] });

    /// <summary>500 for whoever asked when the server itself failed: what went wrong is for its log, not for clients.</summary>
    public static ApiException Defect() => Internal("the server failed while it handled the request; its log says more");
}
