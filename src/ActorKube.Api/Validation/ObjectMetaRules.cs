using System.Text;
using System.Text.Json.Nodes;
using ActorKube.Api.Json;

namespace ActorKube.Api.Validation;

/// <summary>
/// What upstream demands of the metadata of every object (<c>ValidateObjectMeta</c>, <c>ValidateObjectMetaUpdate</c>). Types have been
/// checked against the schema before; a field of the wrong type counts as absent here.
/// </summary>
public static class ObjectMetaRules
{
    /// <summary>Bytes that all keys and values of annotations may have together.</summary>
    public const int MaxAnnotationBytes = 256 * 1024;
    private const string OrphanDependents = "orphan";
    private const string DeleteDependents = "foregroundDeletion";

    /// <summary>Metadata of an object to be created, after its name has been generated.</summary>
    /// <param name="metadata">The object's metadata.</param>
    /// <param name="namespaced">Whether objects of the kind live in namespaces.</param>
    /// <param name="nameRule">What names of the kind have to look like.</param>
    /// <param name="errors">Where findings go.</param>
    public static void ValidateCreate(JsonObject metadata, bool namespaced, NameRule nameRule, FieldErrors errors)
    {
        var path = FieldPath.Metadata;
        var name = metadata.Text("name") ?? "";
        var generateName = metadata.Text("generateName") ?? "";
        if (generateName.Length > 0)
            errors.Invalid(path.Child("generateName"), generateName, nameRule(generateName, prefix: true));
        if (name.Length == 0)
            errors.Required(path.Child("name"), "name or generateName is required");
        else
            errors.Invalid(path.Child("name"), name, nameRule(name, prefix: false));
        ValidateNamespace(metadata.Text("namespace") ?? "", namespaced, path.Child("namespace"), errors);
        ValidateGeneration(metadata, errors);
        ValidateCommon(metadata, errors);
        ValidateFinalizers(metadata.Array("finalizers"), path.Child("finalizers"), errors);
        ManagedFieldsRules.Validate(metadata.Array("managedFields"), path.Child("managedFields"), errors);
    }

    /// <summary>Metadata of an object to be updated; the server has completed it from the old state (<see cref="CarryOver"/>).</summary>
    /// <param name="metadata">The new metadata.</param>
    /// <param name="old">The stored metadata.</param>
    /// <param name="errors">Where findings go.</param>
    public static void ValidateUpdate(JsonObject metadata, JsonObject old, FieldErrors errors)
    {
        var path = FieldPath.Metadata;
        if (old.Text("deletionTimestamp") is not null)
            ValidateNoNewFinalizers(metadata, old, path.Child("finalizers"), errors);
        if (string.IsNullOrEmpty(metadata.Text("resourceVersion")))
            errors.Invalid(path.Child("resourceVersion"), "", "must be specified for an update");
        ValidateGeneration(metadata, errors);
        var generation = metadata.Int64("generation") ?? 0;
        if (generation < (old.Int64("generation") ?? 0))
            errors.Invalid(path.Child("generation"), generation, "must not be decremented");
        foreach (var text in (string[])["name", "namespace", "uid"])
            if ((metadata.Text(text) ?? "") != (old.Text(text) ?? ""))
                errors.Invalid(path.Child(text), metadata.Text(text) ?? "", Wording.Immutable);
        foreach (var nullable in (string[])["creationTimestamp", "deletionTimestamp", "deletionGracePeriodSeconds"])
            if (!JsonEquality.Same(metadata[nullable], old[nullable]))
                errors.Invalid(path.Child(nullable), metadata[nullable], Wording.Immutable);
        ValidateCommon(metadata, errors);
        ManagedFieldsRules.Validate(metadata.Array("managedFields"), path.Child("managedFields"), errors);
    }

    /// <summary>
    /// Completes the metadata of an update with what a client cannot change: the uid when none was sent, the creation time, and the time
    /// and grace of a deletion under way (upstream: <c>BeforeUpdate</c>).
    /// </summary>
    public static void CarryOver(JsonObject metadata, JsonObject old)
    {
        if (string.IsNullOrEmpty(metadata.Text("uid")))
            Copy("uid");
        Copy("creationTimestamp");
        if (old["deletionTimestamp"] is not null)
            Copy("deletionTimestamp");
        if (old["deletionGracePeriodSeconds"] is not null && metadata["deletionGracePeriodSeconds"] is null)
            Copy("deletionGracePeriodSeconds");

        void Copy(string field)
        {
            if (old[field] is { } value)
                metadata[field] = value.DeepClone();
        }
    }

    /// <summary>Labels: keys are qualified names, values label values.</summary>
    public static void ValidateLabels(JsonObject? labels, FieldPath path, FieldErrors errors)
    {
        if (labels is null)
            return;
        foreach (var (key, node) in labels)
        {
            errors.Invalid(path, key, LabelNames.QualifiedName(key));
            if (node.Text() is { } value)
                errors.Invalid(path, value, LabelNames.Value(value));
        }
    }

    /// <summary>Annotations: keys are qualified names in any case, and together with their values at most 256 KiB.</summary>
    public static void ValidateAnnotations(JsonObject? annotations, FieldPath path, FieldErrors errors)
    {
        if (annotations is null)
            return;
        long size = 0;
        foreach (var (key, node) in annotations)
        {
            if (!LabelNames.IsQualifiedName(key))
                errors.Invalid(path, key, LabelNames.QualifiedName(key.ToLowerInvariant()));
            size += Encoding.UTF8.GetByteCount(key) + Encoding.UTF8.GetByteCount(node.Text() ?? "");
        }
        if (size > MaxAnnotationBytes)
            errors.TooLong(path, MaxAnnotationBytes);
    }

    private static void ValidateNamespace(string ns, bool namespaced, FieldPath path, FieldErrors errors)
    {
        if (!namespaced)
        {
            if (ns.Length > 0)
                errors.Forbidden(path, "not allowed on this type");
        }
        else if (ns.Length == 0)
            errors.Required(path);
        else
            errors.Invalid(path, ns, ObjectNames.Label(ns, prefix: false));
    }

    private static void ValidateGeneration(JsonObject metadata, FieldErrors errors)
    {
        if (metadata.Int64("generation") is { } generation and < 0)
            errors.Invalid(FieldPath.Metadata.Child("generation"), generation, Wording.Negative);
    }

    private static void ValidateCommon(JsonObject metadata, FieldErrors errors)
    {
        ValidateLabels(metadata.Object("labels"), FieldPath.Metadata.Child("labels"), errors);
        ValidateAnnotations(metadata.Object("annotations"), FieldPath.Metadata.Child("annotations"), errors);
        OwnerReferenceRules.Validate(metadata.Array("ownerReferences"), FieldPath.Metadata.Child("ownerReferences"), errors);
    }

    /// <summary>
    /// What built-in kinds demand of finalizers beyond their form: those without a domain are upstream's own (<c>validateKubeFinalizerName</c>).
    /// </summary>
    public static void ValidateStandardFinalizers(JsonObject metadata, FieldErrors errors)
    {
        if (metadata.Array("finalizers") is not { } finalizers)
            return;
        for (var i = 0; i < finalizers.Count; i++)
            ValidateStandardFinalizer(finalizers[i].Text() ?? "", FieldPath.Metadata.Child("finalizers").Index(i), errors);
    }

    /// <summary>The same for a single name.</summary>
    public static void ValidateStandardFinalizer(string name, FieldPath path, FieldErrors errors)
    {
        if (!name.Contains('/', StringComparison.Ordinal) && name is not ("kubernetes" or OrphanDependents or DeleteDependents))
            errors.Invalid(path, name, "name is neither a standard finalizer name nor is it fully qualified");
    }

    private static void ValidateFinalizers(JsonArray? finalizers, FieldPath path, FieldErrors errors)
    {
        if (finalizers is null)
            return;
        var names = finalizers.Select(f => f.Text() ?? "").ToList();
        foreach (var name in names)
            errors.Invalid(path, name, LabelNames.QualifiedName(name));
        if (names.Contains(OrphanDependents) && names.Contains(DeleteDependents))
            errors.Invalid(path, finalizers, $"finalizer {OrphanDependents} and {DeleteDependents} cannot be both set");
    }

    private static void ValidateNoNewFinalizers(JsonObject metadata, JsonObject old, FieldPath path, FieldErrors errors)
    {
        var known = (old.Array("finalizers") ?? []).Select(f => f.Text()).ToHashSet();
        var added = (metadata.Array("finalizers") ?? []).Select(f => f.Text()).Where(f => f is not null && !known.Contains(f)).Distinct().Order(StringComparer.Ordinal).ToList();
        if (added.Count > 0)
            errors.Forbidden(path, $"no new finalizers can be added if the object is being deleted, found new finalizers []string{{{string.Join(", ", added.Select(f => GoText.Quote(f!)))}}}");
    }
}
