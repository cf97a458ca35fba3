using ActorKube.Api.Errors;
using ActorKube.Api.Names;
using ActorKube.Machinery.Client;
using ActorKube.NodeAgent.Actors;
using ActorKube.NodeAgent.Pods.Status;
using ActorKube.NodeAgent.Tests.Support;
using Akka.Actor;
using Microsoft.Extensions.Time.Testing;

namespace ActorKube.NodeAgent.Tests.Actors;

public sealed class StatusActorTests : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private readonly ActorSystem _system = ActorSystem.Create("test", "akka { loglevel = OFF, stdout-loglevel = OFF }");
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero));
    private readonly ToldLog _log = new();

    [Fact]
    public async Task Whoever_runs_the_agent_is_told_once_that_statuses_cannot_be_written_now_and_then_that_they_still_cannot_and_once_that_they_can()
    {
        var cluster = new FakeCluster(_time) { IsDown = true };
        var actor = _system.ActorOf(Props.Create(() => new StatusActor(cluster, _time, TimeSpan.Zero, 10, _log)));
        actor.Tell(new StatusProtocol.Begin("u1", new ObjectKey("default", "web"), null));
        actor.Tell(new StatusProtocol.Write("u1", new PodStatusView { Phase = "Running" }));
        await _log.NextAsync(9, Patience);
        var lasts = _log.NextAsync(25, Patience);
        while (!lasts.IsCompleted)
        {
            _time.Advance(TimeSpan.FromSeconds(1));
            await TurnAsync(actor);
        }
        Assert.StartsWith("Statuses of 1 pods still wait, since ", await lasts, StringComparison.Ordinal);
        Assert.Equal(1, _log.Count(9));
        cluster.Put("pods", TestPods.Pod("web"));
        cluster.IsDown = false;
        var over = _log.NextAsync(26, Patience);
        while (!over.IsCompleted)
        {
            _time.Advance(TimeSpan.FromSeconds(1));
            await TurnAsync(actor);
        }
        Assert.StartsWith("Statuses of pods are written again, after ", await over, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Statuses_that_wait_go_together_as_many_as_a_message_takes()
    {
        var client = new BatchingClient();
        var actor = Start(client);
        await WriteAsync(actor, ObjectPatch.MostTogether + 10);
        _time.Advance(Delay);
        Assert.Equal(ObjectPatch.MostTogether, (await client.NextAsync()).Patches.Count);
        Assert.Equal(10, (await client.NextAsync()).Patches.Count);
    }

    [Fact]
    public async Task Statuses_too_large_for_one_message_go_in_several()
    {
        var client = new BatchingClient();
        var actor = Start(client);
        await WriteAsync(actor, 10, new string('x', 40_000));
        _time.Advance(Delay);
        Assert.Equal(4, (await client.NextAsync()).Patches.Count);
        Assert.Equal(4, (await client.NextAsync()).Patches.Count);
        Assert.Equal(2, (await client.NextAsync()).Patches.Count);
    }

    [Fact]
    public async Task Of_statuses_that_went_together_only_those_that_may_still_be_written_are_tried_again()
    {
        var client = new BatchingClient();
        var actor = Start(client);
        await WriteAsync(actor, 4);
        _time.Advance(Delay);
        (await client.NextAsync()).Answer(
            new PatchOutcome(7, null), new PatchOutcome(0, ApiErrors.ServiceUnavailable("later")), new PatchOutcome(0, ApiErrors.NotFound(WellKnownResources.Pods.Resource, "web-2")), new PatchOutcome(8, null));
        var again = await NextInTimeAsync(actor, client);
        Assert.Equal("web-1", Assert.Single(again.Patches).Key.Name);
        again.Answer(new PatchOutcome(9, null));
        actor.Tell(new StatusProtocol.Write("u0", new PodStatusView { Phase = "Failed" }));
        Assert.Equal("web-0", Assert.Single((await NextInTimeAsync(actor, client)).Patches).Key.Name);
    }

    [Fact]
    public async Task After_a_message_whose_answer_was_lost_one_status_is_tried_and_then_the_rest_together()
    {
        var client = new BatchingClient();
        var actor = Start(client);
        await WriteAsync(actor, 5);
        _time.Advance(Delay);
        (await client.NextAsync()).Fail(ApiErrors.Timeout("the connection to the control plane was lost before the answer came"));
        var first = await NextInTimeAsync(actor, client);
        first.Answer(new PatchOutcome(7, null));
        Assert.Single(first.Patches);
        Assert.Equal(4, (await NextInTimeAsync(actor, client)).Patches.Count);
    }

    private static readonly TimeSpan Delay = TimeSpan.FromMilliseconds(20);

    private IActorRef Start(BatchingClient client) => _system.ActorOf(Props.Create(() => new StatusActor(client, _time, Delay, 10, _log)));

    private static async Task WriteAsync(IActorRef actor, int pods, string message = "")
    {
        for (var i = 0; i < pods; i++)
        {
            actor.Tell(new StatusProtocol.Begin($"u{i}", new ObjectKey("default", $"web-{i}"), null));
            actor.Tell(new StatusProtocol.Write($"u{i}", new PodStatusView { Phase = "Running", Message = message }));
        }
        await TurnAsync(actor);
    }

    // Answered by the actor itself, after everything that was told to it before.
    private static async Task TurnAsync(IActorRef actor) => await actor.Ask<ActorIdentity>(new Identify(0), Patience, TestContext.Current.CancellationToken);

    // Lets time pass until there is a message: what the actor does about an answer takes it real time.
    private async Task<BatchingClient.Message> NextInTimeAsync(IActorRef actor, BatchingClient client)
    {
        var next = client.NextAsync();
        while (!next.IsCompleted)
        {
            _time.Advance(TimeSpan.FromSeconds(1));
            await TurnAsync(actor);
        }
        return await next;
    }

    public async ValueTask DisposeAsync() => await _system.Terminate();
}
