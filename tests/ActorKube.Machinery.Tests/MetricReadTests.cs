using System.Net;
using System.Net.Sockets;
using System.Text;
using ActorKube.Api.Names;
using ActorKube.Machinery.Client;
using ActorKube.Machinery.Client.Http;
using ActorKube.Machinery.Objects;

namespace ActorKube.Machinery.Tests;

public sealed class MetricReadTests
{
    private const string Answer = """{"kind":"ExternalMetricValueList","apiVersion":"external.metrics.k8s.io/v1beta1","metadata":{},"items":[{"metricName":"queue","value":"7"}]}""";

    [Theory]
    [InlineData("custom.metrics.k8s.io", "v1beta2", "pods", "*", "hits", "app=web", "verb in (GET,PUT)",
        "/apis/custom.metrics.k8s.io/v1beta2/namespaces/default/pods/%2A/hits?labelSelector=app%3Dweb&metricLabelSelector=verb%20in%20%28GET%2CPUT%29")]
    [InlineData("custom.metrics.k8s.io", "v1beta2", "metrics", "hits", "", null, null, "/apis/custom.metrics.k8s.io/v1beta2/namespaces/default/metrics/hits")]
    [InlineData("external.metrics.k8s.io", "v1beta1", "queue", "", "", "topic=a", null, "/apis/external.metrics.k8s.io/v1beta1/namespaces/default/queue?labelSelector=topic%3Da")]
    public async Task A_metric_is_read_where_its_API_has_it(string group, string version, string plural, string name, string subresource, string? labels, string? series, string path)
    {
        using var server = new TcpListener(IPAddress.Loopback, 0);
        server.Start();
        using var client = new HttpResourceClient(new HttpConnectionOptions { Server = new Uri($"http://{server.LocalEndpoint}") });
        var asked = AnswerAsync(server);
        var read = await client.GetAsync(
            new ObjectAddress(new GroupVersionResource(group, version, plural), "default", name, subresource), new ReadOptions { LabelSelector = labels, MetricLabelSelector = series }, TestContext.Current.CancellationToken);
        Assert.Equal($"GET {path} HTTP/1.1", await asked);
        Assert.Equal("7", read.Edit().Items("items").Single().Text("value"));
    }

    // Answers one request, and tells its first line.
    private static async Task<string> AnswerAsync(TcpListener server)
    {
        using var connection = await server.AcceptTcpClientAsync(TestContext.Current.CancellationToken);
        using var reader = new StreamReader(connection.GetStream(), Encoding.ASCII, leaveOpen: true);
        var first = await reader.ReadLineAsync(TestContext.Current.CancellationToken) ?? "";
        while (await reader.ReadLineAsync(TestContext.Current.CancellationToken) is { Length: > 0 })
        {
        }
        var answer = $"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {Answer.Length}\r\nConnection: close\r\n\r\n{Answer}";
        await connection.GetStream().WriteAsync(Encoding.ASCII.GetBytes(answer), TestContext.Current.CancellationToken);
        return first;
    }
}
