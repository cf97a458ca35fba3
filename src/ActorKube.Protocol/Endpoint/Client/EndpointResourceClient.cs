using System.Runtime.CompilerServices;
using System.Threading.Channels;
using ActorKube.Api.Errors;
using ActorKube.Api.Names;
using ActorKube.Api.Objects;
using ActorKube.Machinery.Client;
using ActorKube.Protocol.Usage;
using Akka.Actor;
using static ActorKube.Protocol.Endpoint.Client.ConnectionMessages;

namespace ActorKube.Protocol.Endpoint.Client;

/// <summary>The client of processes outside the control plane: every request is a message to the endpoint of a control-plane process.</summary>
public sealed class EndpointResourceClient : IBatchingClient, IDisposable
{
    // One more than the window: the sender can never be ahead of what fits.
    private const int WatchQueue = EndpointProtocol.Window + 1;

    private readonly ActorSystem _system;
    private readonly IActorRef _connection;
    private readonly CancellationTokenSource _closed = new();

    /// <summary>Starts the connection as an actor of <paramref name="system"/>; it lives until the client is disposed of, or the system ends.</summary>
    public EndpointResourceClient(ActorSystem system, EndpointOptions options)
    {
        _system = system;
        _connection = system.ActorOf(Props.Create(() => new EndpointConnection(options, _closed)));
    }

    /// <summary>Ends the session. Calls under way end with an unknown outcome.</summary>
    public void Dispose() => _system.Stop(_connection);

    /// <summary>Tells the control plane what this node used. Dropped while there is no session: the next report says it better.</summary>
    public void Report(UsageReport report) => _connection.Tell(new Report(report.Encode()));

    /// <inheritdoc/>
    public ValueTask<StoredObject> GetAsync(ObjectAddress address, ReadOptions? options = null, CancellationToken cancel = default) =>
        options?.MetricLabelSelector is null
            ? ObjectAsync(new EndpointRequest(EndpointOperation.Get, address) { ResourceVersion = options?.ResourceVersion, LabelSelector = options?.LabelSelector }, cancel)
            : throw new ArgumentException("Whoever reads metrics lives in the control plane.", nameof(options));

    /// <inheritdoc/>
    public async ValueTask<ObjectList> ListAsync(GroupVersionResource resource, string? ns, ListOptions? options = null, CancellationToken cancel = default) =>
        EndpointAnswer.DecodeList(await CallAsync(Select(new EndpointRequest(EndpointOperation.List, Collection(resource, ns)) { InNamespace = ns is not null }, options), cancel));

    /// <inheritdoc/>
    public async IAsyncEnumerable<WatchEvent> WatchAsync(GroupVersionResource resource, string? ns, WatchOptions options, [EnumeratorCancellation] CancellationToken cancel = default)
    {
        var channel = Channel.CreateBounded<FollowedBatch>(new BoundedChannelOptions(WatchQueue) { SingleReader = true, SingleWriter = true });
        await using var closed = _closed.Token.UnsafeRegister(static w => ((ChannelWriter<FollowedBatch>)w!).TryComplete(Closed()), channel.Writer);
        _connection.Tell(new Begin(new EndpointRequest(EndpointOperation.Watch, Collection(resource, ns))
        {
            InNamespace = ns is not null,
            ResourceVersion = options.ResourceVersion,
            LabelSelector = options.LabelSelector,
            FieldSelector = options.FieldSelector,
            AllowBookmarks = options.AllowBookmarks,
            SendInitialEvents = options.SendInitialEvents,
            TimeoutSeconds = options.TimeoutSeconds,
        }, channel.Writer));
        try
        {
            await foreach (var batch in channel.Reader.ReadAllAsync(cancel))
            {
                foreach (var item in batch.Events)
                    yield return item;
                _connection.Tell(new Consumed(batch.Id, batch.Sequence));
            }
        }
        finally
        {
            _connection.Tell(new End(channel.Writer));
        }
    }

    /// <inheritdoc/>
    public ValueTask<StoredObject> CreateAsync(ObjectAddress address, ReadOnlyMemory<byte> body, WriteOptions? options = null, CancellationToken cancel = default) =>
        ObjectAsync(Write(EndpointOperation.Create, address, body, options), cancel);

    /// <inheritdoc/>
    public ValueTask<StoredObject> UpdateAsync(ObjectAddress address, ReadOnlyMemory<byte> body, WriteOptions? options = null, CancellationToken cancel = default) =>
        ObjectAsync(Write(EndpointOperation.Update, address, body, options), cancel);

    /// <inheritdoc/>
    public ValueTask<StoredObject> PatchAsync(ObjectAddress address, PatchType type, ReadOnlyMemory<byte> patch, WriteOptions? options = null, CancellationToken cancel = default) =>
        ObjectAsync(Write(EndpointOperation.Patch, address, patch, options) with { PatchType = type }, cancel);

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">There are more patches than may come together.</exception>
    public async ValueTask<IReadOnlyList<PatchOutcome>> PatchManyAsync(
        GroupVersionResource resource, string subresource, PatchType type, IReadOnlyList<ObjectPatch> patches, WriteOptions? options = null, CancellationToken cancel = default)
    {
        if (patches.Count > ObjectPatch.MostTogether)
            throw new ArgumentException($"At most {ObjectPatch.MostTogether} patches can come together.", nameof(patches));
        var request = Write(EndpointOperation.PatchMany, new ObjectAddress(resource, "", "", subresource), EndpointBatch.Encode(patches), options) with { PatchType = type };
        try
        {
            return EndpointBatch.DecodeOutcomes(await CallAsync(request, cancel));
        }
        catch (ApiException failure) when (OlderServer.IsCause(failure))
        {
            return await this.PatchEachAsync(resource, subresource, type, patches, options, cancel);
        }
    }

    /// <inheritdoc/>
    public ValueTask<StoredObject> DeleteAsync(ObjectAddress address, DeleteOptions? options = null, CancellationToken cancel = default) =>
        ObjectAsync(Delete(new EndpointRequest(EndpointOperation.Delete, address), options), cancel);

    /// <inheritdoc/>
    public async ValueTask DeleteCollectionAsync(GroupVersionResource resource, string? ns, DeleteOptions? options = null, ListOptions? select = null, CancellationToken cancel = default) =>
        await CallAsync(Delete(Select(new EndpointRequest(EndpointOperation.DeleteCollection, Collection(resource, ns)) { InNamespace = ns is not null }, select), options), cancel);

    private async ValueTask<StoredObject> ObjectAsync(EndpointRequest request, CancellationToken cancel) => StoredObject.Parse(await CallAsync(request, cancel));

    /// <exception cref="ApiException">The call failed, or its outcome is unknown.</exception>
    private async Task<ReadOnlyMemory<byte>> CallAsync(EndpointRequest request, CancellationToken cancel)
    {
        RequestBodies.CheckSize(request.Body);
        var answer = new TaskCompletionSource<ReadOnlyMemory<byte>>(TaskCreationOptions.RunContinuationsAsynchronously);
        // What is told to an actor that has just ended is heard by nobody.
        await using var closed = _closed.Token.UnsafeRegister(static a => ((TaskCompletionSource<ReadOnlyMemory<byte>>)a!).TrySetException(Closed()), answer);
        _connection.Tell(new Submit(request, answer));
        return await answer.Task.WaitAsync(cancel);
    }

    private static ApiException Closed() => ApiErrors.ServiceUnavailable("the connection to the control plane is closed");

    private static ObjectAddress Collection(GroupVersionResource resource, string? ns) => new(resource, ns ?? "", "");

    private static EndpointRequest Write(EndpointOperation operation, ObjectAddress address, ReadOnlyMemory<byte> body, WriteOptions? options) => options?.Epoch is null
        ? new(operation, address)
        {
            Body = body,
            DryRun = options?.DryRun ?? false,
            FieldManager = options?.FieldManager,
            FieldValidation = options?.FieldValidation,
        }
        : throw new ArgumentException("Roles that have epochs live in the control plane.", nameof(options));

    private static EndpointRequest Select(EndpointRequest request, ListOptions? options) => options is null
        ? request
        : request with
        {
            ResourceVersion = options.ResourceVersion,
            LabelSelector = options.LabelSelector,
            FieldSelector = options.FieldSelector,
            Limit = options.Limit,
            Continue = options.Continue,
        };

    private static EndpointRequest Delete(EndpointRequest request, DeleteOptions? options) => options is null
        ? request
        : request with
        {
            GracePeriodSeconds = options.GracePeriodSeconds,
            PropagationPolicy = options.PropagationPolicy,
            Uid = options.Uid,
            Precondition = options.ResourceVersion,
            DryRun = options.DryRun,
        };
}
