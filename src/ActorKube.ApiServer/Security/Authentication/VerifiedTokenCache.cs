namespace ActorKube.ApiServer.Security.Authentication;

/// <summary>
/// Remembers tokens whose signature has been verified, which is the expensive part; time and the life of what they are bound to are judged at every use. A fixed
/// table in which a newcomer takes the place of whoever was there: it never grows, and nobody can make it.
/// </summary>
internal sealed class VerifiedTokenCache<T>(int slots)
    where T : class
{
    private readonly Entry?[] _table = new Entry?[slots];

    public T? Find(string token)
    {
        var entry = Volatile.Read(ref Slot(token));
        return entry is not null && entry.Token == token ? entry.Value : null;
    }

    public void Add(string token, T value) => Volatile.Write(ref Slot(token), new Entry(token, value));

    // The runtime's string hash is seeded per process, so a client cannot aim at somebody else's slot.
    private ref Entry? Slot(string token) => ref _table[(uint)token.GetHashCode(StringComparison.Ordinal) % (uint)_table.Length];

    private sealed record Entry(string Token, T Value);
}
