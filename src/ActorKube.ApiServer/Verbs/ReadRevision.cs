using System.Globalization;
using ActorKube.Api.Errors;
using ActorKube.Api.Json;
using ActorKube.Protocol.Store;

namespace ActorKube.ApiServer.Verbs;

/// <summary>Reads resource versions out of queries and bodies.</summary>
internal static class ReadRevision
{
    /// <summary>The number in a resource version; 0 for none.</summary>
    /// <exception cref="ApiException">400: it is no number.</exception>
    public static long Parse(string? resourceVersion)
    {
        if (string.IsNullOrEmpty(resourceVersion))
            return 0;
        // Revisions are unsigned to clients; none is ever as high as the upper half.
        if (ulong.TryParse(resourceVersion, NumberStyles.None, CultureInfo.InvariantCulture, out var revision))
            return (long)Math.Min(revision, long.MaxValue);
        var why = resourceVersion.AsSpan().IndexOfAnyExceptInRange('0', '9') < 0 ? "value out of range" : "invalid syntax";
        throw ApiErrors.BadRequest($"resourceVersion: Invalid value: {GoText.Quote(resourceVersion)}: strconv.ParseUint: parsing {GoText.Quote(resourceVersion)}: {why}");
    }

    /// <summary>How recent a get has to be: newest when nothing is said, anything for 0, else not older.</summary>
    public static ReadAt OfGet(string? resourceVersion)
    {
        if (string.IsNullOrEmpty(resourceVersion))
            return ReadAt.Latest;
        var revision = Parse(resourceVersion);
        return revision == 0 ? ReadAt.Any : ReadAt.NotOlderThan(revision);
    }
}
