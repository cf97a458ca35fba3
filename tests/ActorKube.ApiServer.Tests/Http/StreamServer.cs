using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;

namespace ActorKube.ApiServer.Tests.Http;

/// <summary>The gateway's server without TLS and with one answer, and a client that counts its connections: whether framing is right shows when a connection is used again.</summary>
internal sealed class StreamServer : IAsyncDisposable
{
    private readonly WebApplication _server;
    private readonly Version _version;
    private int _connections;

    private StreamServer(WebApplication server, Version version)
    {
        _server = server;
        _version = version;
        var address = server.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First();
        Client = new HttpClient(new SocketsHttpHandler { ConnectCallback = ConnectAsync }) { BaseAddress = new Uri(address) };
    }

    public HttpClient Client { get; }

    public int Connections => _connections;

    public static async Task<StreamServer> StartAsync(Version version, Func<HttpContext, ValueTask> answer)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, listen =>
            listen.Protocols = version.Major == 2 ? HttpProtocols.Http2 : HttpProtocols.Http1));
        var server = builder.Build();
        server.Run(async context => await answer(context));
        await server.StartAsync(TestContext.Current.CancellationToken);
        return new StreamServer(server, version);
    }

    /// <summary>One answer, the length it claimed and its whole body.</summary>
    public async Task<(HttpResponseMessage Response, long? Length, byte[] Body)> GetAsync(bool gzip = false)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/") { Version = _version, VersionPolicy = HttpVersionPolicy.RequestVersionExact };
        if (gzip)
            request.Headers.AcceptEncoding.ParseAdd("gzip");
        var response = await Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, TestContext.Current.CancellationToken);
        return (response, response.Content.Headers.ContentLength, await response.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken));
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await _server.DisposeAsync();
    }

    private async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancel)
    {
        Interlocked.Increment(ref _connections);
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(context.DnsEndPoint, cancel);
        return new NetworkStream(socket, ownsSocket: true);
    }
}
