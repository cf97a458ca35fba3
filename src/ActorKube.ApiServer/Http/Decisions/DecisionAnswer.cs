using ActorKube.ApiServer.Trail;

namespace ActorKube.ApiServer.Http.Decisions;

/// <summary>Puts together what is answered to a <see cref="DecisionQuery"/>.</summary>
internal static class DecisionAnswer
{
    /// <summary>Most entries in one answer; the newest are kept.</summary>
    public const int Most = 200;

    /// <summary>Who is silent where changes of users could not be read.</summary>
    public const string Users = "users' changes";

    /// <summary>The answer.</summary>
    /// <param name="decided">What controllers and scheduler say.</param>
    /// <param name="made">What users changed; null where it could not be read.</param>
    public static DecisionList Of(DecisionList decided, IReadOnlyList<UserChange>? made)
    {
        var items = (made ?? []).Select(Entry).Concat(decided.Items).OrderBy(static d => d.At).ToArray();
        var omitted = Math.Max(0, items.Length - Most);
        return decided with { Items = items[omitted..], Omitted = omitted, Silent = made is null ? [.. decided.Silent, Users] : decided.Silent };
    }

    private static DecisionEntry Entry(UserChange change) => new(change.At, change.User, change.Fields)
    {
        IsByUser = true,
        Writes = [new(change.Verb, new(change.Subresource.Length == 0 ? change.Resource.ToString() : $"{change.Resource}/{change.Subresource}", change.Object.ToString(), change.Revision), "")],
        WriteCount = 1,
    };
}
