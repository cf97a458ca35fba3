using System.Text.Json.Nodes;
using ActorKube.Api.Json;
using ActorKube.Api.Quantities;

namespace ActorKube.ApiServer.Admission.RuntimeClasses;

/// <summary>What a runtime class does to the spec of a pod (upstream: <c>setOverhead</c>, <c>setScheduling</c>, <c>validateOverhead</c>).</summary>
internal static class RuntimeClassDemands
{
    private const string Mismatch = "pod rejected: Pod's Overhead doesn't match RuntimeClass's defined Overhead";

    /// <summary>What has become of the spec.</summary>
    /// <param name="Changed">Whether it is another one now.</param>
    /// <param name="Refusal">Why the pod cannot have this class; null when it can.</param>
    public readonly record struct Outcome(bool Changed, string? Refusal = null);

    /// <summary>The pod costs what its class says, and may not say otherwise.</summary>
    public static Outcome SetOverhead(JsonObject spec, JsonObject runtime)
    {
        if (runtime.Object("overhead") is not { } overhead)
            return default;
        var cost = overhead.Object("podFixed");
        if (spec.Object("overhead") is { } own && !SameAmounts(own, cost))
            return new Outcome(false, Mismatch);
        spec.Remove("overhead");
        if (cost is not null)
            spec["overhead"] = cost.DeepClone();
        return new Outcome(true);
    }

    /// <summary>The pod runs on the nodes of its class only, and tolerates what the class tolerates.</summary>
    public static Outcome SetScheduling(JsonObject spec, JsonObject runtime)
    {
        if (runtime.Object("scheduling") is not { } scheduling)
            return default;
        foreach (var (key, value) in scheduling.Object("nodeSelector") ?? [])
        {
            var (wanted, own) = (value.Text() ?? "", spec.Object("nodeSelector").Text(key));
            if (own is not null && own != wanted)
                return new Outcome(false, $"conflict: runtimeClass.scheduling.nodeSelector[{key}] = {wanted}; pod.spec.nodeSelector[{key}] = {own}");
            spec.ObjectOrNew("nodeSelector")[key] = wanted;
        }
        if (scheduling.Array("tolerations") is { Count: > 0 })
            spec["tolerations"] = TolerationMerge.Of(spec.Objects("tolerations"), scheduling.Objects("tolerations"));
        return new Outcome(true);
    }

    /// <summary>What is wrong with the costs of a pod whose class is <paramref name="runtime"/>; null for nothing.</summary>
    public static string? OverheadFault(JsonObject? spec, JsonObject? runtime)
    {
        if (runtime.Object("overhead") is { } overhead)
            return SameAmounts(spec.Object("overhead"), overhead.Object("podFixed")) ? null : Mismatch;
        return spec.Object("overhead") is null ? null : "pod rejected: Pod Overhead set without corresponding RuntimeClass defined Overhead";
    }

    private static bool SameAmounts(JsonObject? one, JsonObject? other) =>
        (one?.Count ?? 0) == (other?.Count ?? 0) && (one ?? []).All(a => Quantity.TryParse(a.Value.Text(), out var amount) && Quantity.TryParse(other.Text(a.Key), out var same) && amount == same);
}
