using System.Threading.Channels;
using ActorKube.Api.Errors;
using ActorKube.Api.Names;
using ActorKube.Api.Objects;
using ActorKube.Machinery.Client;

namespace ActorKube.NodeAgent.Tests.Support;

/// <summary>A client that takes patches together, and answers when the test says so; nothing else.</summary>
internal sealed class BatchingClient : IBatchingClient
{
    private readonly Channel<Message> _messages = Channel.CreateUnbounded<Message>();

    /// <summary>The next message that was sent.</summary>
    public Task<Message> NextAsync() => _messages.Reader.ReadAsync(TestContext.Current.CancellationToken).AsTask().WaitAsync(TimeSpan.FromSeconds(20));

    public async ValueTask<IReadOnlyList<PatchOutcome>> PatchManyAsync(
        GroupVersionResource resource, string subresource, PatchType type, IReadOnlyList<ObjectPatch> patches, WriteOptions? options = null, CancellationToken cancel = default)
    {
        var message = new Message(patches);
        _messages.Writer.TryWrite(message);
        return await message.Answered.WaitAsync(cancel);
    }

    public ValueTask<StoredObject> GetAsync(ObjectAddress address, ReadOptions? options = null, CancellationToken cancel = default) => throw new NotSupportedException();

    public ValueTask<ObjectList> ListAsync(GroupVersionResource resource, string? ns, ListOptions? options = null, CancellationToken cancel = default) => throw new NotSupportedException();

    public IAsyncEnumerable<WatchEvent> WatchAsync(GroupVersionResource resource, string? ns, WatchOptions options, CancellationToken cancel = default) => throw new NotSupportedException();

    public ValueTask<StoredObject> CreateAsync(ObjectAddress address, ReadOnlyMemory<byte> body, WriteOptions? options = null, CancellationToken cancel = default) => throw new NotSupportedException();

    public ValueTask<StoredObject> UpdateAsync(ObjectAddress address, ReadOnlyMemory<byte> body, WriteOptions? options = null, CancellationToken cancel = default) => throw new NotSupportedException();

    public ValueTask<StoredObject> PatchAsync(ObjectAddress address, PatchType type, ReadOnlyMemory<byte> patch, WriteOptions? options = null, CancellationToken cancel = default) => throw new NotSupportedException();

    public ValueTask<StoredObject> DeleteAsync(ObjectAddress address, DeleteOptions? options = null, CancellationToken cancel = default) => throw new NotSupportedException();

    public ValueTask DeleteCollectionAsync(GroupVersionResource resource, string? ns, DeleteOptions? options = null, ListOptions? select = null, CancellationToken cancel = default) => throw new NotSupportedException();

    /// <summary>Patches that went together.</summary>
    internal sealed class Message(IReadOnlyList<ObjectPatch> patches)
    {
        private readonly TaskCompletionSource<IReadOnlyList<PatchOutcome>> _answer = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public IReadOnlyList<ObjectPatch> Patches => patches;

        public Task<IReadOnlyList<PatchOutcome>> Answered => _answer.Task;

        public void Answer(params PatchOutcome[] outcomes) => _answer.TrySetResult(outcomes);

        public void Fail(ApiException failure) => _answer.TrySetException(failure);
    }
}
