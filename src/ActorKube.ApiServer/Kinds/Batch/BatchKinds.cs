using static ActorKube.ApiServer.Kinds.KindTable;

namespace ActorKube.ApiServer.Kinds.Batch;

/// <summary>batch/v1 kinds that need no behaviour of their own.</summary>
internal static class BatchKinds
{
    /// <summary>Jobs by the clock.</summary>
    public static KindStrategy CronJob => Namespaced("batch/v1", "CronJob", "cronjobs", "cj").WithStatus().In(All).Counted().Generic();
}
