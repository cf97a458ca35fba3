using System.Text.Json.Nodes;
using ActorKube.Api.Json;
using ActorKube.Api.Users;
using ActorKube.Api.Validation;
using ActorKube.ApiServer.Tables;
using static ActorKube.ApiServer.Kinds.KindTable;

namespace ActorKube.ApiServer.Kinds.Discovery;

/// <summary>EndpointSlice: a part of the addresses behind a service (upstream: <c>pkg/apis/discovery</c>, <c>pkg/registry/discovery/endpointslice</c>).</summary>
internal sealed class EndpointSliceStrategy() : KindStrategy(Namespaced("discovery.k8s.io/v1", "EndpointSlice", "endpointslices").Counted())
{
    private const int MaxEndpoints = 1000;
    private const int MaxPorts = 20000;
    private static readonly string[] AddressTypes = ["FQDN", "IPv4", "IPv6"];

    /// <inheritdoc/>
    public override IReadOnlyList<TableColumn> Columns => EndpointColumns.Slices;

    /// <inheritdoc/>
    public override void Default(JsonObject obj)
    {
        foreach (var (_, port) in obj.Items("ports"))
        {
            port["name"] ??= "";
            port["protocol"] ??= "TCP";
        }
    }

    /// <inheritdoc/>
    public override void PrepareForCreate(JsonObject obj, UserInfo user) => DropTopology(obj);

    /// <inheritdoc/>
    public override void PrepareForUpdate(JsonObject obj, JsonObject old)
    {
        if (!JsonEquality.Same(obj["endpoints"], old["endpoints"]))
            DropTopology(obj);
    }

    /// <summary>Consumers find slices by labels, so that these count as a change.</summary>
    public override bool IsNewGeneration(JsonObject obj, JsonObject old) => base.IsNewGeneration(obj, old) || !ObjectParts.SamePart(obj, old, "metadata", "labels");

    /// <inheritdoc/>
    public override void Validate(JsonObject obj, FieldErrors errors)
    {
        var type = FieldRules.Required(obj, "addressType", FieldPath.Root, errors);
        FieldRules.OneOf(obj, "addressType", AddressTypes, FieldPath.Root, errors);
        CheckEndpoints(obj, type ?? "", errors);
        CheckPorts(obj, errors);
    }

    private static void CheckEndpoints(JsonObject obj, string type, FieldErrors errors)
    {
        var path = FieldPath.Of("endpoints");
        if (obj.Array("endpoints") is { Count: > MaxEndpoints } many)
        {
            errors.TooMany(path, many.Count, MaxEndpoints);
            return;
        }
        var loopback = EndpointRules.IsOfServers(obj);
        foreach (var (i, endpoint) in obj.Items("endpoints"))
            EndpointRules.CheckEndpoint(endpoint, type, loopback, path.Index(i), errors);
    }

    private static void CheckPorts(JsonObject obj, FieldErrors errors)
    {
        var path = FieldPath.Of("ports");
        if (obj.Array("ports") is { Count: > MaxPorts } many)
        {
            errors.TooMany(path, many.Count, MaxPorts);
            return;
        }
        var names = new HashSet<string>();
        foreach (var (i, port) in obj.Items("ports"))
        {
            var name = port.Text("name") ?? "";
            FieldRules.Form(port, "name", DnsNames.Label, path.Index(i), errors);
            if (!names.Add(name))
                errors.Duplicate(path.Index(i).Child("name"), name);
            EndpointRules.CheckProtocols(port, path.Index(i), errors);
        }
    }

    private static void DropTopology(JsonObject obj)
    {
        foreach (var (_, endpoint) in obj.Items("endpoints"))
            endpoint.Remove("deprecatedTopology");
    }
}
