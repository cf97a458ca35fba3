using System.Text.Json.Nodes;
using ActorKube.Api.Json;
using ActorKube.Api.Validation;
using ActorKube.ApiServer.Tables;
using static ActorKube.ApiServer.Kinds.KindTable;

namespace ActorKube.ApiServer.Kinds.Networking;

/// <summary>IPAddress: an address of a service range that is in use, named by itself (upstream: <c>ValidateIPAddress</c>). That it has a parent which never changes is known to the schema.</summary>
internal sealed class IpAddressStrategy() : KindStrategy(ClusterScoped("networking.k8s.io/v1", "IPAddress", "ipaddresses", "ip"))
{
    /// <inheritdoc/>
    public override NameRule Names => static (name, _) => AddressRules.CanonicalIp(name);

    /// <inheritdoc/>
    public override bool TakesPrefixAsName => true;

    /// <inheritdoc/>
    public override IReadOnlyList<TableColumn> Columns => NetworkingColumns.Addresses;

    /// <inheritdoc/>
    public override IReadOnlyList<string> SelectableFields { get; } = ["spec.parentRef.group", "spec.parentRef.name", "spec.parentRef.namespace", "spec.parentRef.resource"];

    /// <inheritdoc/>
    public override void Validate(JsonObject obj, FieldErrors errors)
    {
        var path = FieldPath.Spec.Child("parentRef");
        var parent = obj.Object("spec").Object("parentRef");
        FieldRules.Form(parent, "group", DnsNames.Subdomain, path, errors);
        FieldRules.Form(parent, "resource", KeyNames.PathSegment, path, errors);
        FieldRules.Form(parent, "name", KeyNames.PathSegment, path, errors);
        FieldRules.Form(parent, "namespace", KeyNames.PathSegment, path, errors);
    }

    /// <inheritdoc/>
    public override void ValidateUpdate(JsonObject obj, JsonObject old, FieldErrors errors)
    {
        // The parent is what it was.
    }
}
