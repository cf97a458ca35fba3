using System.Text.Json.Nodes;
using ActorKube.Api.Objects;
using ActorKube.Machinery.Client;
using ActorKube.Machinery.Objects;
using ActorKube.Machinery.Reconciling;

namespace ActorKube.Testing.Simulation.Nodes;

/// <summary>
/// What a node agent with simulated containers does to the API, decided from the pod's own status alone, so that it has nothing to lose. Containers follow the same annotations and commands as
/// those of the real simulated runtime: start delay, readiness, time to run, exit code, time to stop.
/// </summary>
/// <param name="node">The node; empty for pods that are on none.</param>
/// <param name="address">Its address.</param>
internal sealed class SimulatedKubelet(string node, string address) : IReconciler
{
    public string Name => $"kubelet-{node}";

    /// <summary>Whether pods that end by themselves are told of only once, at their end, instead of at their start as well.</summary>
    public bool AtOnce { get; init; }

    public IReadOnlyList<WatchSpec> WatchesOf(IReadOnlyList<ServedResource> served) =>
        [new WatchSpec(WellKnownResources.Pods, (change, _) => change.Latest.As<PodView>().NodeName == node ? [change.Latest.Key] : [])];

    public Plan Reconcile(ReconcileContext context)
    {
        if (context.Find(WellKnownResources.Pods) is not { } cached || cached.As<PodView>().NodeName != node)
            return Plan.Nothing;
        var view = cached.As<PodView>();
        var plan = new PlanBuilder();
        if (view.IsTerminal && !view.IsTerminating)
            return Plan.Nothing;
        var play = new PodPlay(cached.Object, context.Now, address);
        if (view.IsTerminating)
            End(view, play, plan, context.Now);
        else if ((AtOnce && play.Ends ? play.End() : play.Next()) is { } status)
            plan.Do(Patch(cached.Object, status));
        if (!plan.Writes && play.Due is { } due)
            plan.Again(due - context.Now);
        return plan.Build();
    }

    private static void End(PodView pod, PodPlay play, PlanBuilder plan, DateTimeOffset now)
    {
        if (!pod.IsTerminal && play.IsRunning)
        {
            if (play.Stopped() is not { } status)
                return;
            plan.Do(Patch(pod.Object, status));
        }
        plan.Because($"stopped at {now:T}").Do(new DeleteStep(
            ObjectAddress.Of(WellKnownResources.Pods, pod.Object.Key),
            new DeleteOptions { GracePeriodSeconds = 0, Uid = pod.Object.Head.Uid })
        {
            Tolerates = [Api.Errors.StatusReason.NotFound, Api.Errors.StatusReason.Conflict],
        });
    }

    private static PatchStep Patch(StoredObject pod, JsonObject status) => new(
        ObjectAddress.Of(WellKnownResources.Pods, pod.Key) with { Subresource = "status" },
        PatchType.StrategicMerge,
        new JsonObject { ["metadata"] = new JsonObject { ["uid"] = pod.Head.Uid }, ["status"] = status }.Encode())
    {
        Tolerates = [Api.Errors.StatusReason.NotFound],
    };
}
