using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Diagnosers;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Toolchains.InProcess.Emit;

namespace ActorKube.Benchmarks;

/// <summary>
/// Few, short runs in this process: the allocated bytes, by which regressions are judged, are exact after one run, and times on a shared machine are not exact
/// after a hundred.
/// </summary>
public sealed class AllocationConfig : ManualConfig
{
    public AllocationConfig()
    {
        Add(DefaultConfig.Instance);
        AddDiagnoser(MemoryDiagnoser.Default);
        AddJob(Job.Default.WithToolchain(InProcessEmitToolchain.Instance).WithWarmupCount(3).WithIterationCount(5));
        WithOptions(ConfigOptions.DisableOptimizationsValidator);
    }
}
