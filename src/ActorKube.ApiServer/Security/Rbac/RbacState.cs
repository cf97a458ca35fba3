using ActorKube.Api.Names;
using ActorKube.Api.Objects;
using ActorKube.Protocol.Store;
using Microsoft.Extensions.Logging;

namespace ActorKube.ApiServer.Security.Rbac;

/// <summary>
/// The policy of this process, fed by watches on the four RBAC resources. Readers take the current one without waiting; changes are folded in one at a time.
/// </summary>
internal sealed class RbacState
{
    private readonly Lock _writing = new();
    private readonly TaskCompletionSource _ready = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private RbacPolicy _policy = RbacPolicy.Empty;
    private int _missing = 4;

    /// <summary>The newest policy.</summary>
    public RbacPolicy Current => Volatile.Read(ref _policy);

    /// <summary>Completes when all four resources have been read once: before, a denial would mean nothing.</summary>
    public Task Ready => _ready.Task;

    /// <summary>Follows the store until cancelled.</summary>
    public Task RunAsync(IResourceStore store, string workspace, TimeProvider time, ILogger log, CancellationToken cancel)
    {
        return Task.WhenAll(
            Feed(SecurityResources.ClusterRoles, isRole: true),
            Feed(SecurityResources.Roles, isRole: true),
            Feed(SecurityResources.ClusterRoleBindings, isRole: false),
            Feed(SecurityResources.RoleBindings, isRole: false));

        Task Feed(GroupResource resource, bool isRole)
        {
            var known = new HashSet<ObjectKey>();
            var first = true;
            return new ResourceFeed(store, new ResourceId(workspace, resource), time, log).RunAsync(Reset, change => Apply(change.Object, change.Type == ChangeType.Deleted), cancel);

            void Reset(IEnumerable<StoredObject> all)
            {
                var gone = known.ToHashSet();
                foreach (var item in all)
                {
                    Apply(item, deleted: false);
                    gone.Remove(item.Key);
                }
                foreach (var key in gone)
                    Forget(key);
                if (first && Interlocked.Decrement(ref _missing) == 0)
                    _ready.TrySetResult();
                first = false;
            }

            void Apply(StoredObject item, bool deleted)
            {
                if (deleted)
                {
                    Forget(item.Key);
                    return;
                }
                known.Add(item.Key);
                if (isRole)
                    Put(RbacReader.Role(item));
                else
                    Put(RbacReader.Binding(item));
            }

            void Forget(ObjectKey key)
            {
                known.Remove(key);
                if (isRole)
                    RemoveRole(key);
                else
                    RemoveBinding(key);
            }
        }
    }

    public void Put(RbacRole role) => Change(p => p.With(role));

    public void RemoveRole(ObjectKey key) => Change(p => p.WithoutRole(key));

    public void Put(RbacBinding binding) => Change(p => p.With(binding));

    public void RemoveBinding(ObjectKey key) => Change(p => p.WithoutBinding(key));

    private void Change(Func<RbacPolicy, RbacPolicy> change)
    {
        lock (_writing)
            Volatile.Write(ref _policy, change(_policy));
    }
}
