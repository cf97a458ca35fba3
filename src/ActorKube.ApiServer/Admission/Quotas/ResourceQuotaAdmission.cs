using System.Collections.Concurrent;
using ActorKube.Api.Errors;
using ActorKube.Api.Names;
using ActorKube.Api.Quotas;
using ActorKube.ApiServer.Kinds;
using ActorKube.Protocol.Store;

namespace ActorKube.ApiServer.Admission.Quotas;

/// <summary>
/// Charges each write to the quotas of its namespace before it happens (upstream: <c>plugin/resourcequota</c>). Namespaces without quotas, nearly all, are let through after a look at
/// this process's own copy of the quotas, without a message or an allocation.
/// </summary>
/// <param name="store">Where quotas are.</param>
/// <param name="time">The clock.</param>
/// <param name="limited">What may only be consumed where a quota covers it.</param>
internal sealed class ResourceQuotaAdmission(IResourceStore store, TimeProvider time, IReadOnlyList<LimitedResource> limited) : IAdmissionPlugin
{
    internal static readonly GroupResource Quotas = new("", "resourcequotas");

    private readonly ConcurrentDictionary<(string Workspace, string Namespace), QuotaLane> _lanes = new();

    /// <inheritdoc/>
    public string Name => "ResourceQuota";

    /// <inheritdoc/>
    public bool Handles(AdmissionOperation operation, ServedResource served, string subresource) =>
        operation is AdmissionOperation.Create or AdmissionOperation.Update && served.Facts.Namespaced
        && QuotaEvaluators.Of(served.Storage) is { } evaluator && evaluator.Charges(operation == AdmissionOperation.Create, subresource);

    /// <inheritdoc/>
    public ValueTask ValidateAsync(AdmissionRequest request, CancellationToken cancel)
    {
        var read = store.ReadAsync(new ResourceId(request.Workspace, Quotas), ReadAt.Any, cancel);
        return read.IsCompletedSuccessfully ? ChargeAsync(request, read.Result, cancel) : WaitAsync(request, read, cancel);
    }

    private async ValueTask WaitAsync(AdmissionRequest request, ValueTask<IResourceSnapshot> read, CancellationToken cancel) => await ChargeAsync(request, await read, cancel);

    private ValueTask ChargeAsync(AdmissionRequest request, IResourceSnapshot quotas, CancellationToken cancel) =>
        (limited.Count == 0 && (quotas.Count == 0 || quotas.CountRange(request.Namespace, null) == 0)) || IsFree(request) ? ValueTask.CompletedTask : ChargeAsync(request, cancel);

    private static bool IsFree(AdmissionRequest request) =>
        request is { Operation: AdmissionOperation.Update, Object: { } item, Old: { } old } && !QuotaEvaluators.Of(request.Served.Storage)!.Charges(item, old, request.Subresource);

    private async ValueTask ChargeAsync(AdmissionRequest request, CancellationToken cancel)
    {
        var evaluator = QuotaEvaluators.Of(request.Served.Storage)!;
        var write = new QuotaWrite(evaluator, request.Object!, request.Operation == AdmissionOperation.Update ? request.Old : null, request.Subresource) { Limited = limited };
        // Namespaces come and go: a lane is there while somebody waits in it.
        var lane = _lanes.GetOrAdd(
            (request.Workspace, request.Namespace),
            key => new QuotaLane(store, time, key.Workspace, key.Namespace, idle => _lanes.TryRemove(KeyValuePair.Create(key, idle))));
        if (await lane.ChargeAsync(write, request.DryRun, cancel) is { } refusal)
            throw refusal.IsFault ? new ApiException(new ApiStatus(500, "", refusal.Why)) : request.Forbid(refusal.Why);
    }
}
