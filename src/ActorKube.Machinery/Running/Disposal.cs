using System.Runtime.ExceptionServices;

namespace ActorKube.Machinery.Running;

/// <summary>Ends things of which one that fails must not keep the others alive.</summary>
public static class Disposal
{
    /// <summary>Takes all steps, one after another.</summary>
    /// <exception cref="AggregateException">Several failed; of a single one its own exception is thrown.</exception>
    public static async Task AllAsync(params IEnumerable<Func<ValueTask>> steps)
    {
        var failures = new List<Exception>();
        foreach (var step in steps)
            try
            {
                await step();
            }
            catch (Exception failure)
            {
                failures.Add(failure);
            }
        if (failures is [var single])
            ExceptionDispatchInfo.Throw(single);
        if (failures.Count > 0)
            throw new AggregateException(failures);
    }
}
