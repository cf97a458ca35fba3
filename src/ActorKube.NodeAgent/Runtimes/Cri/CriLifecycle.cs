using System.Runtime.CompilerServices;
using ActorKube.Machinery.Running;
using Grpc.Core;
using V1 = ActorKube.Cri.V1;

namespace ActorKube.NodeAgent.Runtimes.Cri;

/// <summary>
/// The lifecycle stream over CRI. Lists are the truth: what is told is the difference of two lists. Where the runtime sends events, an event causes the next list at
/// once (events that come during a list are one cause together); where it does not (containerd before 1.7), lists follow each other at the relist interval.
/// </summary>
internal sealed class CriLifecycle(IContainerRuntime runtime, V1.RuntimeService.RuntimeServiceClient client, CriRuntimeOptions options)
{
    private readonly WakeSignal _wake = new();
    private volatile bool _hasEvents;

    public async IAsyncEnumerable<RuntimeEvent> WatchAsync([EnumeratorCancellation] CancellationToken cancel)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        var listening = ListenAsync(stop.Token);
        try
        {
            var differ = new LifecycleDiffer();
            while (true)
            {
                foreach (var e in await RelistAsync(differ, cancel))
                    yield return e;
                await _wake.WaitAsync(_hasEvents ? options.EventedRelistInterval : options.RelistInterval, options.Time, cancel);
            }
        }
        finally
        {
            await stop.CancelAsync();
            await listening.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    // A runtime that does not answer has not changed, as far as anyone can tell: its pods go on without it.
    private async Task<List<RuntimeEvent>> RelistAsync(LifecycleDiffer differ, CancellationToken cancel)
    {
        try
        {
            var containers = await runtime.ListContainersAsync(ContainerFilter.All, cancel);
            var sandboxes = await runtime.ListSandboxesAsync(SandboxFilter.All, cancel);
            return differ.Observe(containers, sandboxes);
        }
        catch (RuntimeException)
        {
            return [];
        }
    }

    private async Task ListenAsync(CancellationToken stop)
    {
        while (true)
        {
            try
            {
                using var call = client.GetContainerEvents(new V1.GetEventsRequest(), cancellationToken: stop);
                while (await call.ResponseStream.MoveNext(stop))
                {
                    _hasEvents = true;
                    _wake.Set();
                }
            }
            catch (RpcException e) when (e.StatusCode == StatusCode.Unimplemented)
            {
                return;
            }
            catch (RpcException) when (!stop.IsCancellationRequested)
            {
                // Lists go on meanwhile; the stream is tried again below.
            }
            _hasEvents = false;
            _wake.Set();
            await Task.Delay(options.RelistInterval, options.Time, stop);
        }
    }
}
