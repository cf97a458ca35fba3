using System.Text.Json.Nodes;
using ActorKube.Api.Json;
using ActorKube.Api.Names;
using ActorKube.ApiServer.Kinds;

namespace ActorKube.ApiServer.Admission.RuntimeClasses;

/// <summary>What a pod's runtime class demands becomes part of the pod: what running it costs, and which nodes it may run on (upstream: <c>plugin/pkg/admission/runtimeclass</c>).</summary>
internal sealed class RuntimeClassAdmission(ObjectLookup lookup) : IAdmissionPlugin
{
    private static readonly GroupResource Classes = new("node.k8s.io", "runtimeclasses");

    /// <inheritdoc/>
    public string Name => "RuntimeClass";

    /// <inheritdoc/>
    public bool Handles(AdmissionOperation operation, ServedResource served, string subresource) =>
        operation == AdmissionOperation.Create && PodRequests.IsPod(served, subresource);

    /// <inheritdoc/>
    public async ValueTask<bool> MutateAsync(AdmissionRequest request, CancellationToken cancel)
    {
        if (await ClassAsync(request, cancel) is not { } found)
            return false;
        var spec = request.Object!.ObjectOrNew("spec");
        return Apply(RuntimeClassDemands.SetOverhead(spec, found), request) | Apply(RuntimeClassDemands.SetScheduling(spec, found), request);
    }

    /// <inheritdoc/>
    public async ValueTask ValidateAsync(AdmissionRequest request, CancellationToken cancel)
    {
        var spec = request.Object.Object("spec");
        if (RuntimeClassDemands.OverheadFault(spec, await ClassAsync(request, cancel)) is { } fault)
            throw request.Forbid(fault);
    }

    private static bool Apply(RuntimeClassDemands.Outcome outcome, AdmissionRequest request) => outcome.Refusal is { } why ? throw request.Forbid(why) : outcome.Changed;

    private async ValueTask<JsonObject?> ClassAsync(AdmissionRequest request, CancellationToken cancel)
    {
        if (request.Object.Object("spec").Text("runtimeClassName") is not { } name)
            return null;
        var found = await lookup.FindAsync(request.Workspace, Classes, new ObjectKey("", name), cancel)
            ?? throw request.Forbid($"pod rejected: RuntimeClass {GoText.Quote(name)} not found");
        return JsonDecoder.Decode(found.Json.Span, JsonLimits.Stored).RequireObject();
    }
}
