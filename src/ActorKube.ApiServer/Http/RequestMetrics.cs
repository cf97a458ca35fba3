using System.Collections.Concurrent;
using System.Globalization;
using System.Text;
using ActorKube.ApiServer.Http.Routing;
using ActorKube.ApiServer.Kinds;
using ActorKube.Machinery.Measuring;
using Microsoft.AspNetCore.Http;

namespace ActorKube.ApiServer.Http;

/// <summary>
/// Counts requests and their durations under upstream's metric names. A record is three interlocked additions; the text is made when somebody asks.
/// </summary>
internal sealed class RequestMetrics(KindRegistry kinds)
{
    private const int MaxSeries = 4096;
    private static readonly double[] Bounds = [0.005, 0.025, 0.05, 0.1, 0.2, 0.4, 0.6, 0.8, 1, 1.25, 1.5, 2, 3, 4, 5, 6, 8, 10, 15, 20, 30, 45, 60];
    private readonly ConcurrentDictionary<(Target Target, int Code), Series> _series = new();

    /// <summary>Records one answered request.</summary>
    public void Record(HttpContext context, ResourcePath? target, TimeSpan duration)
    {
        var code = context.Response.StatusCode;
        var key = (Describe(context, target), code);
        if (!_series.TryGetValue(key, out var series))
        {
            // Everything in a key is the server's own word, so that nobody can fill the table; this is for a server that serves more than was thought of.
            if (_series.Count >= MaxSeries)
                return;
            series = _series.GetOrAdd(key, static k => new Series(IsLong: k.Target.Verb == "WATCH", new DurationHistogram(Bounds)));
        }
        series.Durations.Add(duration);
    }

    /// <summary>Everything counted, in Prometheus' text format.</summary>
    public string Text()
    {
        var text = new StringBuilder();
        text.Append("# HELP apiserver_request_total Requests answered, by verb, resource and status code.\n# TYPE apiserver_request_total counter\n");
        foreach (var (key, series) in _series)
            text.Append(CultureInfo.InvariantCulture, $"apiserver_request_total{{code=\"{key.Code}\",{Labels(key.Target)}}} {series.Durations.Count}\n");
        text.Append("# HELP apiserver_request_duration_seconds Time from the request's arrival to the end of its answer, watches left out.\n# TYPE apiserver_request_duration_seconds histogram\n");
        foreach (var group in _series.Where(s => !s.Value.IsLong).GroupBy(s => Labels(s.Key.Target)))
            DurationHistogram.Write(text, "apiserver_request_duration_seconds", group.Key, [.. group.Select(g => g.Value.Durations)]);
        return text.ToString();
    }

    private static string Labels(in Target key) =>
        $"component=\"apiserver\",dry_run=\"{key.DryRun}\",group=\"{Escape(key.Group)}\",resource=\"{Escape(key.Resource)}\",scope=\"{key.Scope}\","
        + $"subresource=\"{Escape(key.Subresource)}\",verb=\"{Escape(key.Verb)}\",version=\"{Escape(key.Version)}\"";

    // Paths are the client's: only what is served gets a series of its own.
    private Target Describe(HttpContext context, ResourcePath? target)
    {
        if (target is not { } path || kinds.Find(path.Resource) is not { } served || (path.Subresource.Length > 0 && served.Facts.Subresource(path.Subresource) is null))
            return new(Method(context.Request.Method), "", "", "", "", "", "");
        var query = context.Request.QueryString.Value;
        var scope = path.Name.Length > 0 ? "resource" : path.Namespace.Length > 0 ? "namespace" : "cluster";
        return new(Verb(context, path), path.Resource.Group, path.Resource.Version, path.Resource.Plural, path.Subresource, scope, Has(query, "dryRun=All") ? "All" : "");
    }

    private static string Escape(string value) =>
        value.AsSpan().ContainsAny('\\', '"', '\n') ? value.Replace("\\", "\\\\").Replace("\"", "\\\"").Replace("\n", "\\n") : value;

    private static string Verb(HttpContext context, in ResourcePath path)
    {
        var method = Method(context.Request.Method);
        if (HttpMethods.IsGet(method))
            return path.IsWatch || IsWatch(context.Request.QueryString.Value) ? "WATCH" : path.Name.Length == 0 ? "LIST" : "GET";
        return HttpMethods.IsDelete(method) && path.Name.Length == 0 ? "DELETECOLLECTION" : method;
    }

    // Clients may send any word as a method (upstream: OtherRequestMethod).
    private static string Method(string sent) => HttpMethods.GetCanonicalizedValue(sent) is "GET" or "HEAD" or "POST" or "PUT" or "PATCH" or "DELETE" or "OPTIONS" or "CONNECT" ? sent.ToUpperInvariant() : "other";

    private static bool IsWatch(string? query) => Has(query, "watch=true") || Has(query, "watch=1");

    private static bool Has(string? query, string parameter) => query is { Length: > 1 } && query.Contains(parameter, StringComparison.Ordinal);

    private readonly record struct Target(string Verb, string Group, string Version, string Resource, string Subresource, string Scope, string DryRun);

    private sealed record Series(bool IsLong, DurationHistogram Durations);
}
