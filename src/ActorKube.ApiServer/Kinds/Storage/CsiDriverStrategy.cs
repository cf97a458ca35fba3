using System.Text.Json.Nodes;
using ActorKube.Api.Json;
using ActorKube.Api.Validation;
using ActorKube.ApiServer.Kinds.Core.Pods;
using ActorKube.ApiServer.Tables;
using static ActorKube.ApiServer.Kinds.KindTable;

namespace ActorKube.ApiServer.Kinds.Storage;

/// <summary>CSIDriver: what a driver wants of the cluster (upstream: <c>ValidateCSIDriver</c>); what may not change is in the schema.</summary>
internal sealed class CsiDriverStrategy() : KindStrategy(ClusterScoped("storage.k8s.io/v1", "CSIDriver", "csidrivers").Counted())
{
    private const long LeastPeriod = 10;
    private const long LeastTokenSeconds = 600;
    private const long MostTokenSeconds = 1L << 32;
    private static readonly string[] Modes = ["Ephemeral", "Persistent"];
    private static readonly string[] GroupPolicies = ["ReadWriteOnceWithFSType", "File", "None"];

    /// <inheritdoc/>
    public override bool ReturnsDeletedObject => true;

    /// <inheritdoc/>
    public override bool AllowsUnconditionalUpdate => false;

    /// <inheritdoc/>
    public override IReadOnlyList<TableColumn> Columns => StorageColumns.Drivers;

    /// <inheritdoc/>
    public override void Validate(JsonObject obj, FieldErrors errors)
    {
        if (obj.Object("metadata").Text("name") is { Length: > 0 } name)
            DriverVolumeRules.CheckDriverName(name, FieldPath.Metadata.Child("name"), errors);
        var spec = obj.Object("spec");
        FieldRules.OneOf(spec, "fsGroupPolicy", GroupPolicies, FieldPath.Spec, errors);
        foreach (var mode in spec.Texts("volumeLifecycleModes"))
            if (!Modes.Contains(mode))
                errors.NotSupported(FieldPath.Spec.Child("volumeLifecycleModes"), mode, Modes);
        CheckTokens(spec, errors);
        if (spec.Int64("nodeAllocatableUpdatePeriodSeconds") is < LeastPeriod and var period)
            errors.Invalid(FieldPath.Spec.Child("nodeAllocatableUpdatePeriodSeconds"), period, $"must be greater than or equal to {LeastPeriod} seconds");
    }

    private static void CheckTokens(JsonObject? spec, FieldErrors errors)
    {
        var seen = new HashSet<string>();
        foreach (var (i, request) in spec.Items("tokenRequests"))
        {
            var path = FieldPath.Spec.Child("tokenRequests").Index(i);
            if (!seen.Add(request.Text("audience") ?? ""))
                errors.Duplicate(path.Child("audience"), request.Text("audience") ?? "");
            if (request.Int64("expirationSeconds") is not { } seconds)
                continue;
            if (seconds < LeastTokenSeconds)
                errors.Invalid(path.Child("expirationSeconds"), seconds, "may not specify a duration less than 10 minutes");
            if (seconds > MostTokenSeconds)
                errors.Invalid(path.Child("expirationSeconds"), seconds, "may not specify a duration larger than 2^32 seconds");
        }
    }
}
