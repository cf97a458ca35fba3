using System.Text.Json.Nodes;
using ActorKube.Api.Json;
using ActorKube.Api.Validation;
using ActorKube.ApiServer.Kinds.Core.Services;
using ActorKube.ApiServer.Tables;
using static ActorKube.ApiServer.Kinds.KindTable;

namespace ActorKube.ApiServer.Kinds.Discovery;

/// <summary>Endpoints: the addresses behind a service, in the old form (upstream: <c>ValidateEndpoints</c>).</summary>
internal sealed class EndpointsStrategy() : KindStrategy(
    Namespaced("v1", "Endpoints", "endpoints", "ep").DeprecatedSince("v1.33", "discovery.k8s.io/v1 EndpointSlice"))
{
    /// <inheritdoc/>
    public override bool AllowsCreateOnUpdate => true;

    /// <inheritdoc/>
    public override IReadOnlyList<TableColumn> Columns => EndpointColumns.Endpoints;

    /// <inheritdoc/>
    public override void Default(JsonObject obj)
    {
        foreach (var (_, subset) in obj.Items("subsets"))
            foreach (var (_, port) in subset.Items("ports"))
                port["protocol"] ??= "TCP";
    }

    /// <inheritdoc/>
    public override void Validate(JsonObject obj, FieldErrors errors)
    {
        var path = FieldPath.Of("subsets");
        var loopback = EndpointRules.IsOfServers(obj);
        foreach (var (i, subset) in obj.Items("subsets"))
            Check(subset, loopback, path.Index(i), errors);
    }

    private static void Check(JsonObject subset, bool loopback, FieldPath path, FieldErrors errors)
    {
        if (subset.Array("addresses") is not { Count: > 0 } && subset.Array("notReadyAddresses") is not { Count: > 0 })
            errors.Required(path, "must specify `addresses` or `notReadyAddresses`");
        foreach (var list in (string[])["addresses", "notReadyAddresses"])
            foreach (var (i, address) in subset.Items(list))
            {
                var place = path.Child(list).Index(i);
                ServiceAddressRules.CheckRoutable(address.Text("ip") ?? "", place.Child("ip"), errors, loopback);
                FieldRules.Form(address, "hostname", DnsNames.Label, place, errors);
                FieldRules.Form(address, "nodeName", DnsNames.Subdomain, place, errors);
            }
        foreach (var (i, port) in subset.Items("ports"))
            CheckPort(port, subset.Array("ports")!.Count > 1, path.Child("ports").Index(i), errors);
    }

    private static void CheckPort(JsonObject port, bool needsName, FieldPath path, FieldErrors errors)
    {
        if (needsName)
            FieldRules.Required(port, "name", path, errors);
        FieldRules.Form(port, "name", DnsNames.Label, path, errors);
        if (PortRules.Number(port.Int64("port") ?? 0) is { Count: > 0 } faults)
            errors.Invalid(path.Child("port"), port.Int64("port") ?? 0, faults[0]);
        EndpointRules.CheckProtocols(port, path, errors);
    }
}
