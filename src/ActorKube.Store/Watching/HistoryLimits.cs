namespace ActorKube.Store.Watching;

/// <summary>How much history a resource keeps in memory for watchers that resume and for reads at a past revision. Whichever limit is reached first counts.</summary>
/// <param name="Events">Most events.</param>
/// <param name="Bytes">Most bytes of replaced states.</param>
/// <param name="Age">Events older than this may go.</param>
internal sealed record HistoryLimits(int Events, long Bytes, TimeSpan Age);
