namespace ActorKube.Controllers.Shell;

/// <summary>How far a controller has come in this process.</summary>
internal enum ControllerPhase
{
    /// <summary>It does not run here.</summary>
    Ended,

    /// <summary>It runs, but decides nothing yet.</summary>
    Beginning,

    /// <summary>It decides.</summary>
    Working,
}
