using System.Runtime.CompilerServices;
using System.Threading.Channels;
using ActorKube.Api.Names;
using ActorKube.Api.Objects;
using ActorKube.Machinery.Client;

namespace ActorKube.ApiServer.Tests.Endpoint;

/// <summary>What stands behind the endpoint in these tests: reads answer what the test says, watches show what it writes.</summary>
internal sealed class ScriptedClient : IResourceClient
{
    public Func<ObjectAddress, CancellationToken, Task<StoredObject>> OnGet { get; set; } = static (address, _) => Task.FromResult(Item(address.Name, 1));

    public Func<ObjectAddress, Task<StoredObject>> OnPatch { get; set; } = static _ => throw new NotSupportedException();

    public Func<Task<ObjectList>> OnList { get; set; } = static () => Task.FromResult(new ObjectList([], "1", null));

    public Func<WatchOptions, ChannelReader<WatchEvent>> OnWatch { get; set; } = static _ => Channel.CreateUnbounded<WatchEvent>().Reader;

    public static StoredObject Item(string name, long revision, int size = 0) => StoredObject.Parse(System.Text.Encoding.UTF8.GetBytes(
        $$$"""{"metadata":{"name":"{{{name}}}","namespace":"default","resourceVersion":"{{{revision}}}"},"data":"{{{new string('x', size)}}}"}"""));

    public ValueTask<StoredObject> GetAsync(ObjectAddress address, ReadOptions? options = null, CancellationToken cancel = default) => new(OnGet(address, cancel));

    public ValueTask<ObjectList> ListAsync(GroupVersionResource resource, string? ns, ListOptions? options = null, CancellationToken cancel = default) => new(OnList());

    public async IAsyncEnumerable<WatchEvent> WatchAsync(GroupVersionResource resource, string? ns, WatchOptions options, [EnumeratorCancellation] CancellationToken cancel = default)
    {
        await foreach (var change in OnWatch(options).ReadAllAsync(cancel))
            yield return change;
    }

    public ValueTask<StoredObject> CreateAsync(ObjectAddress address, ReadOnlyMemory<byte> body, WriteOptions? options = null, CancellationToken cancel = default) => throw new NotSupportedException();

    public ValueTask<StoredObject> UpdateAsync(ObjectAddress address, ReadOnlyMemory<byte> body, WriteOptions? options = null, CancellationToken cancel = default) => throw new NotSupportedException();

    public ValueTask<StoredObject> PatchAsync(ObjectAddress address, PatchType type, ReadOnlyMemory<byte> patch, WriteOptions? options = null, CancellationToken cancel = default) => new(OnPatch(address));

    public ValueTask<StoredObject> DeleteAsync(ObjectAddress address, DeleteOptions? options = null, CancellationToken cancel = default) => throw new NotSupportedException();

    public ValueTask DeleteCollectionAsync(GroupVersionResource resource, string? ns, DeleteOptions? options = null, ListOptions? select = null, CancellationToken cancel = default) => throw new NotSupportedException();
}
