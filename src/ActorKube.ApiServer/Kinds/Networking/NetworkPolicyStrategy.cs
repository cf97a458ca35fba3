using System.Text.Json.Nodes;
using ActorKube.Api.Json;
using ActorKube.Api.Validation;
using ActorKube.ApiServer.Pipeline;
using ActorKube.ApiServer.Tables;
using static ActorKube.ApiServer.Kinds.KindTable;

namespace ActorKube.ApiServer.Kinds.Networking;

/// <summary>NetworkPolicy: which pods may talk to which (upstream: <c>pkg/registry/networking/networkpolicy</c>).</summary>
internal sealed class NetworkPolicyStrategy() : KindStrategy(Namespaced("networking.k8s.io/v1", "NetworkPolicy", "networkpolicies", "netpol").Counted())
{
    /// <inheritdoc/>
    public override IReadOnlyList<TableColumn> Columns => NetworkingColumns.Policies;

    /// <summary>A policy that does not say which directions it is about is about what comes in, and about what goes out if it has rules for it.</summary>
    public override void Default(JsonObject obj)
    {
        var spec = obj.ObjectOrNew("spec");
        if (spec.Array("policyTypes") is { Count: > 0 })
            return;
        spec["policyTypes"] = spec.Array("egress") is { Count: > 0 } ? new JsonArray("Ingress", "Egress") : new JsonArray("Ingress");
    }

    /// <inheritdoc/>
    public override void Validate(JsonObject obj, FieldErrors errors) => NetworkPolicyRules.Check(obj.Object("spec") ?? [], known: new HashSet<string>(), FieldPath.Spec, errors);

    /// <summary>Ranges that the policy has had are not looked at again.</summary>
    public override void ValidateUpdate(JsonObject obj, JsonObject old, FieldErrors errors) =>
        NetworkPolicyRules.Check(obj.Object("spec") ?? [], NetworkPolicyRules.Ranges(old.Object("spec")).Select(static r => r.Range).ToHashSet(), FieldPath.Spec, errors);

    /// <inheritdoc/>
    public override void Warnings(JsonObject obj, JsonObject? old, WarningList warnings)
    {
        warnings.Add("network policies are stored but not enforced yet");
        if (old is not null && !IsNewGeneration(obj, old))
            return;
        foreach (var (range, path) in NetworkPolicyRules.Ranges(obj.Object("spec")))
            if (AddressRules.CidrWarning(range) is { } advice)
                warnings.Add($"{path}: {advice}");
    }
}
