using ActorKube.ApiServer.Kinds;
using ActorKube.ApiServer.Security.Rbac;

namespace ActorKube.ApiServer.Admission;

/// <summary>Nobody grants what he does not hold: asked last, about the role or binding as it will be stored. Upstream does this in the registry of these kinds.</summary>
internal sealed class EscalationPlugin(EscalationCheck check) : IAdmissionPlugin
{
    /// <inheritdoc/>
    public string Name => "RBACEscalation";

    /// <inheritdoc/>
    public bool Handles(AdmissionOperation operation, ServedResource served, string subresource) =>
        operation is AdmissionOperation.Create or AdmissionOperation.Update && EscalationCheck.Concerns(served.Storage);

    /// <inheritdoc/>
    public ValueTask ValidateAsync(AdmissionRequest request, CancellationToken cancel) =>
        check.CheckAsync(request.User, request.Served.Storage, request.Object!, request.Old, cancel);
}
