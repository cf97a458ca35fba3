using System.Buffers;
using ActorKube.Protocol.Wire;
using Akka.Actor;
using Akka.Serialization;

namespace ActorKube.Store.Actors;

/// <summary>Store traffic between processes as bytes. A manifest fixes the order of fields; a change of it is a new manifest.</summary>
internal sealed class StoreMessageSerializer(ExtendedActorSystem system) : SerializerWithStringManifest(system)
{
    /// <summary>Part of every message; never changes.</summary>
    public const int Id = 7102;

    public override int Identifier => Id;

    public override string Manifest(object o) => o switch
    {
        ActivateResource => "activate1",
        ResourceHosted => "hosted1",
        SubscribeReplica => "subscribe1",
        OwnerIsLocal => "local1",
        ReplicaCopy => "copy1",
        ReplicaEvents => "events1",
        ReplicaHead => "head1",
        ReplicaAck => "ack1",
        AskRevision => "ask1",
        RevisionIs => "revision1",
        ForwardWrites => "writes1",
        ForwardedResults => "results1",
        _ => throw new ArgumentException($"{o.GetType()} is not a store message.", nameof(o)),
    };

    public override byte[] ToBinary(object obj)
    {
        var buffer = new ArrayBufferWriter<byte>();
        var writer = new WireWriter(buffer);
        switch (obj)
        {
            case ActivateResource m: writer.Text(m.ResourceId); break;
            case ResourceHosted m: writer.Text(m.ResourceId); break;
            case SubscribeReplica m: writer.Text(m.ResourceId); writer.Signed(m.After); break;
            case OwnerIsLocal m: writer.Text(m.ResourceId); break;
            case ReplicaCopy m: StoreMessageFormat.Write(ref writer, m); break;
            case ReplicaEvents m: StoreMessageFormat.Write(ref writer, m); break;
            case ReplicaHead m: writer.Signed(m.Revision); break;
            case ReplicaAck m: writer.Signed(m.Received); break;
            case AskRevision m: writer.Text(m.ResourceId); writer.Signed(m.Question); break;
            case RevisionIs m: writer.Signed(m.Question); writer.Signed(m.Revision); break;
            case ForwardWrites m: StoreMessageFormat.Write(ref writer, m); break;
            case ForwardedResults m: StoreMessageFormat.Write(ref writer, m); break;
            default: throw new ArgumentException($"{obj.GetType()} is not a store message.", nameof(obj));
        }
        return buffer.WrittenSpan.ToArray();
    }

    public override object FromBinary(byte[] bytes, string manifest)
    {
        var reader = new WireReader(bytes);
        return manifest switch
        {
            "activate1" => new ActivateResource(reader.Text()),
            "hosted1" => new ResourceHosted(reader.Text()),
            "subscribe1" => new SubscribeReplica(reader.Text(), reader.Signed()),
            "local1" => new OwnerIsLocal(reader.Text()),
            "copy1" => StoreMessageFormat.ReadCopy(ref reader),
            "events1" => StoreMessageFormat.ReadEvents(ref reader),
            "head1" => new ReplicaHead(reader.Signed()),
            "ack1" => new ReplicaAck(reader.Signed()),
            "ask1" => new AskRevision(reader.Text(), reader.Signed()),
            "revision1" => new RevisionIs(reader.Signed(), reader.Signed()),
            "writes1" => StoreMessageFormat.ReadWrites(ref reader),
            "results1" => StoreMessageFormat.ReadResults(ref reader),
            _ => throw new ArgumentException($"Unknown store message '{manifest}'.", nameof(manifest)),
        };
    }
}
