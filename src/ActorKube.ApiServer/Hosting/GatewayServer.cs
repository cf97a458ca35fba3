using System.Diagnostics;
using System.Net;
using ActorKube.ApiServer.Http;
using ActorKube.ApiServer.Http.Responses;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace ActorKube.ApiServer.Hosting;

/// <summary>Kestrel with nothing between it and the gateway: no routing, no middleware.</summary>
internal sealed class GatewayServer : IAsyncDisposable
{
    private const double MinBytesPerSecond = 64 * 1024;
    private const int MaxAddressBytes = 128 * 1024;
    private const int MaxHeaders = 500;
    private readonly WebApplication _application;

    public GatewayServer(GatewayOptions options, ApiGateway gateway, ILoggerFactory loggers)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.Services.AddSingleton(loggers);
        // For the HTTP server alone: what hosts it has a listener of its own, which nobody listens to.
        builder.Services.AddSingleton<DiagnosticSource>(new RejectedRequests());
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = options.ShutdownTimeout);
        builder.WebHost.UseKestrelCore().UseKestrelHttpsConfiguration().ConfigureKestrel(kestrel => Configure(kestrel, options));
        _application = builder.Build();
        _application.Run(gateway.HandleAsync);
    }

    /// <summary>Begins to listen.</summary>
    /// <returns>The port, which was chosen now if the options said 0.</returns>
    /// <exception cref="IOException">The address is in use.</exception>
    public async Task<int> StartAsync(CancellationToken cancel)
    {
        await _application.StartAsync(cancel);
        var addresses = _application.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses;
        return new Uri(addresses.First().Replace("[::]", "localhost").Replace("0.0.0.0", "localhost")).Port;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _application.StopAsync();
        await _application.DisposeAsync();
    }

    private static void Configure(KestrelServerOptions kestrel, GatewayOptions options)
    {
        kestrel.AddServerHeader = false;
        kestrel.Limits.MaxConcurrentConnections = options.Limits.MaxConnections;
        kestrel.Limits.MaxRequestBodySize = BodyReader.MaxBytes + 1024;
        kestrel.Limits.Http2.MaxStreamsPerConnection = 1000;
        // Selectors travel in the address and may name thousands of things; groups of impersonated users are a header each.
        kestrel.Limits.MaxRequestLineSize = MaxAddressBytes;
        kestrel.Limits.Http2.MaxRequestHeaderFieldSize = MaxAddressBytes;
        kestrel.Limits.MaxRequestHeadersTotalSize = 2 * MaxAddressBytes;
        kestrel.Limits.MaxRequestHeaderCount = MaxHeaders;
        kestrel.Limits.RequestHeadersTimeout = options.Limits.HeadTimeout;
        // Counts only while something waits to be taken: idle watches are none of it, but who asks for something and never reads it does not keep it in memory.
        kestrel.Limits.MinResponseDataRate = new MinDataRate(MinBytesPerSecond, options.Limits.StalledReader);
        kestrel.Listen(new IPEndPoint(options.Address, options.Port), listen =>
        {
            listen.Protocols = HttpProtocols.Http1AndHttp2;
            listen.UseHttps(https =>
            {
                https.ServerCertificateSelector = (_, _) => options.Certificate();
                https.ClientCertificateMode = ClientCertificateMode.AllowCertificate;
                // Whether the certificate means anything is for authentication to say, with a Status that the client understands.
                https.AllowAnyClientCertificate();
            });
        });
    }
}
