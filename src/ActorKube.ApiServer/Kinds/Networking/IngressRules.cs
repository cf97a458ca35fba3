using System.Text.Json.Nodes;
using ActorKube.Api.Json;
using ActorKube.Api.Validation;

namespace ActorKube.ApiServer.Kinds.Networking;

/// <summary>The spec of an ingress (upstream: <c>ValidateIngressSpec</c> and what it calls).</summary>
internal static class IngressRules
{
    /// <summary>What is wrong with an address where a name belongs.</summary>
    public const string IsAddress = "must be a DNS name, not an IP address";

    private const string NotAbsolute = "must be an absolute path";
    private static readonly string[] PathTypes = ["Exact", "ImplementationSpecific", "Prefix"];
    private static readonly string[] BadParts = ["//", "/./", "/../", "%2f", "%2F"];
    private static readonly string[] BadEnds = ["/..", "/."];

    /// <summary>Checks a spec.</summary>
    public static void Check(JsonObject spec, FieldPath path, FieldErrors errors)
    {
        var fallback = spec.Object("defaultBackend");
        if (fallback is null && spec.Array("rules") is not { Count: > 0 })
            errors.Invalid(path, spec["rules"], "either `defaultBackend` or `rules` must be specified");
        if (fallback is not null)
            IngressBackendRules.Check(fallback, path.Child("defaultBackend"), errors);
        foreach (var (i, rule) in spec.Items("rules"))
            CheckRule(rule, path.Child("rules").Index(i), errors);
        foreach (var (i, tls) in spec.Items("tls"))
        {
            var (item, place) = (path.Child("tls").Index(i), 0);
            foreach (var host in tls.Texts("hosts"))
                CheckHost(host, item.Child("hosts").Index(place++), errors);
            FieldRules.Form(tls, "secretName", DnsNames.Subdomain, item, errors);
        }
        if (spec.Text("ingressClassName") is { } name)
            errors.Invalid(path.Child("ingressClassName"), name, DnsNames.Subdomain(name));
    }

    private static void CheckRule(JsonObject rule, FieldPath path, FieldErrors errors)
    {
        if (rule.Text("host") is { Length: > 0 } host)
        {
            if (AddressRules.TryParseIp(host, out _, out _))
                errors.Invalid(path.Child("host"), host, IsAddress);
            CheckHost(host, path.Child("host"), errors);
        }
        if (rule.Object("http") is not { } http)
            return;
        if (http.Array("paths") is not { Count: > 0 })
            errors.Required(path.Child("http", "paths"));
        foreach (var (i, route) in http.Items("paths"))
            CheckPath(route, path.Child("http", "paths").Index(i), errors);
    }

    private static void CheckHost(string host, FieldPath path, FieldErrors errors) =>
        errors.Invalid(path, host, host.Contains('*', StringComparison.Ordinal) ? DnsNames.WildcardSubdomain(host) : DnsNames.Subdomain(host));

    private static void CheckPath(JsonObject route, FieldPath path, FieldErrors errors)
    {
        var text = route.Text("path") ?? "";
        switch (route.Text("pathType"))
        {
            case null:
                errors.Required(path.Child("pathType"), "pathType must be specified");
                return;
            case "Exact" or "Prefix":
                if (!text.StartsWith('/'))
                    errors.Invalid(path.Child("path"), text, NotAbsolute);
                foreach (var part in BadParts)
                    if (text.Contains(part, StringComparison.Ordinal))
                        errors.Invalid(path.Child("path"), text, $"must not contain '{part}'");
                foreach (var end in BadEnds)
                    if (text.EndsWith(end, StringComparison.Ordinal))
                        errors.Invalid(path.Child("path"), text, $"cannot end with '{end}'");
                break;
            case "ImplementationSpecific":
                if (text.Length > 0 && text[0] != '/')
                    errors.Invalid(path.Child("path"), text, NotAbsolute);
                break;
            case var other:
                errors.NotSupported(path.Child("pathType"), other, PathTypes);
                break;
        }
        IngressBackendRules.Check(route.Object("backend") ?? [], path.Child("backend"), errors);
    }
}
