using System.Diagnostics;
using System.Globalization;
using ActorKube.ApiServer.Http.Endpoints;

namespace ActorKube.ApiServer.Http;

/// <summary>What the server is and what it is busy with, under upstream's metric names and those that every Prometheus client library uses.</summary>
internal sealed class ServerMetrics(RequestLimiter limiter) : IMetricsSource
{
    /// <inheritdoc/>
    public string Text()
    {
        using var process = Process.GetCurrentProcess();
        return string.Create(CultureInfo.InvariantCulture, $$"""
            # HELP apiserver_current_inflight_requests Requests under way, by kind; watches and streams left out.
            # TYPE apiserver_current_inflight_requests gauge
            apiserver_current_inflight_requests{request_kind="mutating"} {{limiter.Writes}}
            apiserver_current_inflight_requests{request_kind="readOnly"} {{limiter.Reads}}
            # HELP apiserver_longrunning_requests Open watches.
            # TYPE apiserver_longrunning_requests gauge
            apiserver_longrunning_requests{component="apiserver",verb="WATCH"} {{limiter.Watches}}
            # HELP kubernetes_build_info Which Kubernetes API this is; always 1.
            # TYPE kubernetes_build_info gauge
            kubernetes_build_info{git_version="{{ServedVersion.GitVersion}}",major="{{ServedVersion.Major}}",minor="{{ServedVersion.Minor}}"} 1
            # HELP process_cpu_seconds_total Processor time used.
            # TYPE process_cpu_seconds_total counter
            process_cpu_seconds_total {{process.TotalProcessorTime.TotalSeconds}}
            # HELP process_resident_memory_bytes Memory in use.
            # TYPE process_resident_memory_bytes gauge
            process_resident_memory_bytes {{process.WorkingSet64}}
            # HELP process_start_time_seconds When the process started, in seconds since 1970.
            # TYPE process_start_time_seconds gauge
            process_start_time_seconds {{new DateTimeOffset(process.StartTime).ToUnixTimeSeconds()}}

            """);
    }
}
