using System.Text.Json.Nodes;
using ActorKube.Api.Json;
using ActorKube.Api.Validation;
using ActorKube.ApiServer.Allocation;
using ActorKube.ApiServer.Kinds.Core.Services;
using ActorKube.ApiServer.Pipeline;
using ActorKube.ApiServer.Tables;
using static ActorKube.ApiServer.Kinds.KindTable;

namespace ActorKube.ApiServer.Kinds.Core;

/// <summary>Service: its addresses and ports are given out by the allocators before it is written.</summary>
internal sealed class ServiceStrategy() : KindStrategy(
    Namespaced("v1", "Service", "services", "svc").WithStatus().In(All).With(SubresourceFacts.ProxyTo(CoreKinds.Options("ServiceProxyOptions"))))
{
    private static readonly string[] IpModes = ["Proxy", "VIP"];

    /// <inheritdoc/>
    public override bool ReturnsDeletedObject => true;

    /// <inheritdoc/>
    public override NameRule Names => ObjectNames.Label;

    /// <inheritdoc/>
    public override bool AllowsCreateOnUpdate => true;

    /// <inheritdoc/>
    public override IReadOnlyList<string> SelectableFields { get; } = ["spec.clusterIP", "spec.type"];

    /// <inheritdoc/>
    public override IReadOnlyList<TableColumn> Columns => ServiceColumns.All;

    /// <inheritdoc/>
    public override void Default(JsonObject obj)
    {
        ServiceDefaults.Apply(obj);
        if (obj.Object("spec") is not { } spec)
            return;
        // The old field and the list that replaced it say the same.
        if (spec.Text("clusterIP") is { Length: > 0 } first && spec.Array("clusterIPs") is not { Count: > 0 })
            spec["clusterIPs"] = new JsonArray(first);
    }

    /// <summary>What was allocated stays unless the update says otherwise: clients that know nothing of allocation leave it out.</summary>
    public override void PrepareForUpdate(JsonObject obj, JsonObject old)
    {
        base.PrepareForUpdate(obj, old);
        if (obj.Object("spec") is { } spec && old.Object("spec") is { } before)
            KeepFamilies(spec, before);
        var wanted = ServiceSpec.Of(obj);
        var present = ServiceSpec.Of((JsonObject)old.DeepClone());
        wanted.Inherit(present);
        wanted.DropWhatTypeForbids(present);
        ServiceDefaults.DropWhatTypeForbids(obj, old);
    }

    /// <inheritdoc/>
    public override void Validate(JsonObject obj, FieldErrors errors) => ServiceRules.Check(obj, errors);

    /// <inheritdoc/>
    public override void ValidateUpdate(JsonObject obj, JsonObject old, FieldErrors errors)
    {
        ServiceUpdateRules.Check(obj.Object("spec") ?? [], old.Object("spec") ?? [], errors);
        Validate(obj, errors);
    }

    /// <inheritdoc/>
    public override void ValidateStatusUpdate(JsonObject obj, JsonObject old, FieldErrors errors)
    {
        var path = FieldPath.Status.Child("loadBalancer", "ingress");
        var balanced = obj.Object("spec").Text("type") == "LoadBalancer";
        foreach (var (i, ingress) in obj.Object("status").Object("loadBalancer").Items("ingress"))
        {
            if (!balanced)
            {
                errors.Forbidden(path, "may only be used when `spec.type` is 'LoadBalancer'");
                return;
            }
            CheckIngress(ingress, path.Index(i), errors);
        }
    }

    private static void CheckIngress(JsonObject ingress, FieldPath path, FieldErrors errors)
    {
        FieldRules.Form(ingress, "ip", AddressRules.Ip, path, errors);
        var hasAddress = ingress.Text("ip") is { Length: > 0 };
        if (ingress.Text("ipMode") is null)
        {
            if (hasAddress)
                errors.Required(path.Child("ipMode"), "must be specified when `ip` is set");
        }
        else if (!hasAddress)
            errors.Forbidden(path.Child("ipMode"), "may not be specified when `ip` is not set");
        else
            FieldRules.OneOf(ingress, "ipMode", IpModes, path, errors);
        FieldRules.Form(ingress, "hostname", DnsNames.Subdomain, path, errors);
        if (ingress.Text("hostname") is { } host && AddressRules.TryParseIp(host, out _, out _))
            errors.Invalid(path.Child("hostname"), host, "must be a DNS name, not an IP address");
    }

    /// <inheritdoc/>
    public override void Warnings(JsonObject obj, JsonObject? old, WarningList warnings)
    {
        // Nobody needs to read them again for a change of the status.
        if (old is null || !ObjectParts.SameBut(["status"], obj, old))
            ServiceWarnings.Add(obj, warnings);
        if (old is null)
            ServiceWarnings.AddNotEnforced(obj.Object("spec"), warnings);
    }

    // Old clients change the first address only (upstream: NormalizeClusterIPs).
    private static void KeepFamilies(JsonObject spec, JsonObject old)
    {
        if (spec.Text("type") == "ExternalName" || old.Text("type") == "ExternalName")
            return;
        if (spec.Text("clusterIP") is { Length: > 0 } now && now != old.Text("clusterIP") && JsonEquality.Same(spec["clusterIPs"], old["clusterIPs"]))
            spec["clusterIPs"] = new JsonArray(now);
        foreach (var field in (ReadOnlySpan<string>)["ipFamilies", "ipFamilyPolicy"])
            if (spec[field] is null)
                ObjectParts.Keep(field, spec, old);
    }
}
