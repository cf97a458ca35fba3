using System.Text.Json.Nodes;
using ActorKube.Api.Json;
using ActorKube.Api.Validation;

namespace ActorKube.ApiServer.Kinds.Admission;

/// <summary>Where a webhook is: a URL or a service (upstream: <c>ValidateWebhookURL</c>, <c>ValidateWebhookService</c>).</summary>
internal static class WebhookClientRules
{
    private const string Form = "; desired format: https://host[/path]";

    /// <summary>Checks a client configuration.</summary>
    public static void Check(JsonObject? client, FieldPath path, FieldErrors errors)
    {
        var (url, service) = (client.Text("url"), client.Object("service"));
        if ((url is null) == (service is null))
            errors.Required(path, "exactly one of url or service is required");
        else if (url is not null)
            CheckUrl(url, path.Child("url"), errors);
        else
            CheckService(service!, path.Child("service"), errors);
    }

    private static void CheckUrl(string text, FieldPath path, FieldErrors errors)
    {
        var (rest, fragment) = Cut(text, "#");
        (rest, var query) = Cut(rest, "?");
        var (scheme, afterScheme) = rest.Contains("://", StringComparison.Ordinal) ? Cut(rest, "://") : ("", "");
        var (authority, _) = Cut(afterScheme, "/");
        var at = authority.LastIndexOf('@');
        var (user, host) = at < 0 ? (null, authority) : (authority[..at], authority[(at + 1)..]);
        if (host.Contains(' ', StringComparison.Ordinal))
        {
            errors.Required(path, $"url must be a valid URL: parse {GoText.Quote(text)}: invalid character \" \" in host name{Form}");
            return;
        }
        if (scheme != "https")
            errors.Invalid(path, scheme, $"'https' is the only allowed URL scheme{Form}");
        if (host.Length == 0)
            errors.Invalid(path, host, $"host must be specified{Form}");
        if (user is not null)
            errors.Invalid(path, user, "user information is not permitted in the URL");
        if (fragment.Length > 0)
            errors.Invalid(path, fragment, "fragments are not permitted in the URL");
        if (query.Length > 0)
            errors.Invalid(path, query, "query parameters are not permitted in the URL");
    }

    private static void CheckService(JsonObject service, FieldPath path, FieldErrors errors)
    {
        FieldRules.Required(service, "name", path, errors);
        FieldRules.Required(service, "namespace", path, errors);
        var port = service.Int64("port") ?? 0;
        if (PortRules.Number(port) is { Count: > 0 } faults)
            errors.Invalid(path.Child("port"), port, $"port is not valid: {string.Join(", ", faults)}");
        if (service.Text("path") is { Length: > 0 } and not "/" and var place)
            CheckPath(place, path.Child("path"), errors);
    }

    private static void CheckPath(string text, FieldPath path, FieldErrors errors)
    {
        if (text == "//")
        {
            errors.Invalid(path, text, "segment[0] may not be empty");
            return;
        }
        if (text[0] != '/')
            errors.Invalid(path, text, "must start with a '/'");
        var segments = (text.EndsWith('/') ? text[1..^1] : text[1..]).Split('/');
        for (var i = 0; i < segments.Length; i++)
            if (segments[i].Length == 0)
                errors.Invalid(path, text, $"segment[{i}] may not be empty");
            else
                errors.Invalid(path, text, DnsNames.Subdomain(segments[i]).Select(fault => $"segment[{i}]: {fault}"));
    }

    private static (string Before, string After) Cut(string text, string mark) =>
        text.IndexOf(mark, StringComparison.Ordinal) is >= 0 and var at ? (text[..at], text[(at + mark.Length)..]) : (text, "");
}
