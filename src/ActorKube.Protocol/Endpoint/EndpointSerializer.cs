using System.Buffers;
using System.Runtime.Serialization;
using System.Text.Json;
using ActorKube.Api.Objects;
using ActorKube.Machinery.Client;
using ActorKube.Protocol.Wire;
using Akka.Actor;
using Akka.Serialization;
using static ActorKube.Protocol.Endpoint.EndpointProtocol;

namespace ActorKube.Protocol.Endpoint;

/// <summary>Carries <see cref="EndpointProtocol"/> over the wire: one manifest a message, fields in fixed order. An unknown manifest is an error, never a guess.</summary>
public sealed class EndpointSerializer(ExtendedActorSystem system) : SerializerWithStringManifest(system)
{
    /// <summary>Registered in <c>hocon/protocol.conf</c>; never reused for another serializer.</summary>
    public override int Identifier => 17_001;

    /// <inheritdoc/>
    public override string Manifest(object o) => o switch
    {
        Hello => "hello-2",
        Challenge => "challenge-2",
        Proof => "proof-2",
        Opened => "opened",
        Refused => "refused",
        NodeTaken => "node-taken",
        ServersKnown => "servers",
        Leave => "leave",
        Call => "call",
        AnswerPart => "answer",
        Failed => "failed",
        Follow => "follow",
        Changes => "changes",
        Head => "head",
        Taken => "taken",
        Unfollow => "unfollow",
        KeepAlive => "keep",
        Alive => "alive",
        UsageSampled => "usage",
        UsageRelayed => "usage-relayed",
        _ => throw new ArgumentException($"{o.GetType()} is not a message of the endpoint.", nameof(o)),
    };

    /// <inheritdoc/>
    public override byte[] ToBinary(object obj)
    {
        var output = new ArrayBufferWriter<byte>(256);
        Write(obj, new WireWriter(output));
        return output.WrittenSpan.ToArray();
    }

    /// <inheritdoc/>
    /// <exception cref="SerializationException">The manifest is unknown, or the bytes are not a message of that manifest.</exception>
    public override object FromBinary(byte[] bytes, string manifest)
    {
        try
        {
            var reader = new WireReader(bytes);
            var message = Read(ref reader, manifest);
            reader.End();
            return message;
        }
        catch (Exception damaged) when (damaged is FormatException or JsonException or InvalidOperationException)
        {
            throw new SerializationException($"The bytes are not a message '{manifest}': {damaged.Message}", damaged);
        }
    }

    private static void Write(object message, WireWriter writer)
    {
        switch (message)
        {
            case Alive:
                break;
            case Hello hello:
                writer.Blob(hello.Attempt.Span);
                break;
            case Challenge challenge:
                writer.Blob(challenge.Attempt.Span);
                writer.Blob(challenge.Nonce.Span);
                break;
            case Proof proof:
                writer.Blob(proof.Certificate.Span);
                writer.Blob(proof.Signature.Span);
                writer.Unsigned(proof.Incarnation);
                break;
            case Opened opened:
                writer.Blob(opened.Secret.Span);
                break;
            case Refused refused:
                writer.Text(refused.Reason);
                break;
            case NodeTaken taken:
                writer.Text(taken.Reason);
                break;
            case ServersKnown servers:
                writer.Unsigned((ulong)servers.Addresses.Count);
                foreach (var address in servers.Addresses)
                    writer.Text(address);
                break;
            case Leave leave:
                writer.Blob(leave.Secret.Span);
                break;
            case Call call:
                WriteHead(writer, call, call.Id);
                call.Request.Write(writer);
                break;
            case Follow follow:
                WriteHead(writer, follow, follow.Id);
                follow.Request.Write(writer);
                break;
            case AnswerPart part:
                writer.Signed(part.Id);
                writer.Unsigned((ulong)part.Index);
                writer.Flag(part.IsLast);
                writer.Blob(part.Content.Span);
                break;
            case Failed failed:
                writer.Signed(failed.Id);
                writer.Blob(failed.Status.Span);
                break;
            case Changes changes:
                WriteChanges(writer, changes);
                break;
            case Head head:
                writer.Signed(head.Id);
                writer.Signed(head.Sequence);
                break;
            case Taken read:
                WriteHead(writer, read, read.Id);
                writer.Signed(read.Sequence);
                break;
            case Unfollow unfollow:
                WriteHead(writer, unfollow, unfollow.Id);
                break;
            case KeepAlive keep:
                writer.Blob(keep.Secret.Span);
                break;
            case UsageSampled sampled:
                writer.Blob(sampled.Secret.Span);
                writer.Blob(sampled.Report.Span);
                break;
            case UsageRelayed relayed:
                writer.Text(relayed.Node);
                writer.Blob(relayed.Report.Span);
                break;
            default:
                throw new ArgumentException($"{message.GetType()} is not a message of the endpoint.", nameof(message));
        }
    }

    private static object Read(ref WireReader reader, string manifest) => manifest switch
    {
        "hello-2" => new Hello(reader.Blob()),
        "challenge-2" => new Challenge(reader.Blob(), reader.Blob()),
        "proof-2" => new Proof(reader.Blob(), reader.Blob(), reader.Unsigned()),
        "opened" => new Opened(reader.Blob()),
        "refused" => new Refused(reader.Text()),
        "node-taken" => new NodeTaken(reader.Text()),
        "servers" => ReadServers(ref reader),
        "leave" => new Leave(reader.Blob()),
        "call" => new Call(reader.Blob(), reader.Signed(), EndpointRequest.Read(ref reader)),
        "answer" => new AnswerPart(reader.Signed(), reader.Count(), reader.Flag(), reader.Blob()),
        "failed" => new Failed(reader.Signed(), reader.Blob()),
        "follow" => new Follow(reader.Blob(), reader.Signed(), EndpointRequest.Read(ref reader)),
        "changes" => ReadChanges(ref reader),
        "head" => new Head(reader.Signed(), reader.Signed()),
        "taken" => new Taken(reader.Blob(), reader.Signed(), reader.Signed()),
        "unfollow" => new Unfollow(reader.Blob(), reader.Signed()),
        "keep" => new KeepAlive(reader.Blob()),
        "alive" => new Alive(),
        "usage" => new UsageSampled(reader.Blob(), reader.Blob()),
        "usage-relayed" => new UsageRelayed(reader.Text(), reader.Blob()),
        _ => throw new SerializationException($"'{manifest}' is not a manifest of the endpoint."),
    };

    private static void WriteHead(WireWriter writer, ISessionMessage message, long id)
    {
        writer.Blob(message.Secret.Span);
        writer.Signed(id);
    }

    private static void WriteChanges(WireWriter writer, Changes changes)
    {
        writer.Signed(changes.Id);
        writer.Signed(changes.Sequence);
        writer.Unsigned((ulong)changes.Events.Count);
        foreach (var item in changes.Events)
        {
            writer.Unsigned((ulong)item.Type);
            writer.Text(item.ResourceVersion);
            writer.Flag(item.EndsInitialEvents);
            writer.Blob(item.Object is { } stored ? stored.Json.Span : default);
        }
    }

    private static ServersKnown ReadServers(ref WireReader reader)
    {
        var addresses = new List<string>();
        for (var count = reader.Count(); count > 0; count--)
            addresses.Add(reader.Text());
        return new ServersKnown(addresses);
    }

    private static Changes ReadChanges(ref WireReader reader)
    {
        var id = reader.Signed();
        var sequence = reader.Signed();
        var count = reader.Count();
        var events = new List<WatchEvent>(Math.Min(count, 4096));
        for (var i = 0; i < count; i++)
        {
            var type = (WatchEventType)reader.Count();
            if (!Enum.IsDefined(type))
                throw new FormatException($"{(int)type} is no type of event.");
            var revision = reader.Text();
            var isInitialEnd = reader.Flag();
            var json = reader.Blob();
            events.Add(new WatchEvent(type, json.IsEmpty ? null : StoredObject.Parse(json.ToArray()), revision) { EndsInitialEvents = isInitialEnd });
        }
        return new Changes(id, sequence, events);
    }
}
