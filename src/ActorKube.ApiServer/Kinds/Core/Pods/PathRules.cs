using ActorKube.Api.Validation;

namespace ActorKube.ApiServer.Kinds.Core.Pods;

/// <summary>Paths within volumes: they must not lead out of them.</summary>
internal static class PathRules
{
    /// <summary>A relative path without steps up (upstream: <c>validateLocalDescendingPath</c>).</summary>
    public static void Descending(string value, FieldPath path, FieldErrors errors)
    {
        if (value.StartsWith('/'))
            errors.Invalid(path, value, "must be a relative path");
        if (ClimbsUp(value))
            errors.Invalid(path, value, "must not contain '..'");
    }

    /// <summary>The same for a file that is written next to the kubelet's own links, whose names start with two dots.</summary>
    public static void File(string value, FieldPath path, FieldErrors errors)
    {
        Descending(value, path, errors);
        if (value.StartsWith("..", StringComparison.Ordinal) && !value.StartsWith("../", StringComparison.Ordinal))
            errors.Invalid(path, value, "must not start with '..'");
    }

    /// <summary>Whether a step of the path is <c>..</c>.</summary>
    public static bool ClimbsUp(string value)
    {
        foreach (var step in value.AsSpan().Split('/'))
            if (value.AsSpan()[step] is "..")
                return true;
        return false;
    }
}
