using System.Text.Json;

namespace ActorKube.Machinery.Objects;

/// <summary>Phases of a pod.</summary>
public enum PodPhase : byte
{
    /// <summary>Accepted, not all containers have started.</summary>
    Pending,
    /// <summary>Nobody knows.</summary>
    Unknown,
    /// <summary>At least one container runs.</summary>
    Running,
    /// <summary>All containers ended well.</summary>
    Succeeded,
    /// <summary>All containers ended, at least one badly.</summary>
    Failed,
}

/// <summary>How phases are read.</summary>
public static class PodPhases
{
    /// <summary>Whether the pod has finished for good.</summary>
    public static bool IsTerminal(this PodPhase phase) => phase is PodPhase.Succeeded or PodPhase.Failed;

    /// <summary>The phase that the property says; pending for anything else.</summary>
    public static PodPhase Phase(ref this Utf8JsonReader reader)
    {
        reader.Read();
        if (reader.TokenType != JsonTokenType.String)
            reader.Skip();
        else if (reader.ValueTextEquals("Running"u8))
            return PodPhase.Running;
        else if (reader.ValueTextEquals("Succeeded"u8))
            return PodPhase.Succeeded;
        else if (reader.ValueTextEquals("Failed"u8))
            return PodPhase.Failed;
        else if (reader.ValueTextEquals("Unknown"u8))
            return PodPhase.Unknown;
        return PodPhase.Pending;
    }
}
