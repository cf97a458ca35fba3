using System.Text;
using System.Text.Json.Nodes;
using System.Threading.Channels;
using ActorKube.Api.Errors;
using ActorKube.Machinery.Client;

namespace ActorKube.ApiServer.Security.Rbac;

/// <summary>
/// Keeps the rules of aggregated ClusterRoles in step with the roles they are made of. Several processes may run it: they write the same, and a conflict only
/// means that another was first.
/// </summary>
internal sealed class AggregationLoop(RbacState state, IResourceClient client, TimeProvider time)
{
    private static readonly TimeSpan RetryPause = TimeSpan.FromSeconds(1);

    public async Task RunAsync(CancellationToken cancel)
    {
        // One pending signal is enough: a round looks at everything.
        var wakeUps = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
        void Wake(object? sender, EventArgs change) => wakeUps.Writer.TryWrite(true);
        state.ClusterRolesChanged += Wake;
        try
        {
            await state.Ready.WaitAsync(cancel);
            wakeUps.Writer.TryWrite(true);
            while (await wakeUps.Reader.ReadAsync(cancel))
                if (!await RoundAsync(cancel))
                {
                    await Task.Delay(RetryPause, time, cancel);
                    wakeUps.Writer.TryWrite(true);
                }
        }
        catch (OperationCanceledException) when (cancel.IsCancellationRequested)
        {
            // The process stops.
        }
        finally
        {
            state.ClusterRolesChanged -= Wake;
        }
    }

    /// <summary>One look at all aggregated roles; false when a write failed and should be tried again.</summary>
    private async Task<bool> RoundAsync(CancellationToken cancel)
    {
        var all = state.Current.ClusterRoles.ToArray();
        var good = true;
        foreach (var role in all.Where(r => r.IsAggregated))
        {
            var rules = ClusterRoleAggregation.RulesFor(role, all);
            if (rules.SequenceEqual(role.Rules))
                continue;
            var patch = new JsonObject { ["rules"] = RbacJson.Rules(rules) };
            try
            {
                await client.PatchAsync(ObjectAddress.Of(WellKnownResources.ClusterRoles, role.Key), PatchType.Merge, Encoding.UTF8.GetBytes(patch.ToJsonString()), null, cancel);
            }
            catch (ApiException e)
            {
                good &= e.Is(StatusReason.NotFound);
            }
        }
        return good;
    }
}
