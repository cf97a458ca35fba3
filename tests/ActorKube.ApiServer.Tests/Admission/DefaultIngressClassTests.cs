using ActorKube.Api.Names;
using ActorKube.ApiServer.Pipeline;
using ActorKube.ApiServer.Tests.Fakes;
using static ActorKube.ApiServer.Tests.Fakes.PipelineBench;

namespace ActorKube.ApiServer.Tests.Admission;

public sealed class DefaultIngressClassTests
{
    private static readonly GroupVersionResource Ingresses = new("networking.k8s.io", "v1", "ingresses");
    private static readonly GroupVersionResource Classes = new("networking.k8s.io", "v1", "ingressclasses");
    private readonly PipelineBench _bench = PipelineBench.WithAdmission();

    private async Task<string?> ClassOfAsync(string spec = "", string annotations = "{}")
    {
        await _bench.RunAsync(Request(RequestVerb.Create, Namespaces, body: """{"metadata":{"name":"default"}}"""));
        var ingress = await _bench.JsonAsync(Request(RequestVerb.Create, Ingresses, body:
            $$$$"""{"metadata":{"name":"i","annotations":{{{{annotations}}}}},"spec":{"defaultBackend":{"service":{"name":"s","port":{"number":80}}}{{{{spec}}}}}}"""));
        return (string?)ingress["spec"]!["ingressClassName"];
    }

    private async Task ClassAsync(string name, string isDefault = "true")
    {
        await _bench.RunAsync(Request(RequestVerb.Create, Classes, body:
            $$$"""{"metadata":{"name":"{{{name}}}","annotations":{"ingressclass.kubernetes.io/is-default-class":"{{{isDefault}}}"}},"spec":{"controller":"example.com/c"}}"""));
        _bench.Time.Advance(TimeSpan.FromMinutes(1));
    }

    [Fact]
    public async Task An_ingress_without_a_class_gets_the_newest_default()
    {
        await ClassAsync("old");
        await ClassAsync("new");
        await ClassAsync("newer", "false");
        Assert.Equal("new", await ClassOfAsync());
    }

    [Fact]
    public async Task An_ingress_that_names_its_class_keeps_it()
    {
        await ClassAsync("old");
        Assert.Equal("mine", await ClassOfAsync(""","ingressClassName":"mine" """));
    }

    [Fact]
    public async Task The_old_annotation_counts_as_a_class()
    {
        await ClassAsync("old");
        Assert.Null(await ClassOfAsync(annotations: """{"kubernetes.io/ingress.class":"mine"}"""));
    }

    [Fact]
    public async Task Without_a_default_there_is_no_class() => Assert.Null(await ClassOfAsync());
}
