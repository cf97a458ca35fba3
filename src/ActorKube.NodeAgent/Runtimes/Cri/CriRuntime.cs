using Grpc.Core;
using Grpc.Net.Client;
using V1 = ActorKube.Cri.V1;

namespace ActorKube.NodeAgent.Runtimes.Cri;

/// <summary>
/// A container runtime behind the Container Runtime Interface v1: containerd 1.6 and later, CRI-O. Every call has a deadline; failures become
/// <see cref="RuntimeException"/> in one place.
/// </summary>
internal sealed partial class CriRuntime : IContainerRuntime
{
    private readonly CriRuntimeOptions _options;
    private readonly GrpcChannel _channel;
    private readonly V1.RuntimeService.RuntimeServiceClient _runtime;
    private readonly V1.ImageService.ImageServiceClient _images;

    /// <summary>A client of the runtime; nothing is connected before the first call.</summary>
    public CriRuntime(CriRuntimeOptions options)
    {
        _options = options;
        _channel = CriChannel.Open(options.Endpoint);
        _runtime = new V1.RuntimeService.RuntimeServiceClient(_channel);
        _images = new V1.ImageService.ImageServiceClient(_channel);
        LogFiles = new DiskLogFiles(options.Time, options.LogPollInterval);
    }

    /// <inheritdoc/>
    public IContainerLogFiles LogFiles { get; }

    /// <inheritdoc/>
    public async Task<RuntimeVersion> GetVersionAsync(CancellationToken cancel)
    {
        var answer = await CallAsync(_runtime.VersionAsync, new V1.VersionRequest { Version = "v1" }, cancel);
        return new RuntimeVersion(answer.RuntimeName, answer.RuntimeVersion, answer.RuntimeApiVersion);
    }

    /// <inheritdoc/>
    public async Task<RuntimeStatus> GetStatusAsync(CancellationToken cancel) =>
        (await CallAsync(_runtime.StatusAsync, new V1.StatusRequest(), cancel)).FromWire();

    /// <inheritdoc/>
    public Task UpdatePodCidrsAsync(IReadOnlyList<string> podCidrs, CancellationToken cancel) => CallAsync(
        _runtime.UpdateRuntimeConfigAsync,
        new V1.UpdateRuntimeConfigRequest
        {
            RuntimeConfig = new V1.RuntimeConfig { NetworkConfig = new V1.NetworkConfig { PodCidr = string.Join(',', podCidrs) } },
        },
        cancel);

    /// <inheritdoc/>
    public IAsyncEnumerable<RuntimeEvent> WatchAsync(CancellationToken cancel) => new CriLifecycle(this, _runtime, _options).WatchAsync(cancel);

    /// <summary>Closes the connection; the runtime and its pods stay.</summary>
    public ValueTask DisposeAsync()
    {
        _channel.Dispose();
        return ValueTask.CompletedTask;
    }

    private Task<TAnswer> CallAsync<TRequest, TAnswer>(
        Func<TRequest, CallOptions, AsyncUnaryCall<TAnswer>> call, TRequest request, CancellationToken cancel) =>
        CallAsync(call, request, _options.RequestTimeout, CriErrors.Translate, cancel);

    private Task<TAnswer> CallAsync<TRequest, TAnswer>(
        Func<TRequest, CallOptions, AsyncUnaryCall<TAnswer>> call, TRequest request, TimeSpan timeout, CancellationToken cancel) =>
        CallAsync(call, request, timeout, CriErrors.Translate, cancel);

    private async Task<TAnswer> CallAsync<TRequest, TAnswer>(
        Func<TRequest, CallOptions, AsyncUnaryCall<TAnswer>> call,
        TRequest request,
        TimeSpan timeout,
        Func<RpcException, RuntimeException> translate,
        CancellationToken cancel)
    {
        try
        {
            return await call(request, new CallOptions(deadline: (_options.Time.GetUtcNow() + timeout).UtcDateTime, cancellationToken: cancel));
        }
        catch (RpcException e) when (e.StatusCode == StatusCode.Cancelled && cancel.IsCancellationRequested)
        {
            throw new OperationCanceledException(e.Message, e, cancel);
        }
        catch (RpcException e)
        {
            throw translate(e);
        }
        catch (ObjectDisposedException e)
        {
            throw new RuntimeException(RuntimeErrorKind.Unavailable, "the connection to the container runtime was closed", e);
        }
    }

    private static async Task IgnoreNotFoundAsync(Task call)
    {
        try
        {
            await call;
        }
        catch (RuntimeException e) when (e.Kind == RuntimeErrorKind.NotFound)
        {
            // Gone is what was asked for; some versions of containerd call it an error.
        }
    }
}
