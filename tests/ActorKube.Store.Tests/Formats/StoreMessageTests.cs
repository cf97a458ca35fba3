using ActorKube.Api.Names;
using ActorKube.Protocol.Store;
using ActorKube.Store.Actors;
using ActorKube.Store.Hosting;
using ActorKube.Store.Writing;
using Akka.Actor;
using static ActorKube.Store.Tests.Support.TestObjects;

namespace ActorKube.Store.Tests.Formats;

public sealed class StoreMessageTests : IAsyncDisposable
{
    private static readonly DateTimeOffset At = DateTimeOffset.FromUnixTimeMilliseconds(1_700_000_000_000);
    private static readonly ReadOnlyMemory<byte> Json = Content(Key("a")).At(5);

    private static readonly IStoreMessage[] Messages =
    [
        new ActivateResource("root//pods"),
        new ResourceHosted("root//pods"),
        new SubscribeReplica("root//pods", 7),
        new OwnerIsLocal("root//pods"),
        new ReplicaCopy(9, 2, true, [Json, Json]),
        new ReplicaEvents(3, 5, [new ReplicaChange(4, At, null, Json), new ReplicaChange(5, At, Key("b"), default)]),
        new ReplicaHead(12),
        new ReplicaAck(3),
        new AskRevision("root//pods", 4),
        new RevisionIs(4, 99),
        new ForwardWrites("root//pods", 8,
        [
            new CreateObject(Key("a"), Content(Key("a")), At) { Fence = new Fence("f", 2) },
            new ReplaceObject(Key("a"), 5, Content(Key("a"))),
            new RemoveObject(Key("a"), 6, "u1"),
            new RemoveObject(new ObjectKey("", "a"), null, null) { Tenure = new Tenure("r", "h") },
            new BeginTenure(new Tenure("r", "h"), true),
        ]),
        new ForwardedResults(8, [new ForwardedResult(WriteFate.Decided, WriteOutcome.RevisionMismatch, 5, Json), new ForwardedResult(WriteFate.Unknown, default, 0, default)]),
    ];

    private readonly InProcessStore _process = InProcessStore.Start();

    public static TheoryData<string> Names => [.. Messages.Select(m => m.GetType().Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void A_message_comes_back_as_it_was_sent(string name)
    {
        var message = Messages.Single(m => m.GetType().Name == name);
        var serializer = Assert.IsType<StoreMessageSerializer>(_process.System.Serialization.FindSerializerFor(message));
        var bytes = serializer.ToBinary(message);
        var read = serializer.FromBinary(bytes, serializer.Manifest(message));
        Assert.Equal(message.GetType(), read.GetType());
        Assert.Equal(bytes, serializer.ToBinary(read));
    }

    [Fact]
    public void Every_message_has_a_row_here() =>
        Assert.Equal(
            typeof(IStoreMessage).Assembly.GetTypes().Where(t => t.IsAssignableTo(typeof(IStoreMessage)) && !t.IsInterface).Select(t => t.Name).Order(),
            Messages.Select(m => m.GetType().Name).Order());

    [Fact]
    public void An_unknown_manifest_is_an_error() =>
        Assert.Throws<ArgumentException>(() => new StoreMessageSerializer((ExtendedActorSystem)_process.System).FromBinary([], "new9"));

    public ValueTask DisposeAsync() => _process.DisposeAsync();
}
