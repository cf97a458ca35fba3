using ActorKube.NodeAgent.Actors;
using ActorKube.NodeAgent.Node;
using Microsoft.Extensions.Logging;

namespace ActorKube.NodeAgent.Hosting;

/// <summary>What the agent logs.</summary>
internal static partial class Log
{
    [LoggerMessage(1, LogLevel.Warning, "The API server refuses a pod's status: {Message}")]
    public static partial void StatusRefused(ILogger logger, string message);

    /// <summary>Statuses of pods wait, or do no longer.</summary>
    public static void Statuses(ILogger logger, int pods, OutageNews news)
    {
        if (news.Stage == OutageStage.Over)
            StatusesWritten(logger, news.Lasted, news.Refusals);
        else if (news.Stage == OutageStage.Lasts)
            StatusesStillWait(logger, pods, news.Lasted, news.Refusals, news.Why);
        else
            StatusesWait(logger, news.Why);
    }

    [LoggerMessage(9, LogLevel.Warning, "Statuses of pods cannot be written; the newest of each is written as soon as it can: {Message}")]
    private static partial void StatusesWait(ILogger logger, string message);

    [LoggerMessage(25, LogLevel.Warning, "Statuses of {Pods} pods still wait, since {Lasted} and after {Refusals} refusals; the pods run on. The last refusal: {Message}")]
    private static partial void StatusesStillWait(ILogger logger, int pods, TimeSpan lasted, int refusals, string message);

    [LoggerMessage(26, LogLevel.Information, "Statuses of pods are written again, after {Lasted} and {Refusals} refusals")]
    private static partial void StatusesWritten(ILogger logger, TimeSpan lasted, int refusals);

    [LoggerMessage(2, LogLevel.Information, "Node {Node}: took over {Pods} pods from the runtime")]
    public static partial void Adopted(ILogger logger, string node, int pods);

    [LoggerMessage(3, LogLevel.Warning, "The control plane does not answer; pods keep running: {Message}")]
    public static partial void ControlPlaneLost(ILogger logger, string message);

    [LoggerMessage(4, LogLevel.Warning, "The container runtime does not answer: {Message}")]
    public static partial void RuntimeLost(ILogger logger, string message);

    [LoggerMessage(5, LogLevel.Error, "Actor {Actor} failed (failure {Failures} in a row) and starts over in {Pause}; its containers run on. If this goes on, mend what the failure names")]
    public static partial void PodActorFailed(ILogger logger, string actor, int failures, TimeSpan pause, Exception error);

    [LoggerMessage(6, LogLevel.Information, "Pod {Pod} is in the runtime and not in the API: taking it down")]
    public static partial void OrphanFound(ILogger logger, string pod);

    [LoggerMessage(7, LogLevel.Information, "Node {Node} is registered")]
    public static partial void Registered(ILogger logger, string node);

    /// <summary>The node's own objects wait, or do no longer.</summary>
    public static void NodeSteps(ILogger logger, string node, OutageNews news)
    {
        if (news.Stage == OutageStage.Over)
            NodeStepsWork(logger, node, news.Lasted, news.Refusals);
        else if (news.Stage == OutageStage.Lasts)
            NodeStepsStillFail(logger, node, news.Waiting, news.Lasted, news.Refusals, news.Why);
        else
            NodeStepFailed(logger, node, news.Waiting, news.Why);
    }

    [LoggerMessage(8, LogLevel.Warning, "Node {Node}: {Step} failed, trying again until it works: {Message}")]
    private static partial void NodeStepFailed(ILogger logger, string node, string step, string message);

    [LoggerMessage(27, LogLevel.Warning, "Node {Node}: still failing and tried again every second: {Waiting}, since {Lasted} and {Refusals} refusals; pods run on, but without its lease the node counts as lost after a while. The last refusal: {Message}")]
    private static partial void NodeStepsStillFail(ILogger logger, string node, string waiting, TimeSpan lasted, int refusals, string message);

    [LoggerMessage(28, LogLevel.Information, "Node {Node}: status and lease are written again, after {Lasted} and {Refusals} refusals")]
    private static partial void NodeStepsWork(ILogger logger, string node, TimeSpan lasted, int refusals);

    [LoggerMessage(10, LogLevel.Information, "Wrote the network configuration {Path}")]
    public static partial void NetworkConfigured(ILogger logger, string path);

    [LoggerMessage(11, LogLevel.Warning, "{What} could not be rotated: {Message}")]
    public static partial void RotationFailed(ILogger logger, string what, string message);

    [LoggerMessage(12, LogLevel.Warning, "No cluster DNS is configured: pods that ask for it get the node's name servers")]
    public static partial void NoClusterDns(ILogger logger);

    [LoggerMessage(13, LogLevel.Information, "Node {Node}: routes to pods of other nodes: {Added} made, {Replaced} changed, {Removed} removed")]
    public static partial void RoutesChanged(ILogger logger, string node, int added, int replaced, int removed);

    [LoggerMessage(14, LogLevel.Warning, "Node {Node}: some pods of other nodes cannot be reached: {Why}")]
    public static partial void RouteMissing(ILogger logger, string node, string why);

    [LoggerMessage(15, LogLevel.Error, "Node {Node}: the routes to pods of other nodes could not be looked after; next try in {Pause}")]
    public static partial void RoutingFailed(ILogger logger, string node, TimeSpan pause, Exception failure);

    [LoggerMessage(24, LogLevel.Warning, "Node {Node}: the address of the API server's service does not follow the servers: {Why}")]
    public static partial void ApiServerAddressMissing(ILogger logger, string node, string why);

    [LoggerMessage(17, LogLevel.Warning, "Node {Node}: another agent configures the network in {Directory}; pods of this node get addresses of that agent's node")]
    public static partial void NetworkOfAnother(ILogger logger, string node, string directory);

    [LoggerMessage(16, LogLevel.Error, "Node {Node}: container logs could not be looked after; next try in {Pause}")]
    public static partial void RotationStopped(ILogger logger, string node, TimeSpan pause, Exception failure);

    [LoggerMessage(18, LogLevel.Information, "Node {Node}: removed {Path}, the directory of volume {Volume}")]
    public static partial void DirectoryRemoved(ILogger logger, string node, string path, string volume);

    [LoggerMessage(19, LogLevel.Warning, "Node {Node}: the directory of volume {Volume} is not removed yet: {Why}")]
    public static partial void DirectoryKept(ILogger logger, string node, string volume, string why);

    [LoggerMessage(20, LogLevel.Debug, "Node {Node}: volumes to remove are not known: {Why}")]
    public static partial void VolumesUnknown(ILogger logger, string node, string why);

    [LoggerMessage(21, LogLevel.Error, "Node {Node}: what its containers use could not be found out; next try in {Pause}")]
    public static partial void UsageUnknown(ILogger logger, string node, TimeSpan pause, Exception failure);

    /// <summary>The agent's actors have failed and will begin anew.</summary>
    public static void AgentFailed(ILogger logger, string node, KeeperNews news) => AgentFailed(logger, node, news.Failures, news.Pause, news.Cause);

    /// <summary>The keeper of the Node object has failed and will begin anew.</summary>
    public static void NodeStatusFailed(ILogger logger, string node, KeeperNews news) => NodeStatusFailed(logger, node, news.Failures, news.Pause, news.Cause);

    [LoggerMessage(22, LogLevel.Error,
        "Node {Node}: the agent failed ({Failures} in a row) and starts over in {Pause}; its pods run on meanwhile, unattended. If this goes on, mend what the failure names, or stop this agent and run another version")]
    private static partial void AgentFailed(ILogger logger, string node, int failures, TimeSpan pause, Exception? error);

    [LoggerMessage(23, LogLevel.Error,
        "Node {Node}: what reports the node failed ({Failures} in a row) and starts over in {Pause}; without reports the node counts as lost after a while. If this goes on, mend what the failure names")]
    private static partial void NodeStatusFailed(ILogger logger, string node, int failures, TimeSpan pause, Exception? error);
}
