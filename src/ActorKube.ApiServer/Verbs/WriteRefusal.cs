using ActorKube.Api.Errors;
using ActorKube.ApiServer.Kinds;
using ActorKube.Protocol.Store;

namespace ActorKube.ApiServer.Verbs;

/// <summary>What clients are told about writes that the store refused.</summary>
internal static class WriteRefusal
{
    /// <summary>The error for any outcome but a committed one.</summary>
    public static ApiException Of(in WriteResult result, ServedResource served, string name) => result.Outcome switch
    {
        WriteOutcome.AlreadyExists => Taken(result, served, name),
        WriteOutcome.NotFound => ApiErrors.NotFound(served.GroupResource, name),
        WriteOutcome.RevisionMismatch => ApiErrors.Modified(served.GroupResource, name),
        WriteOutcome.UidMismatch => ApiErrors.Conflict(served.GroupResource, name, "the object was deleted and created anew in the meantime"),
        WriteOutcome.Fenced => Fenced(served, name),
        WriteOutcome.Refused => ApiErrors.TooManyRequests("the store takes no writes at the moment, please try again later", 1),
        _ => throw new InvalidOperationException($"{result.Outcome} is no refusal."),
    };

    private static ApiException Fenced(ServedResource served, string name)
    {
        var error = ApiErrors.Conflict(served.GroupResource, name, "a newer holder of the writer's role has written; this one has to stop");
        return new ApiException(error.Status with { Causes = [new StatusCause(CauseType.StaleEpoch, error.Message)] });
    }

    private static ApiException Taken(in WriteResult result, ServedResource served, string name)
    {
        var error = ApiErrors.AlreadyExists(served.GroupResource, name);
        return result.Object?.Head.Deleted is null ? error : new ApiException(error.Status with { Message = $"object is being deleted: {error.Status.Message}" });
    }
}
