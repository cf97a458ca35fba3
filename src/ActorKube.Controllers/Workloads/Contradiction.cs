using System.Text.Json.Nodes;
using ActorKube.Api.Objects;
using ActorKube.Api.Selectors;
using ActorKube.Machinery.Objects;
using ActorKube.Machinery.Recording;

namespace ActorKube.Controllers.Workloads;

/// <summary>
/// A selector that does not match the labels of its own template. The API server refuses it, but it may have been stored before: whoever went by it would let go of every pod that it makes, and make
/// another one, for ever.
/// </summary>
internal static class Contradiction
{
    public const string Message = "`selector` does not match template `labels`";

    /// <summary>True when the pods of a template would not be their maker's.</summary>
    public static bool Is(LabelSelector selector, JsonNode? template) => !selector.Matches(Labels.From(template.Strings("metadata", "labels")));

    /// <summary>What the owner is told instead of pods being made.</summary>
    public static EventSpec Told(ObjectReference about) => EventSpec.Warn(about, "FailedCreate", $"Error creating: {Message}");
}
