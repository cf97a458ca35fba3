using System.Text.Json.Nodes;
using ActorKube.Api.Json;
using ActorKube.Api.Validation;
using ActorKube.ApiServer.Tables;
using static ActorKube.ApiServer.Kinds.KindTable;

namespace ActorKube.ApiServer.Kinds.Storage;

/// <summary>StorageClass: a kind of storage. Nothing that volumes were made by can change (upstream: <c>ValidateStorageClass</c>).</summary>
internal sealed class StorageClassStrategy() : KindStrategy(ClusterScoped("storage.k8s.io/v1", "StorageClass", "storageclasses", "sc"))
{
    private static readonly string[] Policies = ["Delete", "Retain"];

    /// <inheritdoc/>
    public override bool ReturnsDeletedObject => true;

    /// <inheritdoc/>
    public override IReadOnlyList<TableColumn> Columns => StorageColumns.Classes;

    /// <inheritdoc/>
    public override void Validate(JsonObject obj, FieldErrors errors)
    {
        if (FieldRules.Required(obj, "provisioner", FieldPath.Root, errors) is { } provisioner)
            errors.Invalid(FieldPath.Of("provisioner"), provisioner, LabelNames.QualifiedName(provisioner.ToLowerInvariant()));
        ParameterRules.Check(obj, allowEmpty: true, errors);
        FieldRules.OneOf(obj, "reclaimPolicy", Policies, FieldPath.Root, errors);
        CheckTopologies(obj, errors);
    }

    /// <inheritdoc/>
    public override void ValidateUpdate(JsonObject obj, JsonObject old, FieldErrors errors) =>
        FieldRules.DeclaredImmutable(obj, old, errors, "provisioner", "parameters", "reclaimPolicy", "volumeBindingMode");

    private static void CheckTopologies(JsonObject obj, FieldErrors errors)
    {
        var seen = new HashSet<string>();
        foreach (var (i, term) in obj.Items("allowedTopologies"))
        {
            var path = FieldPath.Of("allowedTopologies").Index(i);
            var keys = new HashSet<string>();
            foreach (var (j, requirement) in term.Items("matchLabelExpressions"))
            {
                var item = path.Child("matchLabelExpressions").Index(j);
                var (key, values) = (requirement.Text("key") ?? "", requirement.Texts("values").ToList());
                if (values.Count == 0)
                    errors.Required(item.Child("values"));
                var known = new HashSet<string>();
                for (var k = 0; k < values.Count; k++)
                    if (!known.Add(values[k]))
                        errors.Duplicate(item.Child("values").Index(k), values[k]);
                errors.Invalid(item.Child("key"), key, LabelNames.QualifiedName(key));
                if (!keys.Add(key))
                    errors.Duplicate(item.Child("key"), key);
            }
            // Two terms that say the same make the set ambiguous.
            if (!seen.Add(Identity(term)))
                errors.Duplicate(path.Child("matchLabelExpressions"), "");
        }
    }

    private static string Identity(JsonObject term) => string.Join(';', term.Items("matchLabelExpressions")
        .Select(static e => $"{e.Item.Text("key")}={string.Join(',', e.Item.Texts("values").Order(StringComparer.Ordinal))}").Order(StringComparer.Ordinal));
}
