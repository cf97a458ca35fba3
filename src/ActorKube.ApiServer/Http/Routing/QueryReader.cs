using ActorKube.Api.Errors;
using ActorKube.ApiServer.Pipeline;

namespace ActorKube.ApiServer.Http.Routing;

/// <summary>What the query string of a request says: the part for the pipeline and the part for the gateway itself. <c>Pretty</c> is null when nothing is said.</summary>
internal readonly record struct ParsedQuery(RequestQuery Query, bool Watch, bool? Pretty, string? IncludeObject, string? Timeout)
{
    public static readonly ParsedQuery None = new(RequestQuery.None, false, null, null, null);
}

/// <summary>Reads query strings in one pass; parameters nobody knows are ignored and of those that repeat the first counts, as upstream does.</summary>
internal static class QueryReader
{
    private const int MaxLength = 64 * 1024;

    /// <exception cref="ApiException">400 when the query is absurdly long.</exception>
    public static ParsedQuery Read(string? query)
    {
        if (string.IsNullOrEmpty(query) || query.Length == 1)
            return ParsedQuery.None;
        if (query.Length > MaxLength)
            throw ApiErrors.BadRequest($"the query string may not be longer than {MaxLength} characters");
        var result = RequestQuery.None;
        bool? watch = null, pretty = null;
        string? includeObject = null, timeout = null;
        List<string>? dryRun = null;
        foreach (var (name, value) in Pairs(query))
            switch (name)
            {
                case "watch": watch ??= IsTrue(value); break;
                case "pretty": pretty ??= IsPretty(value); break;
                case "includeObject": includeObject ??= value; break;
                case "timeout": timeout ??= value; break;
                case "labelSelector": result = result with { LabelSelector = result.LabelSelector ?? value }; break;
                case "metricLabelSelector": result = result with { MetricLabelSelector = result.MetricLabelSelector ?? value }; break;
                case "fieldSelector": result = result with { FieldSelector = result.FieldSelector ?? value }; break;
                case "resourceVersion": result = result with { ResourceVersion = result.ResourceVersion ?? value }; break;
                case "resourceVersionMatch": result = result with { ResourceVersionMatch = result.ResourceVersionMatch ?? value }; break;
                case "limit": result = result with { Limit = result.Limit ?? value }; break;
                case "continue": result = result with { Continue = result.Continue ?? value }; break;
                case "timeoutSeconds": result = result with { TimeoutSeconds = result.TimeoutSeconds ?? value }; break;
                case "allowWatchBookmarks": result = result with { AllowWatchBookmarks = result.AllowWatchBookmarks ?? value }; break;
                case "sendInitialEvents": result = result with { SendInitialEvents = result.SendInitialEvents ?? value }; break;
                case "dryRun": (dryRun ??= []).Add(value); break;
                case "fieldManager": result = result with { FieldManager = result.FieldManager ?? value }; break;
                case "fieldValidation": result = result with { FieldValidation = result.FieldValidation ?? value }; break;
                case "gracePeriodSeconds": result = result with { GracePeriodSeconds = result.GracePeriodSeconds ?? value }; break;
                case "propagationPolicy": result = result with { PropagationPolicy = result.PropagationPolicy ?? value }; break;
                case "orphanDependents": result = result with { OrphanDependents = result.OrphanDependents ?? value }; break;
                case "force": result = result with { Force = result.Force ?? value }; break;
            }
        if (dryRun is not null)
            result = result with { DryRun = [.. dryRun] };
        return new ParsedQuery(result, watch ?? false, pretty, includeObject, timeout);
    }

    /// <summary>Whether an indented answer is asked for; null when nothing is said about it.</summary>
    public static bool? Pretty(string? query)
    {
        if (string.IsNullOrEmpty(query) || query.Length > MaxLength || !query.Contains("pretty", StringComparison.Ordinal))
            return null;
        foreach (var (name, value) in Pairs(query))
            if (name == "pretty")
                return IsPretty(value);
        return null;
    }

    /// <summary>The single parameters of a query string, decoded, in order.</summary>
    public static IEnumerable<(string Name, string Value)> Pairs(string query)
    {
        var at = query[0] == '?' ? 1 : 0;
        while (at < query.Length)
        {
            var end = query.IndexOf('&', at);
            if (end < 0)
                end = query.Length;
            var equals = query.IndexOf('=', at, end - at);
            if (end > at)
                yield return equals < 0
                    ? (Decode(query[at..end]), "")
                    : (Decode(query[at..equals]), Decode(query[(equals + 1)..end]));
            at = end + 1;
        }
    }

    private static string Decode(string text) =>
        text.AsSpan().ContainsAny('%', '+') ? Uri.UnescapeDataString(text.Replace('+', ' ')) : text;

    private static bool? IsPretty(string value) => value.Length == 0 ? null : value is "1" or "t" or "T" or "true" or "TRUE" or "True";

    // Upstream's conversion of boolean parameters: present without a value is true, only "false" and "0" are false.
    private static bool IsTrue(string value) => !(value == "0" || value.Equals("false", StringComparison.OrdinalIgnoreCase));
}
