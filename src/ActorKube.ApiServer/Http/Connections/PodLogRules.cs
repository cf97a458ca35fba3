using System.Globalization;
using ActorKube.Api.Errors;
using ActorKube.Api.Validation;
using ActorKube.ApiServer.Kinds;
using ActorKube.ApiServer.Verbs;

namespace ActorKube.ApiServer.Http.Connections;

/// <summary>The options of a log, checked before the node is asked (upstream: <c>ValidatePodLogOptions</c>).</summary>
internal static class PodLogRules
{
    private const string Positive = "must be greater than 0";
    private static readonly string[] Streams = ["All", "Stdout", "Stderr"];

    /// <summary>Checks them.</summary>
    /// <param name="query">The parameters of the request.</param>
    /// <param name="pod">Name of the pod.</param>
    /// <exception cref="ApiException">400: a value of the wrong type; 422: one that makes no sense.</exception>
    public static void Check(IReadOnlyList<(string Name, string Value)> query, string pod)
    {
        var errors = new FieldErrors();
        var (lines, bytes, seconds, time, stream) = (Integer(query, "tailLines"), Integer(query, "limitBytes"), Integer(query, "sinceSeconds"), Text(query, "sinceTime"), Text(query, "stream"));
        if (lines < 0)
            errors.Invalid(FieldPath.Of("tailLines"), lines.Value, FieldRules.IsNegative);
        if (bytes < 1)
            errors.Invalid(FieldPath.Of("limitBytes"), bytes.Value, Positive);
        if (time is not null && !DateTimeOffset.TryParse(time, CultureInfo.InvariantCulture, out _))
            throw ApiErrors.BadRequest($"parsing time \"{time}\": it is no RFC 3339 time");
        if (seconds is not null && time is not null)
            errors.Forbidden(FieldPath.Of(""), "at most one of `sinceTime` or `sinceSeconds` may be specified");
        else if (seconds < 1)
            errors.Invalid(FieldPath.Of("sinceSeconds"), seconds.Value, Positive);
        if (stream is not null && !Streams.Contains(stream))
            errors.NotSupported(FieldPath.Of("stream"), stream, Streams);
        errors.ThrowIfAny("", "PodLogOptions", pod);
    }

    private static long? Integer(IReadOnlyList<(string Name, string Value)> query, string name) => QueryValues.Integer(Text(query, name));

    private static string? Text(IReadOnlyList<(string Name, string Value)> query, string name) => query.LastOrDefault(q => q.Name == name).Value is { Length: > 0 } text ? text : null;
}
