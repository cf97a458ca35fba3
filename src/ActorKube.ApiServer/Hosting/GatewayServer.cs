using System.Net;
using ActorKube.ApiServer.Http;
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
    private readonly WebApplication _application;

    public GatewayServer(GatewayOptions options, ApiGateway gateway, ILoggerFactory loggers)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.Services.AddSingleton(loggers);
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
        kestrel.Limits.MaxConcurrentConnections = options.MaxConnections;
        kestrel.Limits.MaxRequestBodySize = BodyReader.MaxBytes + 1024;
        kestrel.Limits.Http2.MaxStreamsPerConnection = 1000;
        kestrel.Limits.MinResponseDataRate = null;
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
