namespace ActorKube.Store.Actors;

/// <summary>A message for the actor of one resource, through its shard region.</summary>
internal interface IResourceMessage
{
    /// <summary>Id of the resource: entity id and persistence id.</summary>
    string ResourceId { get; }
}

/// <summary>Makes the resource's actor come up and recover.</summary>
internal sealed record ActivateResource(string ResourceId) : IResourceMessage;
