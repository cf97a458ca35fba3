using ActorKube.ApiServer.Components;
using ActorKube.ApiServer.Http.Decisions;
using ActorKube.ApiServer.Http.Endpoints;
using ActorKube.ApiServer.Pipeline;
using ActorKube.ApiServer.Security;
using ActorKube.ApiServer.Security.Pki;
using ActorKube.Protocol.Store;
using Akka.Actor;
using Microsoft.Extensions.Logging;

namespace ActorKube.ApiServer.Hosting;

/// <summary>What an API server is put together from.</summary>
public sealed record ApiServerInputs
{
    /// <summary>Where objects are.</summary>
    public required IResourceStore Store { get; init; }

    /// <summary>Keys and certificates.</summary>
    public required ClusterPki Pki { get; init; }

    /// <summary>The HTTPS edge; null for none (clusters inside tests).</summary>
    public GatewayOptions? Gateway { get; init; }

    /// <summary>Settings of the request pipeline.</summary>
    public ApiServerOptions Options { get; init; } = new();

    /// <summary>Settings of authentication and authorization.</summary>
    public SecurityOptions Security { get; init; } = new();

    /// <summary>Addresses of the servers there are, this one among them, for processes that join or are attached: the same list as long as they are the same.</summary>
    public Func<IReadOnlyList<Address>> Servers { get; init; } = static () => [];

    /// <summary>Checks of other components for <c>/livez</c> and <c>/readyz</c>.</summary>
    public IReadOnlyList<IHealthCheck> HealthChecks { get; init; } = [];

    /// <summary>The other parts of the control plane that <c>componentstatuses</c> shows; the journal is shown in any case.</summary>
    public IReadOnlyList<ComponentProbe> Components { get; init; } = [];

    /// <summary>Metrics of other components.</summary>
    public IReadOnlyList<IMetricsSource> MetricsSources { get; init; } = [];

    /// <summary>Asks controllers and scheduler for their decisions about an object.</summary>
    public Func<DecisionQuery, CancellationToken, Task<DecisionList>> Decisions { get; init; } = (_, _) => Task.FromResult(new DecisionList([], []));

    /// <summary>The clock.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>Makes loggers.</summary>
    public required ILoggerFactory Loggers { get; init; }
}
