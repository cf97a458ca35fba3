using System.Collections.Concurrent;
using System.Globalization;
using System.Text;
using ActorKube.ApiServer.Http.Routing;
using Microsoft.AspNetCore.Http;

namespace ActorKube.ApiServer.Http;

/// <summary>
/// Counts requests and their durations under upstream's metric names. A record is two interlocked additions; the text is made when somebody asks.
/// </summary>
internal sealed class RequestMetrics
{
    private const int MaxSeries = 4096;
    private static readonly double[] Bounds = [0.005, 0.025, 0.05, 0.1, 0.2, 0.4, 0.6, 0.8, 1, 1.25, 1.5, 2, 3, 4, 5, 6, 8, 10, 15, 20, 30, 45, 60];
    private readonly ConcurrentDictionary<(string Verb, string Group, string Version, string Resource, string Subresource, int Code), Series> _series = new();

    /// <summary>Records one answered request.</summary>
    public void Record(HttpContext context, ResourcePath? target, TimeSpan duration)
    {
        var code = context.Response.StatusCode;
        var key = target is { } path
            ? (Verb(context, path), path.Resource.Group, path.Resource.Version, path.Resource.Plural, path.Subresource, code)
            : (context.Request.Method, "", "", "", "", code);
        if (!_series.TryGetValue(key, out var series))
        {
            // Paths are the client's: a flood of made-up ones must not grow the table.
            if (_series.Count >= MaxSeries)
                return;
            series = _series.GetOrAdd(key, _ => new Series());
        }
        series.Add(duration.TotalSeconds, isLong: key.Item1 == "WATCH");
    }

    /// <summary>Everything counted, in Prometheus' text format.</summary>
    public string Text()
    {
        var text = new StringBuilder();
        text.Append("# HELP apiserver_request_total Requests answered, by verb, resource and status code.\n# TYPE apiserver_request_total counter\n");
        foreach (var (key, series) in _series)
            text.Append(CultureInfo.InvariantCulture, $"apiserver_request_total{{code=\"{key.Code}\",{Labels(key)}}} {series.Count}\n");
        text.Append("# HELP apiserver_request_duration_seconds Time from the request's arrival to the end of its answer, watches left out.\n# TYPE apiserver_request_duration_seconds histogram\n");
        foreach (var group in _series.Where(s => !s.Value.IsLong).GroupBy(s => Labels(s.Key)))
            AppendHistogram(text, group.Key, [.. group.Select(g => g.Value)]);
        return text.ToString();
    }

    private static void AppendHistogram(StringBuilder text, string labels, Series[] members)
    {
        var total = 0L;
        for (var i = 0; i < Bounds.Length; i++)
        {
            total += members.Sum(m => m.Bucket(i));
            text.Append(CultureInfo.InvariantCulture, $"apiserver_request_duration_seconds_bucket{{{labels},le=\"{Bounds[i]}\"}} {total}\n");
        }
        var count = members.Sum(m => m.Count);
        text.Append(CultureInfo.InvariantCulture, $"apiserver_request_duration_seconds_bucket{{{labels},le=\"+Inf\"}} {count}\n");
        text.Append(CultureInfo.InvariantCulture, $"apiserver_request_duration_seconds_sum{{{labels}}} {members.Sum(m => m.Seconds)}\n");
        text.Append(CultureInfo.InvariantCulture, $"apiserver_request_duration_seconds_count{{{labels}}} {count}\n");
    }

    private static string Labels((string Verb, string Group, string Version, string Resource, string Subresource, int Code) key) =>
        $"group=\"{Escape(key.Group)}\",resource=\"{Escape(key.Resource)}\",subresource=\"{Escape(key.Subresource)}\",verb=\"{Escape(key.Verb)}\",version=\"{Escape(key.Version)}\"";

    private static string Escape(string value) =>
        value.AsSpan().ContainsAny('\\', '"', '\n') ? value.Replace("\\", "\\\\").Replace("\"", "\\\"").Replace("\n", "\\n") : value;

    private static string Verb(HttpContext context, in ResourcePath path)
    {
        var method = context.Request.Method;
        if (HttpMethods.IsGet(method))
            return path.IsWatch || IsWatch(context.Request.QueryString.Value) ? "WATCH" : path.Name.Length == 0 ? "LIST" : "GET";
        return HttpMethods.IsDelete(method) && path.Name.Length == 0 ? "DELETECOLLECTION" : method;
    }

    private static bool IsWatch(string? query) =>
        query is { Length: > 1 } && (query.Contains("watch=true", StringComparison.Ordinal) || query.Contains("watch=1", StringComparison.Ordinal));

    private sealed class Series
    {
        private readonly long[] _buckets = new long[Bounds.Length + 1];
        private long _count;
        private long _micros;

        public bool IsLong { get; private set; }

        public long Count => Interlocked.Read(ref _count);

        public double Seconds => Interlocked.Read(ref _micros) / 1e6;

        public long Bucket(int index) => Interlocked.Read(ref _buckets[index]);

        public void Add(double seconds, bool isLong)
        {
            IsLong = isLong;
            Interlocked.Increment(ref _count);
            Interlocked.Add(ref _micros, (long)(seconds * 1e6));
            var index = 0;
            while (index < Bounds.Length && seconds > Bounds[index])
                index++;
            Interlocked.Increment(ref _buckets[index]);
        }
    }
}
