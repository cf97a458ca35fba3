using System.Text.Json.Nodes;
using ActorKube.Api.Json;
using ActorKube.Api.Validation;

namespace ActorKube.ApiServer.Kinds.Networking;

/// <summary>Where an ingress sends requests (upstream: <c>validateIngressBackend</c>, <c>validateIngressTypedLocalObjectReference</c>).</summary>
internal static class IngressBackendRules
{
    /// <summary>Checks a backend: a service and its port, or another resource.</summary>
    public static void Check(JsonObject backend, FieldPath path, FieldErrors errors)
    {
        switch (backend.Object("resource"), backend.Object("service"))
        {
            case (not null, not null): errors.Invalid(path, "", "cannot set both resource and service backends"); break;
            case (not null and var resource, _): CheckReference(resource, path.Child("resource"), errors); break;
            case (_, not null and var service): CheckService(service, path, errors); break;
            default: errors.Invalid(path, "", "resource or service backend is required"); break;
        }
    }

    /// <summary>Checks group, kind and name of a resource.</summary>
    public static void CheckReference(JsonObject reference, FieldPath path, FieldErrors errors)
    {
        if (reference.Text("apiGroup") is { } group)
            errors.Invalid(path.Child("apiGroup"), group, DnsNames.Subdomain(group));
        foreach (var field in (ReadOnlySpan<string>)["kind", "name"])
            if (FieldRules.Required(reference, field, path, errors) is { } text)
                errors.Invalid(path.Child(field), text, KeyNames.PathSegment(text));
    }

    private static void CheckService(JsonObject service, FieldPath path, FieldErrors errors)
    {
        if (FieldRules.Required(service, "name", path.Child("service"), errors) is { } name)
            errors.Invalid(path.Child("service", "name"), name, DnsNames.Label(name));
        var port = path.Child("service", "port");
        switch (service.Object("port").Text("name") ?? "", service.Object("port").Int64("number") ?? 0)
        {
            case ({ Length: > 0 }, not 0): errors.Invalid(path, "", "cannot set both port name & port number"); break;
            case ({ Length: > 0 } and var called, _): errors.Invalid(port.Child("name"), called, PortRules.Name(called)); break;
            case (_, 0): errors.Required(path, "port name or number is required"); break;
            case (_, var number):
                foreach (var fault in PortRules.Number(number))
                    errors.Invalid(port.Child("number"), number, fault);
                break;
        }
    }
}
