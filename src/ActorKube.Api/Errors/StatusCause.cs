namespace ActorKube.Api.Errors;

/// <summary>One entry of <c>Status.details.causes</c>.</summary>
/// <param name="Reason">Machine-readable cause, for example <c>FieldValueInvalid</c> (see <see cref="CauseType"/>).</param>
/// <param name="Message">The sentence for people.</param>
/// <param name="Field">Path of the field in the form of upstream's field errors, for example <c>spec.containers[0].image</c>; null when no field is to blame.</param>
public sealed record StatusCause(string Reason, string Message, string? Field = null);

/// <summary>The values of <c>Status.details.causes[].reason</c> (<c>metav1.CauseType</c>).</summary>
public static class CauseType
{
    /// <summary>A reference to something that does not exist.</summary>
    public const string FieldValueNotFound = "FieldValueNotFound";
    /// <summary>A required field is missing.</summary>
    public const string FieldValueRequired = "FieldValueRequired";
    /// <summary>A value that has to be unique is repeated.</summary>
    public const string FieldValueDuplicate = "FieldValueDuplicate";
    /// <summary>A malformed value.</summary>
    public const string FieldValueInvalid = "FieldValueInvalid";
    /// <summary>A value outside its enumeration.</summary>
    public const string FieldValueNotSupported = "FieldValueNotSupported";
    /// <summary>A value that is well formed but not allowed under other fields or policy.</summary>
    public const string FieldValueForbidden = "FieldValueForbidden";
    /// <summary>A value longer than allowed.</summary>
    public const string FieldValueTooLong = "FieldValueTooLong";
    /// <summary>A list with more items than allowed.</summary>
    public const string FieldValueTooMany = "FieldValueTooMany";
    /// <summary>The server failed while it validated.</summary>
    public const string InternalError = "InternalError";
    /// <summary>The server answered with something that is not a Status.</summary>
    public const string UnexpectedServerResponse = "UnexpectedServerResponse";
    /// <summary>The resource version asked for is newer than the server has.</summary>
    public const string ResourceVersionTooLarge = "ResourceVersionTooLarge";
    /// <summary>A disruption budget does not allow the eviction.</summary>
    public const string DisruptionBudget = "DisruptionBudget";
    /// <summary>Another holder of the writer's role has begun; the writer has to stop.</summary>
    public const string StaleEpoch = "StaleEpoch";
}
