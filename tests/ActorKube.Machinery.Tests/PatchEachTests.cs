using System.Text;
using ActorKube.Api.Names;
using ActorKube.Api.Objects;
using ActorKube.Machinery.Client;

namespace ActorKube.Machinery.Tests;

public sealed class PatchEachTests
{
    private const int Patches = 64;

    [Fact]
    public async Task Of_many_patches_only_so_many_are_under_way_at_once()
    {
        var client = new HoldingClient();
        var held = client.Held;
        var outcomes = client.PatchEachAsync(
            WellKnownResources.Pods, "status", PatchType.Merge, [.. Enumerable.Range(0, Patches).Select(static i => new ObjectPatch(new ObjectKey("default", $"p-{i}"), "{}"u8.ToArray()))],
            cancel: TestContext.Current.CancellationToken).AsTask();
        for (var answered = 0; answered < Patches; answered++)
        {
            Assert.Equal(Math.Min(ResourceClientPatching.MostAtOnce + answered, Patches), held.Count);
            // Whoever waits for the answer goes on before this returns.
            held[answered].SetResult(StoredObject.Parse(Encoding.UTF8.GetBytes($$$"""{"metadata":{"name":"p-{{{answered}}}","namespace":"default","resourceVersion":"{{{answered + 1}}}"}}""")));
        }
        Assert.Equal(Enumerable.Range(1, Patches), (await outcomes).Select(static o => (int)o.Revision));
    }

    [Fact]
    public void Ten_at_a_time_fit_a_session_of_an_older_server() => Assert.True(10 * ResourceClientPatching.MostAtOnce < 512);

    /// <summary>A client that takes patches one by one, and answers when it is told to; nothing else.</summary>
    private sealed class HoldingClient : IResourceClient
    {
        public List<TaskCompletionSource<StoredObject>> Held { get; } = [];

        public ValueTask<StoredObject> PatchAsync(ObjectAddress address, PatchType type, ReadOnlyMemory<byte> patch, WriteOptions? options = null, CancellationToken cancel = default)
        {
            Held.Add(new TaskCompletionSource<StoredObject>());
            return new(Held[^1].Task);
        }

        public ValueTask<StoredObject> GetAsync(ObjectAddress address, ReadOptions? options = null, CancellationToken cancel = default) => throw new NotSupportedException();

        public ValueTask<ObjectList> ListAsync(GroupVersionResource resource, string? ns, ListOptions? options = null, CancellationToken cancel = default) => throw new NotSupportedException();

        public IAsyncEnumerable<WatchEvent> WatchAsync(GroupVersionResource resource, string? ns, WatchOptions options, CancellationToken cancel = default) => throw new NotSupportedException();

        public ValueTask<StoredObject> CreateAsync(ObjectAddress address, ReadOnlyMemory<byte> body, WriteOptions? options = null, CancellationToken cancel = default) => throw new NotSupportedException();

        public ValueTask<StoredObject> UpdateAsync(ObjectAddress address, ReadOnlyMemory<byte> body, WriteOptions? options = null, CancellationToken cancel = default) => throw new NotSupportedException();

        public ValueTask<StoredObject> DeleteAsync(ObjectAddress address, DeleteOptions? options = null, CancellationToken cancel = default) => throw new NotSupportedException();

        public ValueTask DeleteCollectionAsync(GroupVersionResource resource, string? ns, DeleteOptions? options = null, ListOptions? select = null, CancellationToken cancel = default) => throw new NotSupportedException();
    }
}
