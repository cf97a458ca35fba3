using System.Text;
using System.Text.Json.Nodes;
using ActorKube.Api.Errors;
using ActorKube.Api.Names;
using ActorKube.Api.Objects;
using ActorKube.Machinery.Client;

namespace ActorKube.ApiServer.Security.Rbac;

/// <summary>
/// Brings the bootstrap policy into a cluster at start. Four lists tell what is missing; writes go out together and end up in few journal batches, and a cluster
/// that has everything is written nothing.
/// </summary>
internal sealed class PolicyBootstrapper(IResourceClient client, BootstrapPolicy policy)
{
    /// <summary>Creates roles, then bindings, in namespaces that exist already. Safe to run in several processes at once.</summary>
    public async Task RunAsync(CancellationToken cancel)
    {
        await Task.WhenAll(
            RolesAsync(WellKnownResources.ClusterRoles, policy.Roles.Where(r => r.Key.Namespace.Length == 0), cancel),
            RolesAsync(WellKnownResources.Roles, policy.Roles.Where(r => r.Key.Namespace.Length > 0), cancel));
        await Task.WhenAll(
            BindingsAsync(WellKnownResources.ClusterRoleBindings, policy.Bindings.Where(b => b.Key.Namespace.Length == 0), cancel),
            BindingsAsync(WellKnownResources.RoleBindings, policy.Bindings.Where(b => b.Key.Namespace.Length > 0), cancel));
    }

    private async Task RolesAsync(GroupVersionResource resource, IEnumerable<RbacRole> desired, CancellationToken cancel)
    {
        var existing = await ExistingAsync(resource, cancel);
        await Task.WhenAll(desired.Select(role =>
        {
            if (!existing.TryGetValue(role.Key, out var stored))
                return CreateAsync(resource, role.Key, RbacJson.Role(role, role.Labels), cancel);
            return PolicyReconciliation.Role(Json(stored), role) is { } change ? UpdateAsync(resource, role.Key, change, cancel) : Task.CompletedTask;
        }));
    }

    private async Task BindingsAsync(GroupVersionResource resource, IEnumerable<RbacBinding> desired, CancellationToken cancel)
    {
        var existing = await ExistingAsync(resource, cancel);
        await Task.WhenAll(desired.Select(async binding =>
        {
            if (existing.TryGetValue(binding.Key, out var stored))
            {
                var json = Json(stored);
                if (!PolicyReconciliation.MustBeReplaced(json, binding))
                {
                    if (PolicyReconciliation.Binding(json, binding) is { } change)
                        await UpdateAsync(resource, binding.Key, change, cancel);
                    return;
                }
                await client.DeleteAsync(ObjectAddress.Of(resource, binding.Key), new DeleteOptions { Uid = stored.Head.Uid }, cancel);
            }
            await CreateAsync(resource, binding.Key, RbacJson.Binding(binding, default), cancel);
        }));
    }

    private async Task<Dictionary<ObjectKey, StoredObject>> ExistingAsync(GroupVersionResource resource, CancellationToken cancel) =>
        (await client.ListAsync(resource, null, null, cancel)).Items.ToDictionary(o => o.Key);

    private async Task CreateAsync(GroupVersionResource resource, ObjectKey key, JsonObject content, CancellationToken cancel)
    {
        try
        {
            await client.CreateAsync(ObjectAddress.Of(resource, key), Encode(content), null, cancel);
        }
        catch (ApiException e) when (e.Is(StatusReason.AlreadyExists))
        {
            // Another process starts at the same time and was first; it writes the same.
        }
    }

    private async Task UpdateAsync(GroupVersionResource resource, ObjectKey key, JsonObject content, CancellationToken cancel)
    {
        try
        {
            await client.UpdateAsync(ObjectAddress.Of(resource, key), Encode(content), null, cancel);
        }
        catch (ApiException e) when (e.Is(StatusReason.Conflict))
        {
            // Another process brings the same additions, or somebody edits the role this moment; the next start looks again.
        }
    }

    private static JsonObject Json(StoredObject stored) => JsonNode.Parse(stored.Json.Span)!.AsObject();

    private static byte[] Encode(JsonObject content) => Encoding.UTF8.GetBytes(content.ToJsonString());
}
