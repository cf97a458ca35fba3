namespace ActorKube.NodeAgent.Runtimes.Simulated;

/// <summary>
/// What a simulated container uses: the scripts of its pod's annotations. Times in a script count from the start of the container, or from when the script was seen to have been changed:
/// so <c>kubectl annotate</c> changes the load of pods that run.
/// </summary>
internal sealed class SimulatedUse(SimulationScript script, DateTimeOffset startedAt)
{
    private SimulationScript _script = script;
    private DateTimeOffset _begun = startedAt;
    private DateTimeOffset _readAt = startedAt;
    private Int128 _cpuNanoseconds;

    /// <summary>CPU time since the start and memory in bytes.</summary>
    /// <param name="now">The time.</param>
    /// <param name="newest">The script as the annotations have it now.</param>
    public (ulong CpuNanoseconds, ulong MemoryBytes) Read(DateTimeOffset now, SimulationScript newest)
    {
        _cpuNanoseconds += _script.Cpu.Between(_readAt - _begun, now - _begun);
        _readAt = now;
        if (!newest.Cpu.Steps.AsSpan().SequenceEqual(_script.Cpu.Steps.AsSpan()) || !newest.Memory.Steps.AsSpan().SequenceEqual(_script.Memory.Steps.AsSpan()))
            (_script, _begun) = (newest, now);
        return ((ulong)_cpuNanoseconds, (ulong)_script.Memory.At(now - _begun));
    }
}
