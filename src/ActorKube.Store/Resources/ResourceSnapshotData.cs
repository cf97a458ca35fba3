namespace ActorKube.Store.Resources;

/// <summary>A resource at one revision, as saved.</summary>
/// <param name="State">The state.</param>
/// <param name="Revision">Its revision.</param>
/// <param name="CompactedTo">Journal entries up to this number had been deleted when the snapshot was taken.</param>
internal sealed record ResourceSnapshotData(ResourceState State, long Revision, long CompactedTo);

/// <summary>A snapshot as the snapshot store holds it, already encoded off the actor's thread.</summary>
internal sealed record EncodedSnapshot(byte[] Bytes);
