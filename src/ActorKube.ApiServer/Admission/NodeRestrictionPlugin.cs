using ActorKube.ApiServer.Kinds;
using ActorKube.ApiServer.Security.Nodes;

namespace ActorKube.ApiServer.Admission;

/// <summary>Upstream's NodeRestriction as a step of the chain; what it allows is security's business.</summary>
internal sealed class NodeRestrictionPlugin(NodeRestriction restriction) : IAdmissionPlugin
{
    /// <inheritdoc/>
    public string Name => "NodeRestriction";

    /// <inheritdoc/>
    public bool Handles(AdmissionOperation operation, ServedResource served, string subresource) => operation != AdmissionOperation.Connect;

    /// <inheritdoc/>
    public ValueTask ValidateAsync(AdmissionRequest request, CancellationToken cancel) =>
        NodeIdentity.IsNode(request.User, out _) ? restriction.CheckAsync(Write(request), cancel) : ValueTask.CompletedTask;

    private static NodeWrite Write(AdmissionRequest request) => new()
    {
        User = request.User,
        Kind = request.Operation switch
        {
            AdmissionOperation.Create => NodeWriteKind.Create,
            AdmissionOperation.Update => NodeWriteKind.Update,
            AdmissionOperation.Delete => NodeWriteKind.Delete,
            _ => throw new InvalidOperationException($"{request.Operation} is no write."),
        },
        Resource = request.Served.Storage,
        Subresource = request.Subresource,
        Namespace = request.Namespace,
        Name = request.Name,
        Old = request.Old,
        New = request.Object,
    };
}
