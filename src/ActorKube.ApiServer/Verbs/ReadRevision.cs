using System.Globalization;
using ActorKube.Api.Errors;
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
        if (long.TryParse(resourceVersion, NumberStyles.None, CultureInfo.InvariantCulture, out var revision))
            return revision;
        throw ApiErrors.BadRequest($"resourceVersion: Invalid value: \"{resourceVersion}\": strconv.ParseUint: parsing \"{resourceVersion}\": invalid syntax");
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
