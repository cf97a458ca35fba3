using System.Collections.Immutable;
using ActorKube.Controllers.Cloud;
using ActorKube.Controllers.Cloud.Providers.Simulated;
using ActorKube.Controllers.Hosting;
using ActorKube.Controllers.Tests.Harness;
using Microsoft.Extensions.Time.Testing;

namespace ActorKube.Controllers.Tests.Cloud;

public class CloudCallerTests
{
    private static readonly CloudNode Node = CloudNode.Project(Manifests.Object("""{"metadata":{"name":"n"},"spec":{}}"""));

    private readonly FakeTimeProvider _time = new();

    private Task<Machinery.Reconciling.OutsideAnswer> Call(ICloudProvider cloud, CancellationToken cancel = default) =>
        new CloudCaller(cloud, _time, TimeSpan.FromSeconds(60)).CallAsync(new InstanceExists(Node), cancel);

    private SimulatedCloud Simulated(SimulatedCloudOptions? options = null, double chance = 1) => new(options ?? CloudHarness.Options.Simulated, new NoBalancers(), _time, () => chance);

    [Fact]
    public async Task An_answer_that_takes_its_time_arrives()
    {
        var answer = Call(Simulated(CloudHarness.Options.Simulated with { Delay = TimeSpan.FromSeconds(59) }));
        Assert.False(answer.IsCompleted);
        _time.Advance(TimeSpan.FromSeconds(59));
        Assert.Equal((true, null), ((bool?)(await answer).Result, (await answer).Error));
    }

    [Fact]
    public async Task A_call_without_an_answer_fails_at_its_deadline_even_if_the_provider_does_not_heed_it()
    {
        var answer = Call(new DeafCloud());
        _time.Advance(TimeSpan.FromSeconds(60));
        Assert.Equal("no answer within 60 s", (await answer).Error);
    }

    [Fact]
    public async Task A_call_ends_with_its_controller()
    {
        using var stop = new CancellationTokenSource();
        var answer = Call(new DeafCloud(), stop.Token);
        await stop.CancelAsync();
        Assert.Equal("the controller has stopped", (await answer).Error);
    }

    [Fact]
    public async Task Failures_come_by_setting_and_by_annotation()
    {
        var often = CloudHarness.Options.Simulated with { FailureRate = 0.5 };
        Assert.Equal("the simulated cloud fails exists", (await Call(Simulated(often, chance: 0.4))).Error);
        Assert.Null((await Call(Simulated(often, chance: 0.6))).Error);
        var scripted = CloudNode.Project(Manifests.Object("""{"metadata":{"name":"n","annotations":{"simulated.actorkube.io/cloud-error":"no such region"}},"spec":{}}"""));
        Assert.Equal("no such region", (await new CloudCaller(Simulated(), _time, TimeSpan.FromSeconds(1)).CallAsync(new InstanceExists(scripted), default)).Error);
        var wrong = CloudNode.Project(Manifests.Object("""{"metadata":{"name":"n","annotations":{"simulated.actorkube.io/instance":"lost"}},"spec":{}}"""));
        Assert.Contains("has to be running, shutdown or gone", (await new CloudCaller(Simulated(), _time, TimeSpan.FromSeconds(1)).CallAsync(new InstanceExists(wrong), default)).Error);
    }

    [Fact]
    public async Task A_provider_without_the_part_says_so() =>
        Assert.Equal("the cloud provider has no such thing", (await new CloudCaller(new DeafCloud(), _time, TimeSpan.FromSeconds(1)).CallAsync(new ListRoutes(), default)).Error);

    private sealed class DeafCloud : ICloudProvider, IInstances
    {
        public IInstances Instances => this;

        public ILoadBalancers? LoadBalancers => null;

        public IRoutes? Routes => null;

        public Task<bool> ExistsAsync(CloudNode node, CancellationToken cancel) => new TaskCompletionSource<bool>().Task;

        public Task<bool> IsShutDownAsync(CloudNode node, CancellationToken cancel) => ExistsAsync(node, cancel);

        public Task<InstanceMetadata?> DescribeAsync(CloudNode node, CancellationToken cancel) => throw new NotSupportedException();
    }

    private sealed class NoBalancers : ILoadBalancers
    {
        public Task<LoadBalancerStatus?> FindAsync(BalancedService service, CancellationToken cancel) => throw new NotSupportedException();

        public Task<LoadBalancerStatus> EnsureAsync(BalancedService service, ImmutableArray<BalancedNode> nodes, CancellationToken cancel) => throw new NotSupportedException();

        public Task UpdateAsync(BalancedService service, ImmutableArray<BalancedNode> nodes, CancellationToken cancel) => throw new NotSupportedException();

        public Task DeleteAsync(BalancedService service, CancellationToken cancel) => throw new NotSupportedException();
    }
}
