using System.Text.Json.Nodes;
using ActorKube.Machinery.Client;
using ActorKube.Machinery.Objects;
using ActorKube.Machinery.Volumes;

namespace ActorKube.ApiServer.Pipeline.Bootstrap;

/// <summary>
/// The storage class of a fresh cluster, so that claims get volumes on the nodes' own disks. It is made once in a cluster's life, which the namespace <c>kube-system</c> remembers: who changes
/// or deletes it has decided, and no start of a server undoes that. Where another class is the default already, it is not the default.
/// </summary>
internal sealed class DefaultStorageClass : IBootstrapStep
{
    /// <summary>Annotation of <c>kube-system</c>: the class has been made.</summary>
    public const string Made = "bootstrap.actorkube.io/storage-class";

    /// <summary>Name of the class.</summary>
    public const string Name = "standard";

    private static readonly ObjectAddress Memory = new(WellKnownResources.Namespaces, "", "kube-system");

    /// <inheritdoc/>
    public async Task RunAsync(IResourceClient client, CancellationToken cancel)
    {
        var system = await client.GetAsync(Memory, null, cancel);
        if (VolumeAnnotations.Has(system.Edit(), Made))
            return;
        var classes = await client.ListAsync(WellKnownResources.StorageClasses, null, null, cancel);
        if (classes.Items.All(c => c.Key.Name != Name))
            await EnsureObjects.CreateAsync(client, new ObjectAddress(WellKnownResources.StorageClasses, "", Name), Class(StorageClassView.DefaultOf(classes.Items) is null), cancel);
        // Last: a server that dies in between makes it again.
        var patch = new JsonObject { ["metadata"] = new JsonObject { ["annotations"] = new JsonObject { [Made] = Name } } };
        await client.PatchAsync(Memory, PatchType.Merge, patch.Encode(), null, cancel);
    }

    private static JsonObject Class(bool isDefault) => new()
    {
        ["metadata"] = new JsonObject
        {
            ["name"] = Name,
            ["annotations"] = new JsonObject { [VolumeAnnotations.DefaultClass] = isDefault ? "true" : "false" },
        },
        ["provisioner"] = LocalPath.Provisioner,
        ["reclaimPolicy"] = "Delete",
        ["volumeBindingMode"] = "WaitForFirstConsumer",
    };
}
