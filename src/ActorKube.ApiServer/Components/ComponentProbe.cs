namespace ActorKube.ApiServer.Components;

/// <summary>A part of the control plane that <c>componentstatuses</c> shows, and how to find out how it is.</summary>
/// <param name="Name">Its name there, for example <c>scheduler</c>.</param>
/// <param name="CheckAsync">Looks, now. Who takes too long is cancelled.</param>
public sealed record ComponentProbe(string Name, Func<CancellationToken, Task<ComponentHealth>> CheckAsync);

/// <summary>How a part of the control plane is.</summary>
/// <param name="IsHealthy">Whether it works; null when that cannot be told.</param>
/// <param name="Message">What it says of itself; <c>ok</c> when all is well.</param>
/// <param name="Error">Why it could not be asked, or what it failed with; empty for nothing.</param>
public sealed record ComponentHealth(bool? IsHealthy, string Message, string Error = "")
{
    /// <summary>All is well.</summary>
    public static readonly ComponentHealth Ok = new(true, "ok");

    /// <summary>It says itself, by word or by silence, that it does not work.</summary>
    public static ComponentHealth Unhealthy(string message) => new(false, message);

    /// <summary>It cannot be told how it is.</summary>
    public static ComponentHealth Unknown(string error) => new(null, "", error);

    /// <summary>It failed.</summary>
    public static ComponentHealth Failed(string error) => new(false, "", error);
}
