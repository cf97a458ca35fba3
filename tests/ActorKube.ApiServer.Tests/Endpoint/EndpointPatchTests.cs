using System.Collections.Concurrent;
using System.Text;
using ActorKube.Api.Errors;
using ActorKube.Api.Names;
using ActorKube.Api.Objects;
using ActorKube.Machinery.Client;
using ActorKube.Protocol.Endpoint;
using static ActorKube.Protocol.Endpoint.EndpointProtocol;

namespace ActorKube.ApiServer.Tests.Endpoint;

public sealed class EndpointPatchTests
{
    [Fact]
    public async Task Patches_that_come_together_are_carried_out_one_by_one_and_one_defect_does_not_touch_the_others()
    {
        await using var bench = new EndpointBench();
        var told = bench.NextError();
        var patched = new ConcurrentBag<string>();
        bench.Behind[0].OnPatch = address =>
        {
            patched.Add($"{address.Resource.Plural} {address.Namespace}/{address.Name} {address.Subresource}");
            return address.Name switch
            {
                "gone" => throw ApiErrors.NotFound(address.Resource.Resource, "gone"),
                "broken" => throw new InvalidOperationException("a secret of the server"),
                _ => Task.FromResult(ScriptedClient.Item(address.Name, 7)),
            };
        };
        using var client = bench.Connect("system:node:a");
        var outcomes = await client.PatchManyAsync(
            WellKnownResources.Pods, "status", PatchType.StrategicMerge, [.. new[] { "gone", "broken", "web" }.Select(Patch)], cancel: EndpointBench.Limit);
        Assert.Equal(["pods default/broken status", "pods default/gone status", "pods default/web status"], patched.Order(StringComparer.Ordinal));
        Assert.Equal([StatusReason.NotFound, StatusReason.InternalError, null], outcomes.Select(static o => (o.Failure as ApiException)?.Status.Reason));
        Assert.Equal([0, 0, 7], outcomes.Select(static o => o.Revision));
        Assert.DoesNotContain("secret", outcomes[1].Failure!.Message, StringComparison.Ordinal);
        Assert.Equal("a secret of the server", (await told.WaitAsync(EndpointBench.Limit)).Cause.Message);
    }

    [Fact]
    public async Task More_patches_than_may_come_together_are_a_bad_request()
    {
        await using var bench = new EndpointBench();
        var talk = new Conversation(bench);
        var opened = await talk.OpenAsync(bench.Options(bench.Issue("agent")));
        var patches = Enumerable.Range(0, ObjectPatch.MostTogether + 1).Select(static i => Patch($"web-{i}")).ToArray();
        var request = new EndpointRequest(EndpointOperation.PatchMany, new ObjectAddress(WellKnownResources.Pods, "", "", "status")) { Body = EndpointBatch.Encode(patches) };
        talk.Session!.Tell(new Call(opened.Secret, 1, request), talk.Self);
        Assert.Contains("\"code\":400", Encoding.UTF8.GetString((await talk.NextAsync<Failed>()).Status.Span), StringComparison.Ordinal);
        using var client = bench.Connect();
        await Assert.ThrowsAsync<ArgumentException>(async () => await client.PatchManyAsync(WellKnownResources.Pods, "status", PatchType.Merge, patches, cancel: EndpointBench.Limit));
    }

    [Fact]
    public async Task Each_of_many_patches_counts_among_what_a_session_may_have_under_way()
    {
        await using var bench = new EndpointBench();
        var answered = new TaskCompletionSource<StoredObject>(TaskCreationOptions.RunContinuationsAsynchronously);
        bench.Behind[0].OnPatch = _ => answered.Task;
        using var client = bench.Connect("system:node:a");
        var patches = Enumerable.Range(0, ObjectPatch.MostTogether).Select(static i => Patch($"web-{i}")).ToArray();
        ValueTask<IReadOnlyList<PatchOutcome>> Send() => client.PatchManyAsync(WellKnownResources.Pods, "status", PatchType.Merge, patches, cancel: EndpointBench.Limit);
        var fits = Enumerable.Range(0, MostCalls / ObjectPatch.MostTogether).Select(_ => Send().AsTask()).ToArray();
        var refused = await Assert.ThrowsAsync<ApiException>(async () => await Send());
        Assert.Equal(429, refused.Status.Code);
        answered.SetResult(ScriptedClient.Item("web", 7));
        await Task.WhenAll(fits);
        Assert.Equal(ObjectPatch.MostTogether, (await Send()).Count);
    }

    private static ObjectPatch Patch(string name) => new(new ObjectKey("default", name), "{}"u8.ToArray());
}
