using ActorKube.Api.Errors;
using ActorKube.Api.Validation;
using ActorKube.ApiServer.Pipeline;
using ActorKube.Protocol.Store;

namespace ActorKube.ApiServer.Verbs;

/// <summary>Checks the parameters of lists and watches as upstream does and says which cut they mean.</summary>
internal static class ReadQuery
{
    private const string MetaGroup = "meta.k8s.io";
    private const string Exact = "Exact";
    private const string NotOlderThan = "NotOlderThan";

    /// <summary>The cut of a list, and what of it was handed out before.</summary>
    /// <exception cref="ApiException">400 or 422: parameters that make no sense.</exception>
    public static (ReadAt At, ContinueToken? Continue, long Limit) List(RequestQuery query)
    {
        if (query.ResourceVersionMatch is not null || query.SendInitialEvents is not null)
            CheckList(query);
        var limit = Math.Max(0, QueryValues.Integer(query.Limit) ?? 0);
        // Means nothing to a list, and has to be a number all the same.
        _ = QueryValues.Integer(query.TimeoutSeconds);
        if (!string.IsNullOrEmpty(query.Continue))
        {
            var token = ContinueToken.Parse(query.Continue);
            if (query.ResourceVersion is not (null or "" or "0"))
                throw ApiErrors.BadRequest("specifying resource version is not allowed when using continue");
            return (token.Revision > 0 ? ReadAt.Exact(token.Revision) : ReadAt.Latest, token, limit);
        }
        if (string.IsNullOrEmpty(query.ResourceVersion))
            return (ReadAt.Latest, null, limit);
        var revision = ReadRevision.Parse(query.ResourceVersion);
        var at = query.ResourceVersionMatch switch
        {
            Exact => ReadAt.Exact(revision),
            _ when revision == 0 => ReadAt.Any,
            NotOlderThan => ReadAt.NotOlderThan(revision),
            // Without a match, a page of a given version has always meant exactly that version.
            _ => limit > 0 ? ReadAt.Exact(revision) : ReadAt.NotOlderThan(revision),
        };
        return (at, null, limit);
    }

    /// <summary>Checks what only watches know.</summary>
    /// <exception cref="ApiException">422: parameters that make no sense.</exception>
    public static void CheckWatch(RequestQuery query)
    {
        var match = query.ResourceVersionMatch ?? "";
        if (match.Length == 0 && query.SendInitialEvents is null)
            return;
        var errors = new FieldErrors();
        var field = FieldPath.Of("resourceVersionMatch");
        if (query.SendInitialEvents is not null && match != NotOlderThan)
            errors.Forbidden(field, $"sendInitialEvents requires setting resourceVersionMatch to {NotOlderThan}");
        if (match.Length > 0)
        {
            if (query.SendInitialEvents is null)
                errors.Forbidden(field, "resourceVersionMatch is forbidden for watch unless sendInitialEvents is provided");
            if (match != NotOlderThan)
                errors.NotSupported(field, match, NotOlderThan);
            if (!string.IsNullOrEmpty(query.Continue))
                errors.Forbidden(field, "resourceVersionMatch is forbidden when continue is provided");
        }
        errors.ThrowIfAny(MetaGroup, "ListOptions", "");
    }

    private static void CheckList(RequestQuery query)
    {
        var errors = new FieldErrors();
        var field = FieldPath.Of("resourceVersionMatch");
        if (query.ResourceVersionMatch is { Length: > 0 } match)
        {
            if (string.IsNullOrEmpty(query.ResourceVersion))
                errors.Forbidden(field, "resourceVersionMatch is forbidden unless resourceVersion is provided");
            if (!string.IsNullOrEmpty(query.Continue))
                errors.Forbidden(field, "resourceVersionMatch is forbidden when continue is provided");
            if (match is not (Exact or NotOlderThan))
                errors.NotSupported(field, match, Exact, NotOlderThan, "");
            if (match == Exact && query.ResourceVersion == "0")
                errors.Forbidden(field, "resourceVersionMatch \"exact\" is forbidden for resourceVersion \"0\"");
        }
        if (query.SendInitialEvents is not null)
            errors.Forbidden(FieldPath.Of("sendInitialEvents"), "sendInitialEvents is forbidden for list");
        errors.ThrowIfAny(MetaGroup, "ListOptions", "");
    }
}
