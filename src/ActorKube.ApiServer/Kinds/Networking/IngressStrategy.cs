using System.Text.Json.Nodes;
using ActorKube.Api.Json;
using ActorKube.Api.Validation;
using ActorKube.ApiServer.Pipeline;
using ActorKube.ApiServer.Tables;
using static ActorKube.ApiServer.Kinds.KindTable;

namespace ActorKube.ApiServer.Kinds.Networking;

/// <summary>Ingress: routes from outside to services (upstream: <c>pkg/registry/networking/ingress</c>).</summary>
internal sealed class IngressStrategy() : KindStrategy(Namespaced("networking.k8s.io/v1", "Ingress", "ingresses", "ing").WithStatus().Counted())
{
    private const string ClassAnnotation = "kubernetes.io/ingress.class";

    /// <inheritdoc/>
    public override IReadOnlyList<TableColumn> Columns => NetworkingColumns.Ingresses;

    /// <inheritdoc/>
    public override void Validate(JsonObject obj, FieldErrors errors)
    {
        var spec = obj.Object("spec") ?? [];
        IngressRules.Check(spec, FieldPath.Spec, errors);
        if (spec.Text("ingressClassName") is { } named && Annotation(obj) is { } annotated && annotated != named)
            errors.Invalid(FieldPath.Of("annotations").Child(ClassAnnotation), annotated, "must match `ingressClassName` when both are specified");
    }

    /// <inheritdoc/>
    public override void ValidateUpdate(JsonObject obj, JsonObject old, FieldErrors errors) => IngressRules.Check(obj.Object("spec") ?? [], FieldPath.Spec, errors);

    /// <inheritdoc/>
    public override void ValidateStatusUpdate(JsonObject obj, JsonObject old, FieldErrors errors)
    {
        var known = old.Object("status").Object("loadBalancer").Items("ingress").Select(static i => i.Item.Text("ip")).ToHashSet();
        foreach (var (i, place) in obj.Object("status").Object("loadBalancer").Items("ingress"))
        {
            var path = FieldPath.Status.Child("loadBalancer", "ingress").Index(i);
            if (place.Text("ip") is { Length: > 0 } address && !known.Contains(address))
                errors.Invalid(path.Child("ip"), address, AddressRules.Ip(address));
            if (place.Text("hostname") is not { Length: > 0 } host)
                continue;
            errors.Invalid(path.Child("hostname"), host, DnsNames.Subdomain(host));
            if (AddressRules.TryParseIp(host, out _, out _))
                errors.Invalid(path.Child("hostname"), host, IngressRules.IsAddress);
        }
    }

    /// <inheritdoc/>
    public override void Warnings(JsonObject obj, JsonObject? old, WarningList warnings)
    {
        warnings.Add("ingresses are stored but not served yet");
        if (old is null && Annotation(obj) is not null && obj.Object("spec")?["ingressClassName"] is null)
            warnings.Add($"annotation \"{ClassAnnotation}\" is deprecated, please use 'spec.ingressClassName' instead");
    }

    private static string? Annotation(JsonObject obj) => obj.Object("metadata").Object("annotations").Text(ClassAnnotation);
}
