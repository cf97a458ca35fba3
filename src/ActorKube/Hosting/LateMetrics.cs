using ActorKube.ApiServer.Http.Endpoints;

namespace ActorKube.Hosting;

/// <summary>Metrics of a component that starts after the API server and does not know it.</summary>
/// <param name="text">Their text; empty before the component runs.</param>
internal sealed class LateMetrics(Func<string> text) : IMetricsSource
{
    /// <inheritdoc/>
    public string Text() => text();
}
