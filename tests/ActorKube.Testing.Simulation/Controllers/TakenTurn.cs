using ActorKube.Api.Names;
using ActorKube.Controllers.Shell;

namespace ActorKube.Testing.Simulation.Controllers;

/// <summary>A turn that a controller has taken.</summary>
/// <param name="Controller">The controller.</param>
/// <param name="Key">What it looked at.</param>
/// <param name="Cause">What made it look.</param>
/// <param name="IsIdle">True when it found nothing to do.</param>
internal sealed record TakenTurn(string Controller, ObjectKey Key, Cause Cause, bool IsIdle)
{
    public override string ToString() => $"{Controller} {Key}{(IsIdle ? " idle" : "")}, because of {(Cause.Resource.Length == 0 ? "time" : $"{Cause.Resource} {Cause.Object}")}";
}
