using ActorKube.ApiServer.Admission;
using ActorKube.ApiServer.Kinds;

namespace ActorKube.ApiServer.Security.Rbac;

/// <summary>
/// <see cref="EscalationCheck"/> in the admission chain, last: it has to see what is finally written. Upstream has it in the storage of the four kinds, after admission;
/// there it cannot be switched off either.
/// </summary>
internal sealed class EscalationPlugin(EscalationCheck check) : IAdmissionPlugin
{
    public string Name => "RBACEscalation";

    public bool Handles(AdmissionOperation operation, ServedResource served, string subresource) =>
        operation is AdmissionOperation.Create or AdmissionOperation.Update && EscalationCheck.Concerns(served.GroupResource);

    public ValueTask ValidateAsync(AdmissionRequest request, CancellationToken cancel) =>
        request.Object is { } wanted ? check.CheckAsync(request.User, request.Served.GroupResource, wanted, request.Old, cancel) : ValueTask.CompletedTask;
}
