using ActorKube.Benchmarks;
using BenchmarkDotNet.Running;

if (args is ["memory", ..])
    ControllerMemory.Measure();
else
    BenchmarkSwitcher.FromAssembly(typeof(AllocationConfig).Assembly).Run(args, new AllocationConfig());
