using ActorKube.Api.Errors;

namespace ActorKube.Api.Patching;

/// <summary>How a patch fails.</summary>
internal static class PatchErrors
{
    /// <summary>
    /// 422: the patch is well formed but does not fit the object. The message is upstream's, which says nothing; what went wrong is in the
    /// cause, where kubectl shows it.
    /// </summary>
    public static ApiException DoesNotApply(string detail) =>
        new(new ApiStatus(422, StatusReason.Invalid, "the server rejected our request due to an error in our request")
        {
            Causes = [new StatusCause(CauseType.FieldValueInvalid, detail, "patch")],
        });

    /// <summary>400: the patch itself is malformed.</summary>
    public static ApiException Malformed(string detail) => ApiErrors.BadRequest(detail);
}
