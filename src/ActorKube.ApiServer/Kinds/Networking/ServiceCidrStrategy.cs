using System.Net;
using System.Text.Json.Nodes;
using ActorKube.Api.Json;
using ActorKube.Api.Validation;
using ActorKube.ApiServer.Tables;
using static ActorKube.ApiServer.Kinds.KindTable;

namespace ActorKube.ApiServer.Kinds.Networking;

/// <summary>ServiceCIDR: a range of service addresses (upstream: <c>ValidateServiceCIDR</c>).</summary>
internal sealed class ServiceCidrStrategy() : KindStrategy(ClusterScoped("networking.k8s.io/v1", "ServiceCIDR", "servicecidrs").WithStatus())
{
    private static readonly FieldPath Cidrs = FieldPath.Spec.Child("cidrs");

    /// <inheritdoc/>
    public override IReadOnlyList<TableColumn> Columns => NetworkingColumns.Ranges;

    /// <inheritdoc/>
    public override void Validate(JsonObject obj, FieldErrors errors)
    {
        var spec = obj.Object("spec");
        var cidrs = spec.Texts("cidrs").ToList();
        if (cidrs.Count == 0)
            errors.Required(Cidrs, "at least one CIDR required");
        else if (cidrs.Count > 2)
            errors.Invalid(Cidrs, Shown(spec), "may only hold up to 2 values");
        else
            Check(spec, cidrs, errors);
    }

    /// <inheritdoc/>
    public override void ValidateUpdate(JsonObject obj, JsonObject old, FieldErrors errors)
    {
        var (cidrs, before) = (obj.Object("spec").Texts("cidrs").ToList(), old.Object("spec").Texts("cidrs").ToList());
        // A range of the other family may be added.
        var widens = before.Count == 1 && cidrs.Count == 2;
        if (cidrs.Count != before.Count && !widens)
        {
            errors.Invalid(Cidrs, obj.Object("spec")?["cidrs"], FieldRules.IsImmutable);
            return;
        }
        for (var i = 0; i < before.Count; i++)
            if (cidrs[i] != before[i])
                errors.Invalid(Cidrs.Index(i), cidrs[i], FieldRules.IsImmutable);
        if (widens)
            Validate(obj, errors);
    }

    private static void Check(JsonObject? spec, List<string> cidrs, FieldErrors errors)
    {
        if (cidrs.Count == 2 && !(IPNetwork.TryParse(cidrs[0], out var one) && IPNetwork.TryParse(cidrs[1], out var other) && one.BaseAddress.AddressFamily != other.BaseAddress.AddressFamily))
            errors.Invalid(Cidrs, Shown(spec), "may specify no more than one IP for each IP family, i.e 192.168.0.0/24 and 2001:db8::/64");
        else
            for (var i = 0; i < cidrs.Count; i++)
                errors.Invalid(Cidrs.Index(i), cidrs[i], AddressRules.Cidr(cidrs[i]));
    }

    // Upstream shows the type of its own that it compares.
    private static JsonObject Shown(JsonObject? spec) => new() { ["CIDRs"] = spec?["cidrs"]?.DeepClone() };
}
