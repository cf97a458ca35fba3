using ActorKube.Api.Names;
using ActorKube.Api.Objects;
using ActorKube.Machinery.Client;
using ActorKube.Protocol.Endpoint;
using static ActorKube.Protocol.Endpoint.EndpointProtocol;

namespace ActorKube.Protocol.Tests.Endpoint;

/// <summary>One of each message, with every field set.</summary>
internal static class Samples
{
    private static readonly byte[] Secret = [1, 2, 3];

    public static StoredObject Object { get; } = StoredObject.Parse("""{"metadata":{"name":"web","namespace":"default","resourceVersion":"7"}}"""u8.ToArray());

    public static EndpointRequest Request { get; } = new(EndpointOperation.Patch, new ObjectAddress(new GroupVersionResource("apps", "v1", "deployments"), "default", "web", "status"))
    {
        InNamespace = true,
        ResourceVersion = "12",
        LabelSelector = "app=web",
        FieldSelector = "metadata.name=web",
        Limit = 500,
        Continue = "next",
        AllowBookmarks = true,
        SendInitialEvents = true,
        TimeoutSeconds = 30,
        DryRun = true,
        FieldManager = "tests",
        FieldValidation = "Strict",
        PatchType = PatchType.StrategicMerge,
        GracePeriodSeconds = 30,
        PropagationPolicy = "Foreground",
        Uid = "u-1",
        Precondition = "11",
        Body = "{}"u8.ToArray(),
    };

    public static IReadOnlyList<IMessage> All { get; } =
    [
        new Hello(new byte[] { 6, 5 }),
        new Challenge(new byte[] { 6, 5 }, new byte[] { 9, 8, 7 }),
        new Proof(new byte[] { 4, 5 }, new byte[] { 6 }, 7),
        new Opened(Secret),
        new Refused("no"),
        new NodeTaken("another has it"),
        new ServersKnown(["akka.ssl.tcp://actorkube@10.0.0.1:7000", "akka.ssl.tcp://actorkube@10.0.0.2:7000"]),
        new Leave(new byte[] { 8 }),
        new Call(Secret, 300, Request),
        new AnswerPart(300, 2, true, "abc"u8.ToArray()),
        new Failed(300, "{}"u8.ToArray()),
        new Follow(Secret, 301, new EndpointRequest(EndpointOperation.Watch, new ObjectAddress(WellKnownResources.Pods, "", ""))),
        new Changes(301, 5, [new WatchEvent(WatchEventType.Modified, Object, "7"), new WatchEvent(WatchEventType.Bookmark, null, "9")]),
        new Head(301, 5),
        new Taken(Secret, 301, 5),
        new Unfollow(Secret, 301),
        new KeepAlive(Secret),
        new Alive(),
        new UsageSampled(Secret, new byte[] { 7, 7 }),
        new UsageRelayed("node-1", new byte[] { 7, 7 }),
    ];
}
