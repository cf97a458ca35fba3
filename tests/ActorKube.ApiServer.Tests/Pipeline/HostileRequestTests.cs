using System.Text;
using ActorKube.Api.Errors;
using ActorKube.Api.Names;
using ActorKube.ApiServer.Pipeline;
using ActorKube.ApiServer.Tests.Fakes;
using CsCheck;
using static ActorKube.ApiServer.Tests.Fakes.PipelineBench;

namespace ActorKube.ApiServer.Tests.Pipeline;

/// <summary>Whatever is sent, the answer is a success or a Status below 500 (504 for revisions of the future), and a refused request changes nothing.</summary>
public sealed class HostileRequestTests
{
    private static readonly GroupVersionResource[] Resources = [ConfigMaps, Pods, Namespaces, Deployments, new("", "v1", "services"), new("events.k8s.io", "v1", "events"), new("autoscaling", "v1", "horizontalpodautoscalers")];

    private static readonly Gen<string> Words = OneOf(
        "metadata", "name", "a", "spec", "status", "data", "kind", "apiVersion", "v1", "Pod", "ConfigMap", "", "-1", "0", "5", "99999999999999999999", "true", "null",
        "default", "resourceVersion", "uid", "finalizers", "replicas", "containers", "labels", "x=y", "x in (", "metadata.name=a", "spec.nodeName!=b", "All", "Strict", "Orphan",
        "generateName", "a-", "clusterIP", "None", "ports", "\u0000", "../..", "deletionTimestamp", "2026-01-02T03:04:05Z", "template", "selector", "matchLabels", "type", "namespace");

    private static readonly Gen<string> Json = Gen.Recursive<string>((depth, inner) => depth > 4
        ? Words.Select(Quote)
        : Gen.OneOf(
            Words.Select(Quote),
            OneOf("null", "true", "0", "-3", "1.5", "1e999", "[]", "{}"),
            inner.Array[0, 3].Select(static items => $"[{string.Join(',', items)}]"),
            Gen.Select(Words, inner).Array[0, 4].Select(static fields => $"{{{string.Join(',', fields.Select(f => $"{Quote(f.Item1)}:{f.Item2}"))}}}")));

    private static readonly Gen<string> Bodies = Gen.OneOf(
        Json,
        Json.Select(static j => $$$"""{"metadata":{"name":"a"},"spec":{{{j}}}}"""),
        Json.Select(static j => $$$"""{"metadata":{{{j}}},"data":{"k":"v"}}"""),
        Json.Select(static j => $$$"""[{"op":"add","path":"/metadata/labels","value":{{{j}}}}]"""),
        Gen.String,
        Gen.Byte.Array[0, 40].Select(static b => Encoding.Latin1.GetString(b)));

    private static readonly Gen<RequestQuery> Queries = Gen.Select(Words, Gen.Int[0, 14]).Select(static (value, which) => which switch
    {
        0 => new RequestQuery { LabelSelector = value },
        1 => new RequestQuery { FieldSelector = value },
        2 => new RequestQuery { ResourceVersion = value },
        3 => new RequestQuery { ResourceVersion = "1", ResourceVersionMatch = value },
        4 => new RequestQuery { Limit = value },
        5 => new RequestQuery { Continue = value },
        6 => new RequestQuery { TimeoutSeconds = value },
        7 => new RequestQuery { DryRun = [value] },
        8 => new RequestQuery { FieldManager = value },
        9 => new RequestQuery { FieldValidation = value },
        10 => new RequestQuery { GracePeriodSeconds = value },
        11 => new RequestQuery { PropagationPolicy = value },
        _ => RequestQuery.None,
    });

    private static readonly Gen<ApiRequest> Requests =
        from verb in Gen.Enum<RequestVerb>()
        from resource in OneOf(Resources)
        from sub in OneOf("", "", "", "status", "scale", "binding", "eviction", "finalize", "ephemeralcontainers", "resize")
        from name in OneOf("a", "a", "b", "A_")
        from body in Bodies
        from type in OneOf("application/json", "application/yaml", "application/merge-patch+json", "application/json-patch+json", "application/strategic-merge-patch+json", "text/plain")
        from query in Queries
        select Request(verb, resource, verb is RequestVerb.List or RequestVerb.Watch or RequestVerb.DeleteCollection ? "" : name, body, type) with { Subresource = sub, Query = query };

    [Fact]
    public async Task Hostile_requests_are_answered_and_change_nothing_unless_they_succeed()
    {
        var bench = PipelineBench.WithAllocation("10.0.0.0/24", 30000, 30100);
        await bench.CreateConfigMapAsync("a");
        await bench.RunAsync(Request(RequestVerb.Create, Pods, body: """{"metadata":{"name":"a"},"spec":{"containers":[{"name":"c","image":"i"}]}}"""));
        await bench.RunAsync(Request(RequestVerb.Create, Namespaces, body: """{"metadata":{"name":"a"}}"""));
        await Requests.SampleAsync(
            async request =>
            {
                var before = bench.Store.Content;
                try
                {
                    if (await bench.Pipeline.ExecuteAsync(request, default) is WatchResponse watch)
                        watch.Watch.Dispose();
                }
                catch (ApiException refused) when (refused.Status.Code is >= 400 and < 500 or 504)
                {
                    Assert.Equal(before, bench.Store.Content);
                }
            },
            iter: 3000,
            threads: 1);
    }

    private static Gen<T> OneOf<T>(params T[] values) => Gen.Int[0, values.Length - 1].Select(i => values[i]);

    private static string Quote(string text) => System.Text.Json.JsonSerializer.Serialize(text);
}
