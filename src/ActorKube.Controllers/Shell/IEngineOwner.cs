namespace ActorKube.Controllers.Shell;

/// <summary>Whom a <see cref="ControllerEngine"/> tells what becomes of it, on the owner's own thread.</summary>
internal interface IEngineOwner
{
    /// <summary>A turn has ended.</summary>
    void OnFinished(Work work, PlanOutcome outcome, Finished finished);

    /// <summary>It has been kept from deciding for longer than usual. Told once.</summary>
    /// <param name="reason">By what.</param>
    void OnHindered(string reason);

    /// <summary>It can decide from now on. Told once.</summary>
    void OnReady();
}
