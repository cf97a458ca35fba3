using System.Text.Json.Nodes;
using ActorKube.Api.Validation;
using ActorKube.ApiServer.Allocation;
using static ActorKube.ApiServer.Kinds.KindTable;

namespace ActorKube.ApiServer.Kinds.Core;

/// <summary>Service: its addresses and ports are given out by the allocators before it is written.</summary>
internal sealed class ServiceStrategy() : KindStrategy(
    Namespaced("v1", "Service", "services", "svc").WithStatus().In(All).With(SubresourceFacts.ProxyTo(CoreKinds.Options("ServiceProxyOptions"))))
{
    /// <inheritdoc/>
    public override bool ReturnsDeletedObject => true;

    /// <inheritdoc/>
    public override NameRule Names => ObjectNames.Label1035;

    /// <inheritdoc/>
    public override bool AllowsCreateOnUpdate => true;

    /// <inheritdoc/>
    public override IReadOnlyList<string> SelectableFields { get; } = ["spec.clusterIP", "spec.type"];

    /// <summary>What was allocated stays unless the update says otherwise: clients that know nothing of allocation leave it out.</summary>
    public override void PrepareForUpdate(JsonObject obj, JsonObject old)
    {
        base.PrepareForUpdate(obj, old);
        var spec = ServiceSpec.Of(obj);
        var before = ServiceSpec.Of((JsonObject)old.DeepClone());
        spec.Inherit(before);
        spec.DropWhatTypeForbids(before);
    }
}
