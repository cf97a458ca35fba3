using ActorKube.Api.Names;
using ActorKube.Api.Quotas;

namespace ActorKube.ApiServer.Admission.Quotas;

/// <summary>Something that may only be consumed where a quota covers it (upstream: <c>LimitedResource</c> of the plug-in's configuration).</summary>
/// <param name="Resource">Whose objects consume it.</param>
/// <param name="Contains">Parts of names of what a quota has to cover, where it is consumed.</param>
/// <param name="Scopes">Conditions a quota has to have, where an object satisfies them.</param>
public sealed record LimitedResource(GroupResource Resource, IReadOnlyList<string> Contains, IReadOnlyList<QuotaScope> Scopes);
