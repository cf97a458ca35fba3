using System.Text.Json.Nodes;
using ActorKube.Api.Json;
using ActorKube.Api.Quantities;
using ActorKube.Api.Validation;
using ActorKube.Machinery.Volumes;

namespace ActorKube.ApiServer.Kinds.Core.Volumes;

/// <summary>What of a claim can change (upstream: <c>ValidatePersistentVolumeClaimUpdate</c>): its volume and its class once, its size and its attributes once it is bound.</summary>
internal static class ClaimUpdateRules
{
    /// <summary>Checks a change.</summary>
    public static void Check(JsonObject claim, JsonObject before, FieldErrors errors)
    {
        var (spec, old) = ((JsonObject)claim.Object("spec")!.DeepClone(), before.Object("spec") ?? []);
        if (string.IsNullOrEmpty(old.Text("volumeName")))
            ObjectParts.Keep("volumeName", spec, old);
        CheckClass(claim, before, spec, old, errors);
        if (claim.Object("status").Text("phase") == "Bound")
        {
            if (spec.Object("resources").Object("requests") is { } requests)
                ObjectParts.Keep("storage", requests, old.Object("resources").Object("requests") ?? []);
            ObjectParts.Keep("volumeAttributesClassName", spec, old);
        }
        if (!JsonEquality.Same(spec, old))
            errors.Forbidden(FieldPath.Spec, $"spec is immutable after creation except resources.requests and volumeAttributesClassName for bound claims\n{ObjectParts.Difference(spec, old)}");
        CheckSize(claim, before, errors);
        // Upstream leaves the spec out of this path.
        FieldRules.Immutable(claim.Object("spec"), old, "volumeMode", FieldPath.Root, errors);
        CheckAttributes(claim.Object("spec")!, before, errors);
    }

    // The annotation gives way to the field, and a claim that named no class can be given one.
    private static void CheckClass(JsonObject claim, JsonObject before, JsonObject spec, JsonObject old, FieldErrors errors)
    {
        var (annotated, annotatedBefore) = (AnnotatedClass(claim), AnnotatedClass(before));
        var (named, namedBefore) = (spec.Text("storageClassName"), old.Text("storageClassName"));
        if (annotatedBefore is not null && namedBefore is null && named == annotatedBefore && (annotated is null || annotated == annotatedBefore))
        {
            spec.Remove("storageClassName");
            return;
        }
        if (annotated != annotatedBefore)
            errors.Invalid(FieldPath.Metadata.Child("annotations", VolumeAnnotations.BetaClass), annotated ?? "", FieldRules.IsImmutable);
        if (namedBefore is null && named is not null && (annotatedBefore is null || annotatedBefore == named))
            spec.Remove("storageClassName");
    }

    private static void CheckSize(JsonObject claim, JsonObject before, FieldErrors errors)
    {
        var size = SizeOf(claim.Object("spec").Object("resources").Object("requests"));
        if (size < SizeOf(before.Object("spec").Object("resources").Object("requests")) && size <= SizeOf(before.Object("status").Object("capacity")))
            errors.Forbidden(FieldPath.Spec.Child("resources", "requests").Child("storage"), "field can not be less than status.capacity");
    }

    // A change that has not come about can be called off; what a volume has been given stays with it.
    private static void CheckAttributes(JsonObject spec, JsonObject before, FieldErrors errors)
    {
        const string Field = "volumeAttributesClassName";
        if (spec.Text(Field) == before.Object("spec").Text(Field) || before.Object("status").Text("currentVolumeAttributesClassName") is null)
            return;
        if (spec[Field] is null)
            errors.Forbidden(FieldPath.Spec.Child(Field), "update to nil is forbidden when status.currentVolumeAttributesClassName is not nil");
        else if (spec.Text(Field) is "")
            errors.Forbidden(FieldPath.Spec.Child(Field), "update to empty string is forbidden when status.currentVolumeAttributesClassName is not nil");
    }

    private static string? AnnotatedClass(JsonObject claim) => claim.Object("metadata").Object("annotations").Text(VolumeAnnotations.BetaClass);

    private static Quantity SizeOf(JsonObject? amounts) => Quantity.TryParse(amounts?["storage"]?.ToString(), out var size) ? size : Quantity.Zero;
}
