using ActorKube.ApiServer.Admission;
using ActorKube.ApiServer.Kinds;
using ActorKube.ApiServer.Security.Nodes;

namespace ActorKube.ApiServer.Security.Admission;

/// <summary>Puts <see cref="NodeRestriction"/> into the admission chain.</summary>
internal sealed class NodeRestrictionPlugin(NodeRestriction restriction) : IAdmissionPlugin
{
    public string Name => "NodeRestriction";

    public bool Handles(AdmissionOperation operation, ServedResource served, string subresource) => operation != AdmissionOperation.Connect;

    public ValueTask ValidateAsync(AdmissionRequest request, CancellationToken cancel) => NodeIdentity.IsNode(request.User, out _)
        ? restriction.CheckAsync(Write(request), cancel)
        : ValueTask.CompletedTask;

    private static NodeWrite Write(AdmissionRequest request) => new()
    {
        User = request.User,
        Kind = request.Operation switch
        {
            AdmissionOperation.Create => NodeWriteKind.Create,
            AdmissionOperation.Update => NodeWriteKind.Update,
            AdmissionOperation.Delete => NodeWriteKind.Delete,
            _ => throw new ArgumentOutOfRangeException(nameof(request), request.Operation, "Not a write."),
        },
        Resource = request.Served.GroupResource,
        Subresource = request.Subresource,
        Namespace = request.Namespace,
        Name = request.Name,
        Old = request.Old,
        New = request.Object,
    };
}
