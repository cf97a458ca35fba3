using System.Text.Json.Nodes;
using ActorKube.Api.Json;
using ActorKube.Api.Users;
using ActorKube.Api.Validation;
using ActorKube.ApiServer.Pipeline;
using ActorKube.ApiServer.Tables;
using static ActorKube.ApiServer.Kinds.KindTable;

namespace ActorKube.ApiServer.Kinds.Core;

/// <summary>
/// Namespace: born Active with the finalizer <c>kubernetes</c> in its spec; a deletion makes it Terminating, and it goes when both kinds of finalizers are
/// gone (upstream: <c>pkg/registry/core/namespace</c>).
/// </summary>
internal sealed class NamespaceStrategy() : KindStrategy(NamespaceFacts)
{
    /// <summary>The finalizer that the namespace controller takes off once the namespace is empty.</summary>
    public const string Finalizer = "kubernetes";

    /// <summary>The label every namespace carries, with its name as the value.</summary>
    public const string NameLabel = "kubernetes.io/metadata.name";

    private const string PodSecurityPrefix = "pod-security.kubernetes.io/";

    private static readonly KindFacts BaseFacts = ClusterScoped("v1", "Namespace", "namespaces", "ns").WithStatus()
        .Only(RequestVerb.Create, RequestVerb.Delete, RequestVerb.Get, RequestVerb.List, RequestVerb.Patch, RequestVerb.Update, RequestVerb.Watch);

    private static readonly KindFacts NamespaceFacts = BaseFacts.With(SubresourceFacts.Replace("finalize", BaseFacts.Kind));

    /// <inheritdoc/>
    public override NameRule Names => ObjectNames.Label;

    /// <inheritdoc/>
    public override IReadOnlyList<string> SelectableFields { get; } = ["status.phase", "name"];

    /// <inheritdoc/>
    public override string SelectableValue(Api.Objects.StoredObject item, string field) => field == "name" ? item.Key.Name : item.Field(field);

    /// <inheritdoc/>
    public override IReadOnlyList<TableColumn> Columns { get; } =
    [
        TableColumn.ObjectName,
        TableColumn.Text("Status", "Active, or Terminating while the content is being deleted.", static o => o.At("status", "phase").AsText()),
        TableColumn.Age,
    ];

    /// <inheritdoc/>
    public override void Default(JsonObject obj)
    {
        if (obj.Object("metadata") is { } metadata && metadata.Text("name") is { Length: > 0 } name)
            metadata.ObjectOrNew("labels")[NameLabel] = name;
    }

    /// <inheritdoc/>
    public override void PrepareForCreate(JsonObject obj, UserInfo user)
    {
        obj["status"] = new JsonObject { ["phase"] = "Active" };
        var spec = obj.ObjectOrNew("spec");
        var finalizers = spec.Array("finalizers");
        if (finalizers is null || !finalizers.Any(static f => f.Text() == Finalizer))
        {
            finalizers ??= [];
            finalizers.Add(Finalizer);
            spec["finalizers"] = finalizers.DeepClone();
        }
    }

    /// <inheritdoc/>
    public override void PrepareForUpdate(JsonObject obj, JsonObject old)
    {
        ObjectParts.Keep("spec", obj, old);
        ObjectParts.Keep("status", obj, old);
    }

    /// <summary><c>/finalize</c> changes the spec's finalizers and nothing else.</summary>
    public override void PrepareForPartUpdate(string part, JsonObject obj, JsonObject old)
    {
        var finalizers = obj.Object("spec")?["finalizers"]?.DeepClone();
        ObjectParts.KeepAllBut(["metadata"], obj, old);
        var spec = obj.ObjectOrNew("spec");
        spec.Remove("finalizers");
        if (finalizers is not null)
            spec["finalizers"] = finalizers;
    }

    /// <inheritdoc/>
    public override bool HoldsBeyondFinalizers => true;

    /// <inheritdoc/>
    public override bool IsHeld(JsonObject obj) => obj.Object("spec").Array("finalizers") is { Count: > 0 };

    /// <inheritdoc/>
    public override void OnMarkedForDeletion(JsonObject obj) => obj.ObjectOrNew("status")["phase"] = "Terminating";

    /// <inheritdoc/>
    public override void Validate(JsonObject obj, FieldErrors errors)
    {
        foreach (var name in obj.Object("spec").Texts("finalizers"))
            CheckFinalizer(name, FieldPath.Spec.Child("finalizers"), errors);
    }

    /// <summary>An update touches neither spec nor status; what stands there was checked when it came.</summary>
    public override void ValidateUpdate(JsonObject obj, JsonObject old, FieldErrors errors)
    {
    }

    /// <inheritdoc/>
    public override void ValidatePartUpdate(string part, JsonObject obj, JsonObject old, FieldErrors errors)
    {
        var place = 0;
        foreach (var name in obj.Object("spec").Texts("finalizers"))
            CheckFinalizer(name, FieldPath.Spec.Child("finalizers").Index(place++), errors);
    }

    private static void CheckFinalizer(string name, FieldPath path, FieldErrors errors)
    {
        errors.Invalid(path, name, LabelNames.QualifiedName(name));
        ObjectMetaRules.ValidateStandardFinalizer(name, path, errors);
    }

    /// <inheritdoc/>
    public override void Warnings(JsonObject obj, JsonObject? old, WarningList warnings)
    {
        foreach (var (label, _) in obj.Object("metadata")?.Object("labels") ?? [])
            if (label.StartsWith(PodSecurityPrefix, StringComparison.Ordinal))
                warnings.Add($"metadata.labels[{label}]: pod security levels are stored but not enforced yet");
    }

    /// <inheritdoc/>
    public override void ValidateStatusUpdate(JsonObject obj, JsonObject old, FieldErrors errors)
    {
        var phase = obj.Object("status").Text("phase") ?? "";
        var deleting = obj.Object("metadata")?.ContainsKey("deletionTimestamp") == true;
        if (!deleting && phase != "Active")
            errors.Invalid(FieldPath.Status.Child("Phase"), phase, "may only be 'Active' if `deletionTimestamp` is empty");
        if (deleting && phase != "Terminating")
            errors.Invalid(FieldPath.Status.Child("Phase"), phase, "may only be 'Terminating' if `deletionTimestamp` is not empty");
    }
}
