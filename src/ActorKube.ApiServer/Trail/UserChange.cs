using ActorKube.Api.Names;

namespace ActorKube.ApiServer.Trail;

/// <summary>A change that a user made.</summary>
/// <param name="At">When; not later than anybody can have acted upon it.</param>
/// <param name="User">Who.</param>
/// <param name="Verb">What was done: <c>create</c>, <c>update</c>, <c>patch</c>, <c>delete</c>, or <c>evict</c>.</param>
/// <param name="Resource">Resource of the object.</param>
/// <param name="Subresource">The part that was written; empty for the object itself.</param>
/// <param name="Object">The object.</param>
/// <param name="Uid">Its uid.</param>
/// <param name="Revision">Revision that the change gave.</param>
/// <param name="Fields">What differs, in words; empty where all is new or gone.</param>
internal sealed record UserChange(
    DateTimeOffset At, string User, string Verb, GroupResource Resource, string Subresource, ObjectKey Object, string Uid, long Revision, IReadOnlyList<string> Fields);
