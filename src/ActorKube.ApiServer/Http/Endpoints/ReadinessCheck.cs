namespace ActorKube.ApiServer.Http.Endpoints;

/// <summary>A step of the start that has to be over before the server is ready.</summary>
internal sealed class ReadinessCheck(string name) : IHealthCheck
{
    private volatile bool _passed;

    public string Name => name;

    public bool IsLiveness => false;

    /// <summary>The step is over.</summary>
    public void Pass() => _passed = true;

    public ValueTask<string?> CheckAsync(CancellationToken cancel) => new(_passed ? null : "not finished");
}
