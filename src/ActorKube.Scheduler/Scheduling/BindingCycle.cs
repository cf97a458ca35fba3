using ActorKube.Api.Errors;
using ActorKube.Scheduler.Framework;

namespace ActorKube.Scheduler.Scheduling;

/// <summary>How a binding ended.</summary>
internal enum BindingEnd
{
    /// <summary>The pod is bound.</summary>
    Bound,
    /// <summary>It is not.</summary>
    Failed,
    /// <summary>It is not, and cannot be: it is gone, or somebody else was faster.</summary>
    Overtaken,
    /// <summary>Nobody knows.</summary>
    Unknown,
    /// <summary>A newer scheduler has taken over; this one has to stop.</summary>
    Superseded,
}

/// <summary>The end of a binding.</summary>
/// <param name="Placement">What was to be bound.</param>
/// <param name="End">How it ended.</param>
/// <param name="Status">The plugins' answer.</param>
internal sealed record BindingDone(Placement Placement, BindingEnd End, Status Status);

/// <summary>The end of what had to be prepared.</summary>
/// <param name="Placement">What is to be bound.</param>
/// <param name="Status">The plugins' answer.</param>
internal sealed record PreparingDone(Placement Placement, Status Status);

/// <summary>Runs preBind and bind plugins for a pod (upstream: <c>bindingCycle</c>). Beside the scheduling cycle, for many pods at a time.</summary>
internal static class BindingCycle
{
    /// <summary>Runs the preBind plugins that may have to wait. Never throws, except when cancelled.</summary>
    public static async Task<PreparingDone> PrepareAsync(Placement placement, BindContext context, CancellationToken cancel)
    {
        foreach (var plugin in placement.Profile.PreBinds)
            if (plugin.MayWait(placement.State) && await PreBindAsync(plugin, placement, context, cancel) is { IsSuccess: false } refused)
                return new PreparingDone(placement, refused);
        return new PreparingDone(placement, Status.Success);
    }

    /// <summary>Binds. Never throws, except when cancelled.</summary>
    public static async Task<BindingDone> RunAsync(Placement placement, BindContext context, CancellationToken cancel)
    {
        var (profile, pod, node) = (placement.Profile, placement.Pod, placement.Node);
        foreach (var plugin in profile.PreBinds)
            if (!plugin.MayWait(placement.State) && await PreBindAsync(plugin, placement, context, cancel) is { IsSuccess: false } refused)
                return new BindingDone(placement, BindingEnd.Failed, refused);
        foreach (var plugin in profile.Binds)
        {
            var status = await Guarded(plugin.Name, () => plugin.BindAsync(context, placement.State, pod, node, cancel), cancel);
            if (status.IsSuccess)
                return new BindingDone(placement, BindingEnd.Bound, status);
            if (status.Code != StatusCode.Skip)
                return new BindingDone(placement, EndOf(status), Status.Failure(plugin.Name, status.Message, status.Cause).At(ExtensionPoint.Bind));
        }
        return new BindingDone(placement, BindingEnd.Failed, Status.Failure("", "no bind plugin wants this pod"));
    }

    private static async ValueTask<Status> PreBindAsync(IPreBindPlugin plugin, Placement placement, BindContext context, CancellationToken cancel)
    {
        var status = await Guarded(plugin.Name, () => plugin.PreBindAsync(context, placement.State, placement.Pod, placement.Node, cancel), cancel);
        return status.IsSuccess ? status : Status.Failure(plugin.Name, status.Message, status.Cause).At(ExtensionPoint.PreBind);
    }

    private static async ValueTask<Status> Guarded(string plugin, Func<ValueTask<Status>> run, CancellationToken cancel)
    {
        try
        {
            return await run();
        }
        catch (Exception fault) when (!cancel.IsCancellationRequested)
        {
            return Status.Failure(plugin, fault.Message, fault);
        }
    }

    private static BindingEnd EndOf(Status status) => status switch
    {
        { Cause: null } => BindingEnd.Failed,
        { Cause: ApiException refused } when refused.Status.IsStale => BindingEnd.Superseded,
        { Cause: ApiException { Status.Code: 404 or 409 } } => BindingEnd.Overtaken,
        { Cause: ApiException { Status.Code: 504 } } => BindingEnd.Unknown,
        { Cause: ApiException } => BindingEnd.Failed,
        // The connection broke: the request may have arrived.
        _ => BindingEnd.Unknown,
    };
}
