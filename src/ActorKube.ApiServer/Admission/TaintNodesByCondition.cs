using System.Text.Json.Nodes;
using ActorKube.Api.Json;
using ActorKube.Api.Names;
using ActorKube.ApiServer.Kinds;

namespace ActorKube.ApiServer.Admission;

/// <summary>A new node takes no pods until somebody has seen that it is ready (upstream: <c>plugin/pkg/admission/nodetaint</c>).</summary>
internal sealed class TaintNodesByCondition : IAdmissionPlugin
{
    private const string NotReady = "node.kubernetes.io/not-ready";
    private const string NoSchedule = "NoSchedule";
    private static readonly GroupResource Nodes = new("", "nodes");

    /// <inheritdoc/>
    public string Name => "TaintNodesByCondition";

    /// <inheritdoc/>
    public bool Handles(AdmissionOperation operation, ServedResource served, string subresource) =>
        operation == AdmissionOperation.Create && served.Storage == Nodes && subresource.Length == 0;

    /// <inheritdoc/>
    public ValueTask<bool> MutateAsync(AdmissionRequest request, CancellationToken cancel)
    {
        var spec = request.Object!.ObjectOrNew("spec");
        if (spec.Array("taints") is not { } taints)
            spec["taints"] = taints = [];
        if (taints.OfType<JsonObject>().Any(static t => t.Text("key") == NotReady && t.Text("effect") == NoSchedule))
            return ValueTask.FromResult(false);
        taints.Add(new JsonObject { ["key"] = NotReady, ["effect"] = NoSchedule });
        return ValueTask.FromResult(true);
    }
}
