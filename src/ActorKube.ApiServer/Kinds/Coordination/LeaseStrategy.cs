using System.Text.Json.Nodes;
using ActorKube.Api.Json;
using ActorKube.Api.Validation;
using ActorKube.ApiServer.Tables;
using static ActorKube.ApiServer.Kinds.KindTable;

namespace ActorKube.ApiServer.Kinds.Coordination;

/// <summary>Lease: a compare-and-set cell by nature, so that an update without a resource version is refused.</summary>
internal sealed class LeaseStrategy() : KindStrategy(Namespaced("coordination.k8s.io/v1", "Lease", "leases"))
{
    /// <inheritdoc/>
    public override bool AllowsUnconditionalUpdate => false;

    /// <inheritdoc/>
    public override bool AllowsCreateOnUpdate => true;

    /// <inheritdoc/>
    public override IReadOnlyList<TableColumn> Columns { get; } =
    [
        TableColumn.ObjectName,
        TableColumn.Text("Holder", "Who holds the lease.", static o => o.At("spec", "holderIdentity").AsText()),
        TableColumn.Age,
    ];

    /// <inheritdoc/>
    public override void Validate(JsonObject obj, FieldErrors errors)
    {
        var spec = obj.Object("spec");
        if (spec.Int64("leaseDurationSeconds") is <= 0 and var duration)
            errors.Invalid(FieldPath.Spec.Child("leaseDurationSeconds"), duration, "must be greater than 0");
        if (spec.Int64("leaseTransitions") is < 0 and var transitions)
            errors.Invalid(FieldPath.Spec.Child("leaseTransitions"), transitions, "must be greater than or equal to 0");
    }
}
