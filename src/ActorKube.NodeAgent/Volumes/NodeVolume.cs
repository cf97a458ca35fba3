namespace ActorKube.NodeAgent.Volumes;

/// <summary>What one of a pod's volumes is on this node, claims followed to what they are bound to.</summary>
/// <param name="Name">Its name in messages: the pod's own, or the persistent volume's.</param>
internal abstract record NodeVolume(string Name);

/// <summary>Files made from API objects.</summary>
internal sealed record ContentVolume(string Name) : NodeVolume(Name);

/// <summary>An empty directory that lives as long as the pod.</summary>
internal sealed record ScratchVolume(string Name) : NodeVolume(Name);

/// <summary>Something of the node as it is.</summary>
/// <param name="Name">See <see cref="NodeVolume"/>.</param>
/// <param name="Path">Where.</param>
/// <param name="Type">What has to be there, or is made; empty for anything.</param>
/// <param name="ReadOnly">The pod may not write.</param>
internal sealed record HostVolume(string Name, string Path, string Type, bool ReadOnly) : NodeVolume(Name);

/// <summary>A directory that is a persistent volume of type <c>local</c>.</summary>
/// <param name="Name">See <see cref="NodeVolume"/>.</param>
/// <param name="Path">Where.</param>
/// <param name="ReadOnly">The pod may not write.</param>
/// <param name="Provisioned">It is the local-path provisioner's: made when it is missing.</param>
internal sealed record LocalVolume(string Name, string Path, bool ReadOnly, bool Provisioned) : NodeVolume(Name);
