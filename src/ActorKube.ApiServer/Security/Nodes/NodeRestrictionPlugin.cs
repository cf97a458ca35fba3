using ActorKube.ApiServer.Admission;
using ActorKube.ApiServer.Kinds;

namespace ActorKube.ApiServer.Security.Nodes;

/// <summary><see cref="NodeRestriction"/> in the admission chain. It judges what is finally written, so it validates and does not change.</summary>
internal sealed class NodeRestrictionPlugin(NodeRestriction restriction) : IAdmissionPlugin
{
    public string Name => "NodeRestriction";

    public bool Handles(AdmissionOperation operation, ServedResource served, string subresource) =>
        operation != AdmissionOperation.Connect && NodeRestriction.Concerns(served.GroupResource);

    // Asked first: the old state is decoded for those only whom it concerns.
    public ValueTask ValidateAsync(AdmissionRequest request, CancellationToken cancel) => !NodeIdentity.IsNode(request.User, out _) ? ValueTask.CompletedTask : restriction.CheckAsync(
        new NodeWrite
        {
            User = request.User,
            Kind = request.Operation switch
            {
                AdmissionOperation.Create => NodeWriteKind.Create,
                AdmissionOperation.Update => NodeWriteKind.Update,
                AdmissionOperation.Delete => NodeWriteKind.Delete,
                _ => throw new ArgumentOutOfRangeException(nameof(request), request.Operation, "Unknown operation."),
            },
            Resource = request.Served.GroupResource,
            Subresource = request.Subresource,
            Namespace = request.Namespace,
            Name = request.Name,
            Old = request.Old,
            New = request.Object,
        },
        cancel);
}
