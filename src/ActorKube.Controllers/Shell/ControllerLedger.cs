namespace ActorKube.Controllers.Shell;

/// <summary>What a controller's journal holds, and what it will hold once everything on its way is written. Whoever owns it does the writing, in order.</summary>
/// <param name="decisionsKept">Length of the decision log.</param>
internal sealed class ControllerLedger(int decisionsKept)
{
    // A requeue that is taken back and asked for again while the first is on its way has to be written again.
    private ControllerState _coming = ControllerState.Empty;

    /// <summary>What is durable.</summary>
    public ControllerState Written { get; private set; } = ControllerState.Empty;

    /// <summary>Goes on from what is durable: a snapshot, or <see cref="Written"/> after a death that took what was on its way.</summary>
    public void Recover(ControllerState state) => _coming = Written = state;

    /// <summary>Takes an entry of the journal again.</summary>
    public void Recover(WorkFinished item) => Recover(After(Written, item));

    /// <summary>What has to be written of a turn; null when the journal will say so already.</summary>
    public WorkFinished? ToWrite(Work work, Finished finished)
    {
        var item = new WorkFinished(work.Key, finished.Decision, finished.Requeue) { Memory = finished.Memory };
        if (!_coming.IsChangedBy(item))
            return null;
        _coming = After(_coming, item);
        return item;
    }

    /// <summary>An entry is durable.</summary>
    public void OnWritten(WorkFinished item) => Written = After(Written, item);

    private ControllerState After(ControllerState state, WorkFinished item) => state.After(item, decisionsKept);
}
