using ActorKube.Api.Names;
using ActorKube.Machinery.Client;

namespace ActorKube.Testing.Fakes;

/// <summary>A catalog that tests fill.</summary>
public sealed class FixedCatalog : IResourceCatalog
{
    private readonly List<Action> _listeners = [];

    public IReadOnlyList<ServedResource> Current { get; private set; } = [];

    public IDisposable OnChange(Action changed)
    {
        _listeners.Add(changed);
        return new Registration(this, changed);
    }

    public FixedCatalog Serve(string kind, GroupVersionResource resource, bool namespaced = true)
    {
        Current = [.. Current, new ServedResource(resource, kind, namespaced, new HashSet<string> { "get", "list", "watch", "create", "update", "patch", "delete", "deletecollection" })];
        Tell();
        return this;
    }

    public void Remove(GroupVersionResource resource)
    {
        Current = [.. Current.Where(s => s.Resource != resource)];
        Tell();
    }

    private void Tell()
    {
        foreach (var listener in _listeners.ToArray())
            listener();
    }

    private sealed class Registration(FixedCatalog catalog, Action changed) : IDisposable
    {
        public void Dispose() => catalog._listeners.Remove(changed);
    }
}
