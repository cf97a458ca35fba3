using System.Text.RegularExpressions;

namespace ActorKube.NodeAgent.Setup;

/// <summary>Image names as pods give them.</summary>
internal static partial class ImageNames
{
    /// <summary>The name with <c>:latest</c> where it has neither tag nor digest; it is not made longer otherwise, because what a short name means is the runtime's business.</summary>
    /// <exception cref="SetupException">It is no image name.</exception>
    public static string WithTag(string image)
    {
        var match = Reference().Match(image);
        if (!match.Success || Id().IsMatch(image))
            throw new SetupException(Pods.WaitingReasons.InvalidImageName, $"Failed to apply default image tag \"{image}\": couldn't parse image name \"{image}\": invalid reference format");
        return match.Groups["tag"].Success || match.Groups["digest"].Success ? image : image + ":latest";
    }

    /// <summary>Whether the image is pulled at every start: what the API server would have defaulted.</summary>
    public static string DefaultPullPolicy(string image) => WithTag(image).EndsWith(":latest", StringComparison.Ordinal) ? "Always" : "IfNotPresent";

    // The grammar of distribution/reference.
    [GeneratedRegex(
        @"^(?:(?:[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?(?:\.[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?)*|\[[a-fA-F0-9:]+\])(?::[0-9]+)?/)?[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*(?:/[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*)*(?<tag>:[\w][\w.-]{0,127})?(?<digest>@[A-Za-z][A-Za-z0-9]*(?:[-_+.][A-Za-z][A-Za-z0-9]*)*:[0-9a-fA-F]{32,})?$",
        RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture)]
    private static partial Regex Reference();

    [GeneratedRegex("^[a-f0-9]{64}$", RegexOptions.NonBacktracking)]
    private static partial Regex Id();
}
