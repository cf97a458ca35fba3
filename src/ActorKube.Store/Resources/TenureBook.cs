using ActorKube.Protocol.Store;

namespace ActorKube.Store.Resources;

/// <summary>Who holds which role while a resource's actor lives. Nothing here is durable: an actor that begins anew knows of no tenure, and refuses the writes of all until they have asked again.</summary>
internal sealed class TenureBook
{
    private readonly Dictionary<string, string> _holders = [];

    /// <summary>What becomes of a command by its tenure alone; null when the state of the objects decides.</summary>
    public WriteOutcome? Judge(WriteCommand command) => command switch
    {
        BeginTenure begin => Begin(begin.Begun, begin.Renews),
        { Tenure: { } tenure } when _holders.GetValueOrDefault(tenure.Role) != tenure.Holder => WriteOutcome.Fenced,
        _ => null,
    };

    private WriteOutcome Begin(Tenure tenure, bool renews)
    {
        if (renews && _holders.TryGetValue(tenure.Role, out var holder) && holder != tenure.Holder)
            return WriteOutcome.Fenced;
        _holders[tenure.Role] = tenure.Holder;
        return WriteOutcome.Committed;
    }
}
