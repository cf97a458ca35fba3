using System.Collections.Immutable;
using System.Text;
using ActorKube.Api.Names;
using ActorKube.Controllers.Actors;
using ActorKube.Controllers.Hosting;
using ActorKube.Controllers.Shell;
using Akka.Actor;
using static ActorKube.Controllers.Actors.ControllerProtocol;

namespace ActorKube.Controllers.Tests;

public sealed class SerializerTests : IDisposable
{
    private static readonly DateTimeOffset At = new(2030, 1, 2, 3, 4, 5, 678, TimeSpan.Zero);
    private static readonly ObjectKey Web = new("default", "web");

    private static readonly Decision Sample = new(At, Web, new Cause("deployments.apps", Web, 42), ["scales web-1 from 1 to 2"],
        [new DecisionWrite("update", "replicasets.apps", new ObjectKey("default", "web-1"), 43, ""), new DecisionWrite("update", "deployments.apps/status", Web, 0, "conflict")], 2);

    private readonly ActorSystem _system = ActorSystem.Create("serializer", "akka { loglevel = OFF, stdout-loglevel = OFF }");

    public void Dispose() => _system.Dispose();

    public static TheoryData<string, object> Messages() => new()
    {
        { "work-finished.full", new WorkFinished(Web, Sample, new PendingRequeue(Web, At.AddHours(1), 3)) },
        { "work-finished.requeue-taken-back", new WorkFinished(new ObjectKey("", "node-1"), null, null) },
        { "state", new ControllerState(ImmutableDictionary<ObjectKey, PendingRequeue>.Empty.Add(Web, new PendingRequeue(Web, At, 0)), [Sample]) { DecisionCount = 1 } },
        { "work-finished.memory", new WorkFinished(Web, null, null) { Memory = "{\"seen\":1}" } },
        { "work-finished.forget", new WorkFinished(Web, null, null) { Memory = "" } },
        { "state.memories", ControllerState.Empty with { Memories = ImmutableDictionary<ObjectKey, string>.Empty.Add(Web, "{\"seen\":1}") } },
        { "keep-alive", new KeepAlive("root/deployment-controller") },
        { "read-decisions", new ReadDecisions("root/deployment-controller", Web, At) },
        { "read-decisions.all", new ReadDecisions("root/deployment-controller", null, null) },
        { "decisions", new DecisionsRead("root/deployment-controller", [Sample]) },
        { "decisions.waiting", new DecisionsRead("root/deployment-controller", []) { Waiting = "it rests after a failure" } },
    };

    [Theory]
    [MemberData(nameof(Messages))]
    public void The_bytes_of_a_message_are_those_of_the_golden_file_and_read_back_the_same(string name, object message)
    {
        var serializer = new ControllerSerializer((ExtendedActorSystem)_system);
        var bytes = serializer.ToBinary(message);
        var golden = Path.Combine(GoldenFolder(), name + ".json");
        var text = $"{serializer.Manifest(message)}\n{Encoding.UTF8.GetString(bytes)}\n";
        if (Environment.GetEnvironmentVariable("ACTORKUBE_REWRITE_GOLDEN") == "1")
            File.WriteAllText(golden, text);
        Assert.Equal(File.ReadAllText(golden), text);
        Assert.Equal(bytes, serializer.ToBinary(serializer.FromBinary(bytes, serializer.Manifest(message))));
    }

    [Fact]
    public void Everything_that_is_said_or_journalled_has_a_row_here_and_a_binding()
    {
        var said = typeof(ControllerProtocol).GetNestedTypes().Where(t => !t.IsInterface);
        var journalled = new[] { typeof(WorkFinished), typeof(ControllerState) };
        Assert.Equal(said.Concat(journalled).Select(t => t.Name).Order(), Messages().Select(m => m.Data.Item2.GetType().Name).Distinct().Order());
        using var system = ActorSystem.Create("bindings", ControllerHost.Serialization);
        Assert.All(said.Concat(journalled), t => Assert.IsType<ControllerSerializer>(system.Serialization.FindSerializerForType(t)));
    }

    [Fact]
    public void What_is_unknown_is_refused()
    {
        var serializer = new ControllerSerializer((ExtendedActorSystem)_system);
        Assert.Throws<ArgumentException>(() => serializer.Manifest("text"));
        Assert.Throws<ArgumentException>(() => serializer.FromBinary("{}"u8.ToArray(), "other"));
    }

    private static string GoldenFolder([System.Runtime.CompilerServices.CallerFilePath] string here = "") => Path.Combine(Path.GetDirectoryName(here)!, "Golden");
}
