namespace ActorKube.Controllers.Shell;

/// <summary>Another incarnation of the controller has begun to write: this one has to end. Whoever sees to it that there is always one begins a new one, which sees what was written.</summary>
internal sealed class SupersededException() : Exception("Another incarnation of this controller has begun to work: this one ends.");
