using System.Text.Json.Nodes;
using ActorKube.Api.Json;
using ActorKube.ApiServer.Kinds;

namespace ActorKube.ApiServer.Admission;

/// <summary>Pods stay five minutes on a node that is not ready or out of reach unless they say otherwise (upstream: <c>plugin/pkg/admission/defaulttolerationseconds</c>).</summary>
internal sealed class DefaultTolerationSeconds(DefaultTolerations defaults) : IAdmissionPlugin
{
    private const string NotReady = "node.kubernetes.io/not-ready";
    private const string Unreachable = "node.kubernetes.io/unreachable";

    /// <inheritdoc/>
    public string Name => "DefaultTolerationSeconds";

    /// <inheritdoc/>
    public bool Handles(AdmissionOperation operation, ServedResource served, string subresource) =>
        PodRequests.IsPod(served, subresource) && operation is AdmissionOperation.Create or AdmissionOperation.Update;

    /// <inheritdoc/>
    public ValueTask<bool> MutateAsync(AdmissionRequest request, CancellationToken cancel)
    {
        var spec = request.Object!.ObjectOrNew("spec");
        var changed = Add(spec, NotReady, defaults.NotReadySeconds);
        return ValueTask.FromResult(Add(spec, Unreachable, defaults.UnreachableSeconds) | changed);
    }

    private static bool Add(JsonObject spec, string taint, long seconds)
    {
        var tolerations = spec.Array("tolerations");
        if (tolerations is not null && tolerations.OfType<JsonObject>().Any(t => Covers(t, taint)))
            return false;
        if (tolerations is null)
            spec["tolerations"] = tolerations = [];
        tolerations.Add(new JsonObject { ["key"] = taint, ["operator"] = "Exists", ["effect"] = "NoExecute", ["tolerationSeconds"] = seconds });
        return true;
    }

    private static bool Covers(JsonObject toleration, string taint) =>
        (toleration.Text("key") is not { Length: > 0 } key || key == taint) && toleration.Text("effect") is null or "" or "NoExecute";
}

/// <summary>How long pods stay on nodes in trouble when they do not say.</summary>
/// <param name="NotReadySeconds">On nodes that are not ready.</param>
/// <param name="UnreachableSeconds">On nodes out of reach.</param>
internal sealed record DefaultTolerations(long NotReadySeconds = 300, long UnreachableSeconds = 300);
