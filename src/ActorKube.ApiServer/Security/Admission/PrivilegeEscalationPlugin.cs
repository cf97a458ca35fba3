using ActorKube.ApiServer.Admission;
using ActorKube.ApiServer.Kinds;
using ActorKube.ApiServer.Security.Rbac;

namespace ActorKube.ApiServer.Security.Admission;

/// <summary>Puts <see cref="EscalationCheck"/> into the admission chain (upstream has it in the storage of roles and bindings).</summary>
internal sealed class PrivilegeEscalationPlugin(EscalationCheck check) : IAdmissionPlugin
{
    public string Name => "PrivilegeEscalation";

    public bool Handles(AdmissionOperation operation, ServedResource served, string subresource) =>
        operation is AdmissionOperation.Create or AdmissionOperation.Update && EscalationCheck.Concerns(served.GroupResource);

    public ValueTask ValidateAsync(AdmissionRequest request, CancellationToken cancel) =>
        check.CheckAsync(request.User, request.Served.GroupResource, request.Object!, request.Old, cancel);
}
