using System.Text.RegularExpressions;

namespace ActorKube.NodeAgent.Setup;

/// <summary>Image names as pods give them.</summary>
internal static partial class ImageNames
{
    /// <summary>The name with <c>:latest</c> where it has neither tag nor digest; it is not made longer otherwise, because what a short name means is the runtime's business.</summary>
    /// <exception cref="SetupException">It is no image name.</exception>
    public static string WithTag(string image)
    {
        if (!Reference().IsMatch(image) || Id().IsMatch(image))
            throw new SetupException(Pods.WaitingReasons.InvalidImageName, $"Failed to apply default image tag \"{image}\": couldn't parse image name \"{image}\": invalid reference format");
        return IsTagged(image) ? image : image + ":latest";
    }

    /// <summary>Whether the image is pulled at every start: what the API server would have defaulted.</summary>
    public static string DefaultPullPolicy(string image) => WithTag(image).EndsWith(":latest", StringComparison.Ordinal) ? "Always" : "IfNotPresent";

    // In names of that grammar a colon after the last slash begins a tag (before it, a port), and only a digest has an at sign.
    private static bool IsTagged(string image) => image.AsSpan(image.LastIndexOf('/') + 1).ContainsAny(':', '@');

    // The grammar of distribution/reference.
    [GeneratedRegex(
        @"^(?:(?:[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?(?:\.[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?)*|\[[a-fA-F0-9:]+\])(?::[0-9]+)?/)?[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*(?:/[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*)*(?::[\w][\w.-]{0,127})?(?:@[A-Za-z][A-Za-z0-9]*(?:[-_+.][A-Za-z][A-Za-z0-9]*)*:[0-9a-fA-F]{32,})?$",
        RegexOptions.NonBacktracking)]
    private static partial Regex Reference();

    [GeneratedRegex("^[a-f0-9]{64}$", RegexOptions.NonBacktracking)]
    private static partial Regex Id();
}
