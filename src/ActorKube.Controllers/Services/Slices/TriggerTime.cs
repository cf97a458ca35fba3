using System.Collections.Immutable;

namespace ActorKube.Controllers.Services.Slices;

/// <summary>
/// When what led to a change of slices happened, for measuring how long it takes to reach the network. Read off the change itself, so that a restart loses nothing: the earliest of
/// the times at which the pods that come in, or change their readiness, became what they are, and of the service's creation as long as it has no slices.
/// </summary>
internal static class TriggerTime
{
    public static DateTimeOffset? Of(ServiceView service, IReadOnlyList<SliceView> before, IReadOnlyList<SliceDraft> after, IReadOnlyList<ServingPod> pods)
    {
        var known = before.SelectMany(s => s.Endpoints).GroupBy(e => e.Identity).ToDictionary(g => g.Key, g => g.First().Serving);
        var byUid = pods.DistinctBy(p => p.Object.Head.Uid).ToDictionary(p => p.Object.Head.Uid, p => p.ReadyChanged);
        var times = after.Where(d => d.Changed).SelectMany(d => d.Endpoints)
            .Where(e => !known.TryGetValue(e.Identity, out var serving) || serving != e.Serving)
            .Select(e => byUid.GetValueOrDefault(e.Target?.Uid ?? ""));
        return before.Count == 0 ? times.Append(service.Object.Head.Created).Min() : times.Min();
    }

    /// <summary>A slice's annotations with the time, or without one.</summary>
    public static IReadOnlyDictionary<string, string> Annotations(SliceView? known, DateTimeOffset? trigger)
    {
        var annotations = known?.Annotations ?? ImmutableDictionary<string, string>.Empty;
        return trigger is { } time ? annotations.SetItem(ServiceLabels.TriggerTime, ServiceLabels.Format(time)) : annotations.Remove(ServiceLabels.TriggerTime);
    }
}
