using ActorKube.Api.Names;

namespace ActorKube.ApiServer.Http.Decisions;

/// <summary>Asks those who decide what they have decided about an object.</summary>
/// <param name="Resource">The object's resource.</param>
/// <param name="Key">The object.</param>
/// <param name="Since">Only decisions from then on; null for all that are kept.</param>
public sealed record DecisionQuery(GroupResource Resource, ObjectKey Key, DateTimeOffset? Since);

/// <summary>The answer to a <see cref="DecisionQuery"/>; also its form as JSON, in which fields may be added but never change their meaning.</summary>
/// <param name="Items">What was decided, oldest first.</param>
/// <param name="Silent">Those who were asked and have not answered in time.</param>
public sealed record DecisionList(IReadOnlyList<DecisionEntry> Items, IReadOnlyList<string> Silent)
{
    /// <summary>Kind of the answer.</summary>
    public string Kind { get; init; } = "DecisionList";

    /// <summary>Version of the answer's form.</summary>
    public string ApiVersion { get; init; } = "actorkube/v1";

    /// <summary>Number of earlier decisions that were left out.</summary>
    public int Omitted { get; init; }
}

/// <summary>One decision of a controller or of the scheduler, or a change that a user made.</summary>
/// <param name="At">When it was taken.</param>
/// <param name="By">Who took it: a controller's name, <c>scheduler</c>, or a user's name.</param>
/// <param name="Reasons">Why, in words; of a user's change, which fields differ.</param>
public sealed record DecisionEntry(DateTimeOffset At, string By, IReadOnlyList<string> Reasons)
{
    /// <summary>True for a change that a user made.</summary>
    public bool IsByUser { get; init; }

    /// <summary>The change that made it look; null when time had passed, or for the scheduler.</summary>
    public DecisionObject? Cause { get; init; }

    /// <summary>What it wrote: the first few.</summary>
    public IReadOnlyList<DecisionWriteEntry> Writes { get; init; } = [];

    /// <summary>Number of all its writes.</summary>
    public int WriteCount { get; init; }

    /// <summary>Where the scheduler put a pod, or why nowhere; null for controllers.</summary>
    public DecisionPlacement? Placement { get; init; }
}

/// <summary>An object at a revision.</summary>
/// <param name="Resource">Its resource, for example <c>deployments.apps</c>.</param>
/// <param name="Name">Its name, with the namespace before it.</param>
/// <param name="Revision">The revision; 0 when unknown.</param>
public sealed record DecisionObject(string Resource, string Name, long Revision);

/// <summary>One write of a decision.</summary>
/// <param name="Verb">What was done.</param>
/// <param name="Object">To what.</param>
/// <param name="Error">Why it failed; empty when it did not.</param>
public sealed record DecisionWriteEntry(string Verb, DecisionObject Object, string Error);

/// <summary>What an attempt to schedule a pod came to.</summary>
/// <param name="Outcome"><c>Placed</c>, <c>Unschedulable</c> or <c>Failed</c>.</param>
/// <param name="Nodes">Nodes in the cluster.</param>
/// <param name="Feasible">Nodes that fit.</param>
/// <param name="Evaluated">Nodes that were looked at.</param>
public sealed record DecisionPlacement(string Outcome, int Nodes, int Feasible, int Evaluated)
{
    /// <summary>The node chosen; null for none.</summary>
    public DecisionRank? Winner { get; init; }

    /// <summary>The best of the others; null for none.</summary>
    public DecisionRank? RunnerUp { get; init; }

    /// <summary>Why nodes were ruled out, as <c>plugin: reason</c>, with the number of nodes.</summary>
    public IReadOnlyDictionary<string, int> RuledOut { get; init; } = new Dictionary<string, int>();
}

/// <summary>A node that was ranked.</summary>
/// <param name="Node">Its name.</param>
/// <param name="Score">Its score.</param>
/// <param name="Scores">What each plugin gave; empty when there was nothing to choose from.</param>
public sealed record DecisionRank(string Node, long Score, IReadOnlyDictionary<string, long> Scores);
