using System.Text;
using ActorKube.Api.Objects;
using ActorKube.NodeAgent.Setup;
using k8s.Models;

namespace ActorKube.NodeAgent.Tests.Support;

/// <summary>Config maps, secrets and services in memory; all in any namespace.</summary>
internal sealed class FakeReferences : IPodReferences
{
    public Dictionary<string, V1ConfigMap> ConfigMaps { get; } = [];

    public Dictionary<string, V1Secret> Secrets { get; } = [];

    public Dictionary<string, V1PersistentVolumeClaim> Claims { get; } = [];

    public Dictionary<string, V1PersistentVolume> Volumes { get; } = [];

    public StoredObject? Node { get; set; }

    public List<StoredObject> Services { get; } = [];

    public FakeReferences ConfigMap(string name, params (string Key, string Value)[] data)
    {
        ConfigMaps[name] = new V1ConfigMap { Metadata = new V1ObjectMeta { Name = name }, Data = data.ToDictionary(d => d.Key, d => d.Value) };
        return this;
    }

    public FakeReferences Secret(string name, params (string Key, string Value)[] data)
    {
        Secrets[name] = new V1Secret { Metadata = new V1ObjectMeta { Name = name, NamespaceProperty = "default" }, Data = data.ToDictionary(d => d.Key, d => Encoding.UTF8.GetBytes(d.Value)) };
        return this;
    }

    public FakeReferences Service(string name, string ip, string ports, string ns = "default")
    {
        Services.Add(StoredObject.Parse(Encoding.UTF8.GetBytes(
            $$$"""{"apiVersion":"v1","kind":"Service","metadata":{"name":"{{{name}}}","namespace":"{{{ns}}}"},"spec":{"clusterIP":"{{{ip}}}","ports":{{{ports}}}}}""")));
        return this;
    }

    public ValueTask<V1ConfigMap?> FindConfigMapAsync(string ns, string name, CancellationToken cancel) => new(ConfigMaps.GetValueOrDefault(name));

    public ValueTask<V1Secret?> FindSecretAsync(string ns, string name, CancellationToken cancel) => new(Secrets.GetValueOrDefault(name));

    public ValueTask<V1RuntimeClass?> FindRuntimeClassAsync(string name, CancellationToken cancel) => new((V1RuntimeClass?)null);

    public ValueTask<V1PersistentVolumeClaim?> FindClaimAsync(string ns, string name, CancellationToken cancel) => new(Claims.GetValueOrDefault(name));

    public ValueTask<V1PersistentVolume?> FindVolumeAsync(string name, CancellationToken cancel) => new(Volumes.GetValueOrDefault(name));

    public ValueTask<StoredObject?> FindNodeAsync(string name, CancellationToken cancel) => new(Node);

    public ValueTask<ContainerEnvironment> FindServicesAsync(string ns, bool links, CancellationToken cancel) => new(ServiceEnvironment.Of(Services, ns, links));
}
