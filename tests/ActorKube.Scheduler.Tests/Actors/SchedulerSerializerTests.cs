using ActorKube.Api.Names;
using ActorKube.Scheduler.Actors;
using ActorKube.Scheduler.Hosting;
using ActorKube.Scheduler.Scheduling;
using Akka.Actor;
using static ActorKube.Scheduler.Actors.SchedulerProtocol;

namespace ActorKube.Scheduler.Tests.Actors;

public sealed class SchedulerSerializerTests
{
    private static readonly DateTimeOffset At = new(2030, 1, 2, 3, 4, 5, 678, TimeSpan.Zero);

    private static readonly Decision Placed = new()
    {
        At = At,
        Pod = new ObjectKey("default", "web"),
        Uid = "u1",
        Attempt = 2,
        Outcome = DecisionOutcome.Placed,
        Nodes = 3,
        Evaluated = 3,
        Feasible = 2,
        RuledOut = [new RuledOut("NodeName", "other", 1)],
        Winner = new RankedNode("n1", 300, [new PluginScore("A", 200), new PluginScore("B", 100)]),
        RunnerUp = new RankedNode("n2", 10, []),
    };

    public static TheoryData<string, string> Journal => new()
    {
        { "scheduler-epoch", """{"epoch":7}""" },
        {
            "scheduler-decisions-taken",
            """{"epoch":7,"count":1,"decisions":[{"at":"2030-01-02T03:04:05.678Z","pod":"default/web","uid":"u1","attempt":2,"outcome":"Placed","nodes":3,"evaluated":3,"feasible":2,"""
            + "\"ruledOut\":[{\"plugin\":\"NodeName\",\"reason\":\"other\",\"nodes\":1}],\"winner\":{\"node\":\"n1\",\"total\":300,\"scores\":{\"A\":200,\"B\":100}},\"runnerUp\":{\"node\":\"n2\",\"total\":10,\"scores\":{}}}]}"
        },
    };

    private static readonly ISchedulerMessage[] Messages =
    [
        new EpochBegan(7),
        new DecisionsTaken(7, DecisionBatch.Encode([Placed])),
        new ReadDecisions(new ObjectKey("default", "web"), At),
        new DecisionsRead([Placed]),
    ];

    public static TheoryData<string> Names => [.. Messages.Select(m => m.GetType().Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void A_message_comes_back_as_it_was(string name)
    {
        using var system = ActorSystem.Create("bindings", SchedulerHost.Serialization);
        var message = Messages.Single(m => m.GetType().Name == name);
        var serializer = Assert.IsType<SchedulerSerializer>(system.Serialization.FindSerializerFor(message));
        var bytes = serializer.ToBinary(message);
        var read = serializer.FromBinary(bytes, serializer.Manifest(message));
        Assert.Equal(message.GetType(), read.GetType());
        Assert.Equal(bytes, serializer.ToBinary(read));
    }

    [Fact]
    public void Every_message_has_a_row_here_and_every_journal_entry_its_bytes()
    {
        var all = typeof(ISchedulerMessage).Assembly.GetTypes().Where(t => t.IsAssignableTo(typeof(ISchedulerMessage)) && !t.IsInterface);
        Assert.Equal(all.Select(t => t.Name).Order(), Messages.Select(m => m.GetType().Name).Order());
        // What is not public is spoken to nobody: it lies in the journal.
        var journalled = Messages.Where(m => m.GetType().IsNestedAssembly).Select(new SchedulerSerializer(null!).Manifest);
        Assert.Equal(journalled.Order(), Journal.Select(j => j.Data.Item1).Order());
    }

    [Theory]
    [MemberData(nameof(Journal))]
    public void What_lies_in_journals_keeps_its_form(string manifest, string bytes)
    {
        var serializer = new SchedulerSerializer(null!);
        object message = manifest == "scheduler-epoch" ? new EpochBegan(7) : new DecisionsTaken(7, DecisionBatch.Encode([Placed]));
        Assert.Equal(manifest, serializer.Manifest(message));
        Assert.Equal(bytes, System.Text.Encoding.UTF8.GetString(serializer.ToBinary(message)));
        Assert.Equal(bytes, System.Text.Encoding.UTF8.GetString(serializer.ToBinary(serializer.FromBinary(serializer.ToBinary(message), manifest))));
    }

    [Fact]
    public void Decisions_are_read_as_they_were_written()
    {
        var read = Assert.Single(DecisionBatch.Encode([Placed]).Decode());
        Assert.Equal(Placed.Winner!.Scores, read.Winner!.Scores);
        Assert.Equal(Placed.RuledOut, read.RuledOut);
        Assert.Equal((Placed.At, Placed.Pod, Placed.Uid, Placed.Attempt, Placed.Outcome, Placed.Feasible), (read.At, read.Pod, read.Uid, read.Attempt, read.Outcome, read.Feasible));
    }

    [Fact]
    public void Queries_and_answers_cross_processes()
    {
        var query = new ReadDecisions(new ObjectKey("default", "web"), At);
        Assert.Equal(query, Through(query));
        Assert.Equal(new ReadDecisions(null, null), Through(new ReadDecisions(null, null)));
        Assert.Equal("n1", Assert.Single(((DecisionsRead)Through(new DecisionsRead([Placed]))).Decisions).Winner!.Node);
    }

    [Fact]
    public void Unknown_manifests_are_errors() => Assert.Throws<ArgumentException>(() => new SchedulerSerializer(null!).FromBinary([], "nope"));

    private static object Through(object message)
    {
        var serializer = new SchedulerSerializer(null!);
        return serializer.FromBinary(serializer.ToBinary(message), serializer.Manifest(message));
    }
}
