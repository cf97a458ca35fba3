using static ActorKube.ApiServer.Kinds.KindTable;

namespace ActorKube.ApiServer.Kinds.Policy;

/// <summary>policy/v1.</summary>
internal static class PolicyKinds
{
    /// <summary>How many pods may be evicted at a time.</summary>
    public static KindStrategy PodDisruptionBudget => new GenericStrategy(Namespaced("policy/v1", "PodDisruptionBudget", "poddisruptionbudgets", "pdb").WithStatus().Counted())
    {
        Unconditional = false,
        ShownAs = PolicyColumns.Budgets,
        NotEnforced = "pod disruption budgets are stored but not enforced yet",
    };
}
