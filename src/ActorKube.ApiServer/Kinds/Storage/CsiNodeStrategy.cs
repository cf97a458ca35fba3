using System.Text.Json.Nodes;
using ActorKube.Api.Json;
using ActorKube.Api.Validation;
using ActorKube.ApiServer.Kinds.Core.Pods;
using ActorKube.ApiServer.Tables;
using static ActorKube.ApiServer.Kinds.KindTable;

namespace ActorKube.ApiServer.Kinds.Storage;

/// <summary>CSINode: the drivers of a node. What a driver has said of itself stays, but for how many volumes it can take (upstream: <c>ValidateCSINode</c>, <c>ValidateCSINodeUpdate</c>).</summary>
internal sealed class CsiNodeStrategy() : KindStrategy(ClusterScoped("storage.k8s.io/v1", "CSINode", "csinodes"))
{
    private const int MaxNodeId = 256;

    /// <inheritdoc/>
    public override bool ReturnsDeletedObject => true;

    /// <inheritdoc/>
    public override bool AllowsUnconditionalUpdate => false;

    /// <inheritdoc/>
    public override IReadOnlyList<TableColumn> Columns => StorageColumns.Nodes;

    /// <inheritdoc/>
    public override void Validate(JsonObject obj, FieldErrors errors)
    {
        var drivers = FieldPath.Spec.Child("drivers");
        var seen = new HashSet<string>();
        foreach (var (i, driver) in obj.Object("spec").Items("drivers"))
        {
            var path = drivers.Index(i);
            var name = driver.Text("name") ?? "";
            DriverVolumeRules.CheckDriverName(name, path.Child("name"), errors);
            if (FieldRules.Required(driver, "nodeID", path, errors) is { Length: > MaxNodeId } id)
                errors.Invalid(path.Child("nodeID"), id, $"nodeID must be {MaxNodeId} characters or less");
            FieldRules.NotNegative(driver.Object("allocatable"), "count", path.Child("allocatable"), errors);
            CheckKeys(driver, path.Child("topologyKeys"), errors);
            if (!seen.Add(name))
                errors.Duplicate(path.Child("name"), name);
        }
    }

    /// <inheritdoc/>
    public override void ValidateUpdate(JsonObject obj, JsonObject old, FieldErrors errors)
    {
        Validate(obj, errors);
        var known = old.Object("spec").Objects("drivers").ToLookup(static d => d.Text("name") ?? "");
        foreach (var (i, driver) in obj.Object("spec").Items("drivers"))
            foreach (var before in known[driver.Text("name") ?? ""])
                if (!ObjectParts.SameBut(["allocatable"], driver, before))
                    errors.Invalid(FieldPath.Spec.Child("drivers").Index(i), driver, FieldRules.IsImmutable);
    }

    private static void CheckKeys(JsonObject driver, FieldPath path, FieldErrors errors)
    {
        var seen = new HashSet<string>();
        foreach (var key in driver.Texts("topologyKeys"))
        {
            if (!seen.Add(key))
                errors.Duplicate(path, key);
            errors.Invalid(path, key, LabelNames.QualifiedName(key));
        }
    }
}
