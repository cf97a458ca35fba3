using System.Text.Json.Nodes;
using ActorKube.Api.Json;
using ActorKube.Api.Quantities;
using ActorKube.Api.Selectors;
using ActorKube.Api.Validation;
using ActorKube.ApiServer.Tables;
using static ActorKube.ApiServer.Kinds.KindTable;

namespace ActorKube.ApiServer.Kinds.Storage;

/// <summary>CSIStorageCapacity: how much storage there is where (upstream: <c>ValidateCSIStorageCapacity</c>); what may not change is in the schema.</summary>
internal sealed class CsiStorageCapacityStrategy() : KindStrategy(Namespaced("storage.k8s.io/v1", "CSIStorageCapacity", "csistoragecapacities"))
{
    /// <inheritdoc/>
    public override bool AllowsUnconditionalUpdate => false;

    /// <inheritdoc/>
    public override IReadOnlyList<TableColumn> Columns => StorageColumns.Capacities;

    /// <inheritdoc/>
    public override void Validate(JsonObject obj, FieldErrors errors)
    {
        LabelSelectorJson.Validate(obj.Object("nodeTopology"), FieldPath.Of("nodeTopology"), errors);
        errors.Invalid(FieldPath.Of("storageClassName"), obj.Text("storageClassName") ?? "", DnsNames.Subdomain(obj.Text("storageClassName") ?? ""));
        if (Quantity.TryParse(obj["capacity"]?.ToString(), out var amount) && amount.Sign < 0)
            errors.Invalid(FieldPath.Of("capacity"), amount.ToString(), FieldRules.IsNegative);
    }
}
