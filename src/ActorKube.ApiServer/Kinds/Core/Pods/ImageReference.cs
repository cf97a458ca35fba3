namespace ActorKube.ApiServer.Kinds.Core.Pods;

/// <summary>What the reference of an image says about its version.</summary>
internal static class ImageReference
{
    /// <summary>How an image is pulled when nobody says: <c>Always</c> for the tag <c>latest</c> and for no tag and no digest, else <c>IfNotPresent</c>.</summary>
    public static string DefaultPullPolicy(string? image) => IsLatest(image ?? "") ? "Always" : "IfNotPresent";

    private static bool IsLatest(ReadOnlySpan<char> image)
    {
        // A digest pins the image; only a tag that is written out as "latest" moves all the same.
        var at = image.IndexOf('@');
        var named = at < 0 ? image : image[..at];
        // A colon before the last slash belongs to the registry's port.
        var name = named[(named.LastIndexOf('/') + 1)..];
        var colon = name.IndexOf(':');
        return colon < 0 ? at < 0 && image.Length > 0 : name[(colon + 1)..] is "latest";
    }
}
