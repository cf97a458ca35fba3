using System.Diagnostics.CodeAnalysis;
using ActorKube.ApiServer.Kinds;
using ActorKube.Protocol.Store;

namespace ActorKube.ApiServer.Verbs;

/// <summary>A watch whose objects are shown in another version than they are stored in.</summary>
internal sealed class ConvertedWatch(IResourceWatch inner, ServedResource served) : IResourceWatch
{
    /// <inheritdoc/>
    public long SafeRevision => inner.SafeRevision;

    /// <inheritdoc/>
    public bool TryRead([NotNullWhen(true)] out ResourceChange? change)
    {
        if (!inner.TryRead(out var stored))
        {
            change = null;
            return false;
        }
        change = new ResourceChange(stored.Type, StoredForm.Serve(stored.Object, served), stored.Revision);
        return true;
    }

    /// <inheritdoc/>
    public ValueTask<bool> WaitAsync(CancellationToken cancel) => inner.WaitAsync(cancel);

    /// <inheritdoc/>
    public void Dispose() => inner.Dispose();
}
