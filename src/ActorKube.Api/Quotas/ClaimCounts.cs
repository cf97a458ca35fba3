using System.Text.Json.Nodes;
using ActorKube.Api.Json;
using ActorKube.Api.Names;
using ActorKube.Api.Quantities;

namespace ActorKube.Api.Quotas;

/// <summary>Counts claims and the storage they ask for, altogether and for each storage class (upstream: <c>evaluator/core/persistent_volume_claims.go</c>).</summary>
public sealed class ClaimCounts() : QuotaEvaluator(new GroupResource("", "persistentvolumeclaims"))
{
    private const string Claims = "persistentvolumeclaims";
    private const string Storage = "requests.storage";
    private const string OfClass = ".storageclass.storage.k8s.io/";

    // Once the way to name a class, still read before the field.
    private const string ClassAnnotation = "volume.beta.kubernetes.io/storage-class";

    /// <inheritdoc/>
    public override bool Tracks(string name) =>
        name is Claims or Storage || name == CountName
        || name.EndsWith(OfClass + Claims, StringComparison.Ordinal) || name.EndsWith(OfClass + Storage, StringComparison.Ordinal);

    /// <inheritdoc/>
    public override bool Charges(bool creates, string subresource) => subresource.Length == 0 || (!creates && subresource == "status");

    /// <inheritdoc/>
    public override QuotaItem Measure(JsonObject item)
    {
        var (spec, status) = (item.Object("spec"), item.Object("status"));
        var storageClass = item.Object("metadata").Object("annotations").Text(ClassAnnotation) ?? spec.Text("storageClassName") ?? "";
        var amounts = new Amounts();
        Add(amounts, storageClass, Claims, One);
        amounts.Add(CountName, One);
        if (Requested(spec, status) is { } bytes)
            Add(amounts, storageClass, Storage, bytes);
        string?[] classes = [spec.Text("volumeAttributesClassName"), status.Text("currentVolumeAttributesClassName"), status.Object("modifyVolumeStatus").Text("targetVolumeAttributesClassName")];
        return new QuotaItem { Stored = amounts, AttributesClasses = classes.OfType<string>().Where(static c => c.Length > 0).ToHashSet() };
    }

    /// <inheritdoc/>
    public override bool IsInScope(QuotaScope scope, QuotaItem item) =>
        scope.Name == QuotaScope.VolumeAttributesClass
        && (item.AttributesClasses.Count == 0 ? scope.Admits(null) : item.AttributesClasses.Any(scope.Admits));

    private static void Add(Amounts amounts, string storageClass, string name, Quantity amount)
    {
        amounts.Add(name, amount);
        if (storageClass.Length > 0)
            amounts.Add(storageClass + OfClass + name, amount);
    }

    // A volume that could not be made smaller keeps what it was given. Parts of bytes count as bytes.
    private static Quantity? Requested(JsonObject? spec, JsonObject? status)
    {
        if (!Quantity.TryParse(spec.Object("resources").Object("requests")?["storage"]?.ToString(), out var requested))
            return null;
        if (Quantity.TryParse(status.Object("allocatedResources")?["storage"]?.ToString(), out var allocated) && allocated > requested)
            requested = allocated;
        var whole = Quantity.FromUnits(requested.Value, requested.Format);
        return requested == whole ? requested : whole;
    }
}
