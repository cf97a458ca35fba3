using ActorKube.Api.Quantities;

namespace ActorKube.Api.Quotas;

/// <summary>What quotas have to know of one object; read once, asked often.</summary>
public sealed record QuotaItem
{
    private static readonly Amounts Nothing = new();

    /// <summary>What it counts for as long as it is stored.</summary>
    public required Amounts Stored { get; init; }

    /// <summary>What it counts for besides while it is alive.</summary>
    public Amounts Alive { get; init; } = Nothing;

    /// <summary>It has ended.</summary>
    public bool Ended { get; init; }

    /// <summary>When it counts as ended because its deletion should be over; null when it is not being deleted.</summary>
    public DateTimeOffset? EndsAt { get; init; }

    /// <summary>It is a pod that ends at a deadline.</summary>
    public bool IsTerminating { get; init; }

    /// <summary>It is a pod of the lowest class of service.</summary>
    public bool IsBestEffort { get; init; }

    /// <summary>It is a pod whose placement depends on other namespaces.</summary>
    public bool HasCrossNamespaceAffinity { get; init; }

    /// <summary>Priority class of a pod.</summary>
    public string PriorityClass { get; init; } = "";

    /// <summary>Volume attributes classes of a claim: those it has, had and is to get.</summary>
    public IReadOnlySet<string> AttributesClasses { get; init; } = new HashSet<string>();

    /// <summary>What it counts for.</summary>
    public Amounts Usage(DateTimeOffset now) => IsOver(now) || Alive.Count == 0 ? Stored : Stored.Plus(Alive);

    /// <summary>What it counts for of one resource; zero when it does not. Makes no list: a namespace may have thousands of pods.</summary>
    public Quantity Amount(string name, DateTimeOffset now) => IsOver(now) ? Stored[name] : Stored[name] + Alive[name];

    /// <summary>Whether every quota counts both alike, but for what passing time changes.</summary>
    public bool SameFor(QuotaItem other) =>
        Stored.SameAs(other.Stored) && Alive.SameAs(other.Alive) && Ended == other.Ended && IsTerminating == other.IsTerminating && IsBestEffort == other.IsBestEffort
        && HasCrossNamespaceAffinity == other.HasCrossNamespaceAffinity && PriorityClass == other.PriorityClass && AttributesClasses.SetEquals(other.AttributesClasses);

    /// <summary>Whether it needs nothing any more (upstream: <c>QuotaV1Pod</c>).</summary>
    public bool IsOver(DateTimeOffset now) => Ended || now > EndsAt;
}
