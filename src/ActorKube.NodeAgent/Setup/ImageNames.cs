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
            throw new SetupException(Pods.WaitingReasons.InvalidImageName, $"Failed to apply default image tag \"{image}\": couldn't parse image name \"{image}\": {Fault(image)}");
        return IsTagged(image) ? image : image + ":latest";
    }

    /// <summary>Whether the image is pulled at every start: what the API server would have defaulted.</summary>
    public static string DefaultPullPolicy(string image) => WithTag(image).EndsWith(":latest", StringComparison.Ordinal) ? "Always" : "IfNotPresent";

    // The two mistakes that the library names; what precedes the first slash is a registry if it looks like one.
    private static string Fault(string image)
    {
        if (Id().IsMatch(image))
            return $"invalid repository name ({image}), cannot specify 64-byte hexadecimal strings";
        var slash = image.IndexOf('/', StringComparison.Ordinal);
        var first = slash < 0 ? "" : image[..slash];
        var isRegistry = first.AsSpan().ContainsAny('.', ':') || first == "localhost" || first.Any(char.IsAsciiLetterUpper);
        var path = (isRegistry ? image[(slash + 1)..] : image).Split(':', '@')[0];
        var name = isRegistry || slash >= 0 ? path : "library/" + path;
        return path.Any(char.IsAsciiLetterUpper) ? $"invalid reference format: repository name ({name}) must be lowercase" : "invalid reference format";
    }

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
