using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text.Json.Nodes;
using ActorKube.Api.Json;
using ActorKube.Api.Users;
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

    // Upstream lets a status come with the object.
    /// <inheritdoc/>
    public override void PrepareForCreate(JsonObject obj, UserInfo user)
    {
    }

    /// <inheritdoc/>
    public override void PrepareForUpdate(JsonObject obj, JsonObject old)
    {
    }

    /// <inheritdoc/>
    public override bool StatusAlone => true;

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
        for (var i = 0; i < cidrs.Count; i++)
            errors.Invalid(Cidrs.Index(i), cidrs[i], AddressRules.Cidr(cidrs[i]));
        if (cidrs.Count == 2 && Family(cidrs[0]) is { } one && one == Family(cidrs[1]))
            errors.Invalid(Cidrs, spec?["cidrs"], "may specify no more than one IP for each IP family, i.e 192.168.0.0/24 and 2001:db8::/64");
    }

    // Of what is a range in any notation, be it one that is refused.
    private static AddressFamily? Family(string cidr) =>
        cidr.Split('/') is [var ip, var length] && IPAddress.TryParse(ip, out var address) && !address.IsIPv4MappedToIPv6
        && byte.TryParse(length, NumberStyles.None, CultureInfo.InvariantCulture, out var bits) && bits <= (address.AddressFamily == AddressFamily.InterNetwork ? 32 : 128)
            ? address.AddressFamily : null;

    // Upstream shows the type of its own that it looks at.
    private static JsonObject Shown(JsonObject? spec) => new() { ["CIDRs"] = spec?["cidrs"]?.DeepClone() };
}
