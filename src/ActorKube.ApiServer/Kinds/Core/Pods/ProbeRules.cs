using System.Text.Json.Nodes;
using ActorKube.Api.Json;
using ActorKube.Api.Validation;

namespace ActorKube.ApiServer.Kinds.Core.Pods;

/// <summary>Probes and lifecycle hooks of containers (upstream: <c>validateProbe</c>, <c>validateLifecycle</c>, <c>validateHandler</c>).</summary>
internal static class ProbeRules
{
    private static readonly string[] ProbeActions = ["exec", "httpGet", "tcpSocket", "grpc"];
    private static readonly string[] HookActions = ["exec", "httpGet", "tcpSocket", "sleep"];
    private static readonly string[] Schemes = ["HTTP", "HTTPS"];
    private static readonly string[] Numbers = ["initialDelaySeconds", "timeoutSeconds", "periodSeconds", "successThreshold", "failureThreshold"];

    /// <summary>Checks what is asked of a container and told to it while it runs.</summary>
    public static void Check(JsonObject container, PodContext pod, FieldPath path, FieldErrors errors)
    {
        if (container.Object("lifecycle") is { } lifecycle)
            CheckLifecycle(lifecycle, pod, path.Child("lifecycle"), errors);
        CheckOne(container, "livenessProbe", pod, path, errors);
        CheckOne(container, "readinessProbe", pod, path, errors);
        CheckOne(container, "startupProbe", pod, path, errors);
    }

    private static void CheckLifecycle(JsonObject lifecycle, PodContext pod, FieldPath path, FieldErrors errors)
    {
        foreach (var hook in (ReadOnlySpan<string>)["postStart", "preStop"])
            if (lifecycle.Object(hook) is { } handler)
                CheckHandler(handler, HookActions, pod, path.Child(hook), errors);
    }

    private static void CheckOne(JsonObject container, string name, PodContext pod, FieldPath owner, FieldErrors errors)
    {
        if (container.Object(name) is not { } probe)
            return;
        var path = owner.Child(name);
        CheckHandler(probe, ProbeActions, pod, path, errors);
        foreach (var number in Numbers)
            FieldRules.NotNegative(probe, number, path, errors);
        if (probe.Int64("terminationGracePeriodSeconds") is { } grace)
        {
            if (grace <= 0)
                errors.Invalid(path.Child("terminationGracePeriodSeconds"), grace, "must be greater than 0");
            if (name == "readinessProbe")
                errors.Invalid(path.Child("terminationGracePeriodSeconds"), grace, "must not be set for readinessProbes");
        }
        if (name != "readinessProbe" && probe.Int64("successThreshold") is { } threshold and not 1)
            errors.Invalid(path.Child("successThreshold"), threshold, "must be 1");
    }

    private static void CheckHandler(JsonObject handler, string[] actions, PodContext pod, FieldPath path, FieldErrors errors)
    {
        var count = 0;
        foreach (var kind in actions)
        {
            if (handler.Object(kind) is not { } action)
                continue;
            if (count++ > 0)
                errors.Forbidden(path.Child(kind), "may not specify more than 1 handler type");
            else
                CheckAction(kind, action, pod, path, errors);
        }
        if (count == 0)
            errors.Required(path, "must specify a handler type");
    }

    private static void CheckAction(string kind, JsonObject action, PodContext pod, FieldPath owner, FieldErrors errors)
    {
        var path = owner.Child(kind);
        switch (kind)
        {
            case "exec":
                if (action.Array("command") is not { Count: > 0 })
                    errors.Required(path.Child("command"));
                break;
            case "httpGet":
                FieldRules.Required(action, "path", path, errors);
                FieldRules.Port(action, "port", path, errors);
                FieldRules.OneOf(action, "scheme", Schemes, path, errors);
                foreach (var (_, header) in action.Items("httpHeaders"))
                    errors.Invalid(path.Child("httpHeaders"), header.Text("name") ?? "", KeyNames.HttpHeaderName(header.Text("name") ?? ""));
                break;
            case "tcpSocket":
                FieldRules.Port(action, "port", path, errors);
                break;
            case "grpc":
                FieldRules.Port(action, "port", path, errors);
                break;
            case "sleep":
                if (action.Int64("seconds") is { } seconds && (seconds < 0 || seconds > pod.GracePeriod))
                    errors.Invalid(path, seconds, $"must be non-negative and less than terminationGracePeriodSeconds ({pod.GracePeriod})");
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(kind), kind, "Unknown handler.");
        }
    }
}
