using System.Text;
using System.Text.Json.Nodes;
using System.Threading.Channels;
using ActorKube.Api.Errors;
using ActorKube.Machinery.Client;
using ActorKube.Machinery.Queues;
using ActorKube.Machinery.Running;
using Microsoft.Extensions.Logging;

namespace ActorKube.ApiServer.Security.Rbac;

/// <summary>
/// Keeps the rules of aggregated ClusterRoles in step with the roles they are made of. Several processes may run it: they write the same, and a conflict only
/// means that another was first.
/// </summary>
internal sealed partial class AggregationLoop(RbacState state, IResourceClient client, TimeProvider time, ILogger log)
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
            await new RepeatedWork(new BackoffPolicy(RetryPause, RetryPause), time, Failed).RunAsync(RoundAsync, async stop => await wakeUps.Reader.ReadAsync(stop), cancel);
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

    private void Failed(Exception failure, TimeSpan pause)
    {
        if (failure is not ApiException { Status.Reason: StatusReason.Conflict })
            LogNotAggregated(log, failure);
    }

    /// <summary>One look at all aggregated roles; what could not be written is thrown when the others have been looked at.</summary>
    private async Task RoundAsync(CancellationToken cancel)
    {
        var all = state.Current.ClusterRoles.ToArray();
        Exception? failure = null;
        foreach (var role in all.Where(r => r.IsAggregated))
        {
            try
            {
                var rules = ClusterRoleAggregation.RulesFor(role, all);
                if (rules.SequenceEqual(role.Rules))
                    continue;
                var patch = new JsonObject { ["rules"] = RbacJson.Rules(rules) };
                await client.PatchAsync(ObjectAddress.Of(WellKnownResources.ClusterRoles, role.Key), PatchType.Merge, Encoding.UTF8.GetBytes(patch.ToJsonString()), null, cancel);
            }
            catch (ApiException e) when (e.Is(StatusReason.NotFound))
            {
                // It is gone; nothing is left to do for it.
            }
            catch (Exception e) when (!cancel.IsCancellationRequested)
            {
                failure ??= e;
            }
        }
        if (failure is not null)
            throw failure;
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The rules of aggregated ClusterRoles could not be brought up to date; trying on")]
    private static partial void LogNotAggregated(ILogger log, Exception failure);
}
