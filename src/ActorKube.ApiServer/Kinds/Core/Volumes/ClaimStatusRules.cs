using System.Text.Json.Nodes;
using ActorKube.Api.Json;
using ActorKube.Api.Quantities;
using ActorKube.Api.Validation;
using ActorKube.ApiServer.Kinds.Core.Pods;

namespace ActorKube.ApiServer.Kinds.Core.Volumes;

/// <summary>The status of a claim (upstream: <c>ValidatePersistentVolumeClaimStatusUpdate</c>).</summary>
internal static class ClaimStatusRules
{
    private static readonly string[] ResizeStates =
        ["ControllerResizeInProgress", "ControllerResizeInfeasible", "NodeResizeInProgress", "NodeResizeInfeasible", "NodeResizePending"];

    /// <summary>Checks sizes, and how far a change of size has come.</summary>
    public static void Check(JsonObject? status, FieldErrors errors)
    {
        foreach (var (name, value) in status.Object("capacity") ?? [])
            if (Quantity.TryParse(value?.ToString(), out var amount))
                ResourceRules.CheckBasic(amount, FieldPath.Status.Child("capacity").Key(name), errors);
        // Upstream's path says neither the field's name nor which entry is wrong, and shows the key.
        var states = FieldPath.Status.Child("allocatedResourceStatus");
        foreach (var (name, state) in status.Object("allocatedResourceStatuses") ?? [])
        {
            CheckName(name, states, errors);
            if (!ResizeStates.Contains(state.Text()))
                errors.NotSupported(states, name, ResizeStates);
        }
        var sizes = FieldPath.Status.Child("allocatedResources");
        foreach (var (name, value) in status.Object("allocatedResources") ?? [])
        {
            var before = errors.Count;
            CheckName(name, sizes, errors);
            if (errors.Count > before || !Quantity.TryParse(value?.ToString(), out var amount))
                continue;
            ResourceRules.CheckBasic(amount, sizes.Key(name), errors);
            if (errors.Count == before)
                ResourceRules.CheckQuantity("storage", amount, sizes.Key(name), errors);
        }
    }

    private static void CheckName(string name, FieldPath path, FieldErrors errors)
    {
        if (LabelNames.QualifiedName(name) is { Count: > 0 } faults)
            errors.Invalid(path, name, faults);
        else if (ResourceNames.IsNative(name) && name != "storage")
            errors.NotSupported(path, name, "storage");
    }
}
