using System.Buffers;
using System.Net;
using System.Security.Authentication;
using ActorKube.NodeAgent.Hosting;
using ActorKube.NodeAgent.Node;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace ActorKube.NodeAgent.Server;

/// <summary>The agent's HTTPS server, what upstream's kubelet has on port 10250.</summary>
internal sealed class AgentServer : IAsyncDisposable
{
    private readonly WebApplication _app;

    private AgentServer(WebApplication app, int port)
    {
        _app = app;
        Port = port;
    }

    /// <summary>The port it listens on.</summary>
    public int Port { get; }

    /// <summary>Starts to serve.</summary>
    /// <exception cref="IOException">The address is taken.</exception>
    public static async Task<AgentServer> StartAsync(
        NodeAgentSettings settings, NodeServerOptions options, Gatekeeper gate, ContainerLogs logs, PodBoard board, ILoggerFactory loggers, CancellationToken cancel)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Services.AddSingleton(loggers);
        builder.WebHost.UseKestrelHttpsConfiguration();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Listen(IPAddress.Parse(settings.BindAddress), settings.Port ?? 0, listen => listen.UseHttps(https =>
            {
                https.SslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13;
                https.ServerCertificateSelector = (_, _) => options.Certificate();
                https.ClientCertificateMode = ClientCertificateMode.AllowCertificate;
                // Whom a certificate stands for is judged per request; an unknown one is as good as none.
                https.ClientCertificateValidation = (_, _, _) => true;
            }));
        });
        var app = builder.Build();
        app.Use(next => context => gate.InvokeAsync(context, next));
        app.MapGet("/healthz", (RequestDelegate)(context => context.Response.WriteAsync("ok", context.RequestAborted)));
        app.MapGet("/pods", (RequestDelegate)(context => PodsAsync(context, board)));
        app.MapGet("/containerLogs/{ns}/{pod}/{container}", (RequestDelegate)(context => logs.GetAsync(
            context, (string)context.GetRouteValue("ns")!, (string)context.GetRouteValue("pod")!, (string)context.GetRouteValue("container")!)));
        await app.StartAsync(cancel);
        var address = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First();
        return new AgentServer(app, new Uri(address).Port);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        using var now = new CancellationTokenSource();
        await now.CancelAsync();
        await _app.StopAsync(now.Token);
        await _app.DisposeAsync();
    }

    private static async Task PodsAsync(HttpContext context, PodBoard board)
    {
        context.Response.ContentType = "application/json";
        var body = context.Response.BodyWriter;
        body.Write("""{"kind":"PodList","apiVersion":"v1","metadata":{},"items":["""u8);
        var first = true;
        foreach (var pod in board.All)
        {
            if (!first)
                body.Write(","u8);
            first = false;
            body.Write(pod.Object.Json.Span);
        }
        body.Write("]}"u8);
        await body.FlushAsync(context.RequestAborted);
    }
}
