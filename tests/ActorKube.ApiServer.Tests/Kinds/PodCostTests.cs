using System.Diagnostics;
using ActorKube.Api.Users;
using ActorKube.Api.Validation;

namespace ActorKube.ApiServer.Tests.Kinds;

public sealed class PodCostTests(ITestOutputHelper output)
{
    private const int Rounds = 4000;

    [Theory]
    [InlineData(Samples.SmallPod, 4_000)]
    [InlineData(Samples.RichPod, 20_000)]
    public void Completing_and_checking_a_pod_stays_within_its_budget_of_memory(string json, long maxBytes)
    {
        var strategy = KindBench.Strategy("pods");
        var user = new UserInfo("alice");
        var pod = KindBench.Defaulted("pods", json);
        Run(Rounds / 4);
        var before = GC.GetAllocatedBytesForCurrentThread();
        var watch = Stopwatch.StartNew();
        Run(Rounds);
        output.WriteLine($"{watch.Elapsed.TotalMicroseconds / Rounds:F1} us and {(GC.GetAllocatedBytesForCurrentThread() - before) / Rounds} bytes per pod");
        Assert.InRange((GC.GetAllocatedBytesForCurrentThread() - before) / Rounds, 0, maxBytes);

        void Run(int rounds)
        {
            for (var i = 0; i < rounds; i++)
            {
                strategy.Default(pod);
                strategy.PrepareForCreate(pod, user);
                strategy.Validate(pod, new FieldErrors());
            }
        }
    }
}
