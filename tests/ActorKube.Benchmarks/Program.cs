using ActorKube.Benchmarks;
using BenchmarkDotNet.Running;

BenchmarkSwitcher.FromAssembly(typeof(AllocationConfig).Assembly).Run(args, new AllocationConfig());
