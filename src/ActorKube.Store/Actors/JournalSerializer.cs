using ActorKube.Store.Journal;
using ActorKube.Store.Resources;
using Akka.Actor;
using Akka.Serialization;

namespace ActorKube.Store.Actors;

/// <summary>Puts journal entries and snapshots into bytes for the persistence plugins.</summary>
internal sealed class JournalSerializer(ExtendedActorSystem system) : SerializerWithStringManifest(system)
{
    /// <summary>Stored with every entry; never changes.</summary>
    public const int Id = 7101;

    public override int Identifier => Id;

    public override string Manifest(object o) => o switch
    {
        ResourceEvent @event => JournalFormat.Manifest(@event),
        EncodedSnapshot or ResourceSnapshotData => SnapshotFormat.Manifest,
        _ => throw new ArgumentException($"{o.GetType()} does not belong into the journal.", nameof(o)),
    };

    public override byte[] ToBinary(object obj) => obj switch
    {
        ResourceEvent @event => JournalFormat.Write(@event),
        EncodedSnapshot snapshot => snapshot.Bytes,
        ResourceSnapshotData snapshot => SnapshotFormat.Write(snapshot),
        _ => throw new ArgumentException($"{obj.GetType()} does not belong into the journal.", nameof(obj)),
    };

    public override object FromBinary(byte[] bytes, string manifest) =>
        manifest.StartsWith('S') ? SnapshotFormat.Read(manifest, bytes) : JournalFormat.Read(manifest, bytes);
}
