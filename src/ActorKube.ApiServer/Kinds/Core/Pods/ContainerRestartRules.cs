using System.Text.Json.Nodes;
using ActorKube.Api.Json;
using ActorKube.Api.Validation;

namespace ActorKube.ApiServer.Kinds.Core.Pods;

/// <summary>What a container says of its own restarts: whether it is well formed (upstream: <c>validateContainerRestartPolicy</c>) and what follows from it (<c>ContainerShouldRestart</c>).</summary>
internal static class ContainerRestartRules
{
    private const string RestartsAll = "RestartAllContainers";
    private const string NeedsPolicy = "must specify restartPolicy when restart rules are used";
    private const int MaxRules = 20;
    private const int MaxCodes = 255;
    private static readonly string[] Policies = ["Always", "Never", "OnFailure"];
    private static readonly string[] Actions = ["Restart", RestartsAll];
    private static readonly string[] Operators = ["In", "NotIn"];

    /// <summary>Checks policy and rules of a container.</summary>
    public static void Check(JsonObject container, FieldPath path, FieldErrors errors)
    {
        FieldRules.OneOf(container, "restartPolicy", Policies, path, errors);
        if (container.Array("restartPolicyRules") is not { Count: > 0 } rules)
            return;
        if (container["restartPolicy"] is null)
            errors.Required(path.Child("restartPolicy"), NeedsPolicy);
        if (rules.Count > MaxRules)
            errors.TooMany(path.Child("restartPolicyRules"), rules.Count, MaxRules);
        foreach (var (i, rule) in container.Items("restartPolicyRules"))
            CheckRule(rule, path.Child("restartPolicyRules").Index(i), errors);
    }

    /// <summary>The same for an init container, whose rules say nothing without a policy (upstream: <c>validateInitContainerRestartPolicy</c>).</summary>
    public static void CheckInit(JsonObject container, FieldPath path, FieldErrors errors)
    {
        if (container["restartPolicy"] is not null)
            Check(container, path, errors);
        else if (container.Array("restartPolicyRules") is { Count: > 0 })
            errors.Required(path.Child("restartPolicy"), NeedsPolicy);
    }

    /// <summary>Whether a container of a pod that ended with <paramref name="exitCode"/> is started again.</summary>
    public static bool Restarts(JsonObject container, JsonObject? spec, long exitCode)
    {
        var own = container.Text("restartPolicy");
        if (own is not null && container.Objects("restartPolicyRules").FirstOrDefault(r => Matches(r, exitCode)) is { } rule && Actions.Contains(rule.Text("action")))
            return true;
        return (own ?? spec.Text("restartPolicy")) switch
        {
            "Never" => false,
            "OnFailure" => exitCode != 0,
            _ => true,
        };
    }

    /// <summary>Whether the end of some container has all of the pod's start again.</summary>
    public static bool MayRestartAll(JsonObject? spec) =>
        spec.Objects("containers").Concat(spec.Objects("initContainers")).Any(static c => c.Objects("restartPolicyRules").Any(static r => r.Text("action") == RestartsAll));

    private static bool Matches(JsonObject rule, long exitCode)
    {
        if (rule.Object("exitCodes") is not { } codes)
            return false;
        var listed = (codes.Array("values") ?? []).Any(v => v.Int64() == exitCode);
        return codes.Text("operator") switch { "In" => listed, "NotIn" => !listed, _ => false };
    }

    private static void CheckRule(JsonObject rule, FieldPath path, FieldErrors errors)
    {
        if (rule.Text("action") is var action && !Actions.Contains(action))
            errors.NotSupported(path.Child("action"), action ?? "", Actions);
        if (rule.Object("exitCodes") is not { } codes)
        {
            errors.Required(path.Child("exitCodes"), "must be specified");
            return;
        }
        if (codes.Text("operator") is var operation && !Operators.Contains(operation))
            errors.NotSupported(path.Child("exitCodes", "operator"), operation ?? "", Operators);
        if (codes.Array("values") is { Count: > MaxCodes } values)
            errors.TooMany(path.Child("exitCodes", "values"), values.Count, MaxCodes);
    }
}
