using ActorKube.ApiServer.Pipeline;
using ActorKube.Machinery.Client;

namespace ActorKube.ApiServer.Kinds;

/// <summary>The registry as controllers see it. The built-in kinds never change, so nobody is ever called back.</summary>
internal sealed class RegistryCatalog(KindRegistry kinds) : IResourceCatalog
{
    public IReadOnlyList<Machinery.Client.ServedResource> Current { get; } =
    [
        // One entry a resource: where several versions are served, the one that objects are stored in.
        .. kinds.Resources.Where(r => r.Kind == r.StorageKind).Select(r =>
            new Machinery.Client.ServedResource(r.Resource, r.Kind.Kind, r.Facts.Namespaced, r.Facts.Verbs.Select(v => v.Name()).ToHashSet())),
    ];

    public IDisposable OnChange(Action changed) => NoRegistration.Instance;

    private sealed class NoRegistration : IDisposable
    {
        public static readonly NoRegistration Instance = new();

        public void Dispose()
        {
            // There is nothing to take back.
        }
    }
}
