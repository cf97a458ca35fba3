using System.Collections.Immutable;
using ActorKube.Api.Names;

namespace ActorKube.Machinery.Recording;

/// <summary>What to do about an event.</summary>
/// <param name="Name">Name of the Event object.</param>
/// <param name="Message">Message to write.</param>
/// <param name="Count">How often it has happened; above 1 the object exists and is to be patched.</param>
/// <param name="First">When it happened first.</param>
/// <param name="Last">When it happened last.</param>
public sealed record EventDecision(string Name, string Message, int Count, DateTimeOffset First, DateTimeOffset Last);

/// <summary>
/// Keeps events from flooding, with upstream's three measures and figures: the same event again raises a count; more than ten similar ones within ten minutes
/// are combined into one; one object may cause 25 events at once and then one every five minutes. Pure but for its memory, which is bounded.
/// </summary>
public sealed class EventCorrelator(EventNames names, int capacity = EventCorrelator.DefaultCapacity)
{
    /// <summary>Number of objects and events remembered.</summary>
    public const int DefaultCapacity = 4096;

    private const int SimilarBeforeCombining = 10;
    private const double Burst = 25;
    private const string CombinedPrefix = "(combined from similar events): ";
    private static readonly TimeSpan SimilarWindow = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan RefillEvery = TimeSpan.FromMinutes(5);

    private readonly BoundedMap<(string Uid, ObjectKey Key), Bucket> _buckets = new(capacity);
    private readonly BoundedMap<(string Uid, ObjectKey Key, string Type, string Reason), Similar> _similar = new(capacity);
    private readonly BoundedMap<(string Uid, ObjectKey Key, string FieldPath, string Type, string Reason, string Message), EventDecision> _known = new(capacity);

    /// <summary>Decides about an event that happens <paramref name="now"/>; null when it is to be dropped.</summary>
    /// <param name="item">The event.</param>
    /// <param name="now">What the clock shows, which people are told.</param>
    /// <param name="uptime">Time that only passes, by which the limits go.</param>
    public EventDecision? Decide(EventSpec item, DateTimeOffset now, TimeSpan uptime)
    {
        var key = item.About.Key;
        if (!Take((item.About.Uid, key), uptime))
            return null;
        var combined = CombineWith((item.About.Uid, key, item.Type, item.Reason), item.Message, uptime);
        var identity = Identity(item, combined);
        var message = combined ? CombinedPrefix + item.Message : item.Message;
        ref var known = ref _known.Touch(identity);
        return known = known is null
            ? new EventDecision(names.Next(key.Name, now), message, 1, now, now)
            : known with { Message = message, Count = known.Count + 1, Last = now };
    }

    /// <summary>Decides anew about an event whose object is gone (it expired), or whose name is another's: it is to be created under another name, and counted on from there.</summary>
    /// <param name="item">The event.</param>
    /// <param name="old">What was decided about it.</param>
    public EventDecision Renew(EventSpec item, EventDecision old)
    {
        var anew = old with { Name = names.Next(item.About.Key.Name, old.Last), Count = 1, First = old.Last };
        return _known.Touch(Identity(item, combined: old.Message != item.Message)) = anew;
    }

    // Combined events are one event whatever they say and whichever part of the object they are about; their newest message is shown.
    private static (string Uid, ObjectKey Key, string FieldPath, string Type, string Reason, string Message) Identity(EventSpec item, bool combined) =>
        (item.About.Uid, item.About.Key, combined ? "" : item.About.FieldPath, item.Type, item.Reason, combined ? CombinedPrefix : item.Message);

    private bool Take((string, ObjectKey) source, TimeSpan now)
    {
        ref var bucket = ref _buckets.Touch(source);
        var spent = Math.Max(0, bucket.Spent - (now - bucket.At) / RefillEvery);
        var allowed = spent <= Burst - 1;
        bucket = new Bucket(allowed ? spent + 1 : spent, now);
        return allowed;
    }

    private bool CombineWith((string, ObjectKey, string, string) group, string message, TimeSpan now)
    {
        ref var similar = ref _similar.Touch(group);
        var messages = similar.Messages.IsDefault || now - similar.Last > SimilarWindow ? [] : similar.Messages;
        if (messages.Length < SimilarBeforeCombining && !messages.Contains(message))
            messages = messages.Add(message);
        similar = new Similar(messages, now);
        return messages.Length >= SimilarBeforeCombining;
    }

    private readonly record struct Bucket(double Spent, TimeSpan At);

    private readonly record struct Similar(ImmutableArray<string> Messages, TimeSpan Last);
}
