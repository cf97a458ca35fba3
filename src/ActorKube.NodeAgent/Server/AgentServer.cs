using System.Buffers;
using System.Net;
using System.Security.Authentication;
using ActorKube.NodeAgent.Node;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace ActorKube.NodeAgent.Server;

/// <summary>The HTTPS server of the agents of a process, what upstream's kubelet has on port 10250. Agents share it: thousands of simulated nodes need one port.</summary>
internal sealed class AgentServer : IAsyncDisposable
{
    private readonly WebApplication _app;

    private AgentServer(WebApplication app, ServedNodes nodes, int port)
    {
        _app = app;
        Nodes = nodes;
        Port = port;
    }

    /// <summary>The nodes it serves.</summary>
    public ServedNodes Nodes { get; }

    /// <summary>The port it listens on.</summary>
    public int Port { get; }

    /// <summary>Begins to listen; the first node may come later.</summary>
    /// <param name="address">Address to listen on.</param>
    /// <param name="port">Port; 0 takes a free one.</param>
    /// <param name="loggers">Makes loggers.</param>
    /// <param name="cancel">Gives up.</param>
    /// <exception cref="IOException">The address is taken.</exception>
    public static async Task<AgentServer> StartAsync(IPAddress address, int port, ILoggerFactory loggers, CancellationToken cancel)
    {
        var nodes = new ServedNodes();
        // Empty: the other builders read settings from the working directory and watch all files below it, at a cost for every write to a journal there.
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.Services.AddSingleton(loggers);
        builder.Services.AddRoutingCore();
        builder.WebHost.UseKestrelCore().UseKestrelHttpsConfiguration();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Listen(address, port, listen => listen.UseHttps(https =>
            {
                https.SslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13;
                https.ServerCertificateSelector = (_, name) => nodes.OfHandshake(name)?.Certificate();
                https.ClientCertificateMode = ClientCertificateMode.AllowCertificate;
                // Whom a certificate stands for is judged per request; an unknown one is as good as none.
                https.ClientCertificateValidation = (_, _, _) => true;
            }));
        });
        var app = builder.Build();
        app.Use(next => context => RouteAsync(context, nodes, next));
        app.MapGet("/healthz", (RequestDelegate)(context => context.Response.WriteAsync("ok", context.RequestAborted)));
        app.MapGet("/pods", (RequestDelegate)(context => PodsAsync(context, Node(context).Board)));
        app.MapGet("/containerLogs/{ns}/{pod}/{container}", (RequestDelegate)(context => Node(context).Logs.GetAsync(
            context, (string)context.GetRouteValue("ns")!, (string)context.GetRouteValue("pod")!, (string)context.GetRouteValue("container")!)));
        await app.StartAsync(cancel);
        var bound = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First();
        return new AgentServer(app, nodes, new Uri(bound).Port);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        using var now = new CancellationTokenSource();
        await now.CancelAsync();
        await _app.StopAsync(now.Token);
        await _app.DisposeAsync();
    }

    private static async Task RouteAsync(HttpContext context, ServedNodes nodes, RequestDelegate next)
    {
        if (nodes.OfRequest(context.Request) is not var (node, isMeant))
        {
            context.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
            return;
        }
        context.Features.Set(node);
        // Strangers are sent away like everywhere else: the answer must not tell them which pods there are.
        await node.Gate.InvokeAsync(context, isMeant || context.Request.Path == "/healthz" ? next : MisdirectedAsync);
    }

    private static Task MisdirectedAsync(HttpContext context)
    {
        context.Response.StatusCode = StatusCodes.Status421MisdirectedRequest;
        return context.Response.WriteAsync("several nodes are served here: address the one you mean by its name (https://NODE:PORT/)", context.RequestAborted);
    }

    private static ServedNode Node(HttpContext context) => context.Features.GetRequiredFeature<ServedNode>();

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
