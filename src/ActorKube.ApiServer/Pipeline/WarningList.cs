namespace ActorKube.ApiServer.Pipeline;

/// <summary>The warnings of one request, each once, within upstream's limits on their number and length.</summary>
public sealed class WarningList
{
    private const int MaxWarnings = 64;
    private const int MaxLength = 4096;
    private List<string>? _items;

    /// <summary>The warnings so far, in order.</summary>
    public IReadOnlyList<string> Items => _items ?? [];

    /// <summary>Adds a sentence unless it is there already.</summary>
    public void Add(string warning)
    {
        _items ??= [];
        if (_items.Count < MaxWarnings && !_items.Contains(warning))
            _items.Add(warning.Length <= MaxLength ? warning : warning[..MaxLength]);
    }
}
