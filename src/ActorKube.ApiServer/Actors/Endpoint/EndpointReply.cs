using System.Text;
using ActorKube.Api.Errors;
using ActorKube.Machinery.Client;
using ActorKube.Protocol.Endpoint;
using Akka.Actor;
using static ActorKube.Protocol.Endpoint.EndpointProtocol;

namespace ActorKube.ApiServer.Actors.Endpoint;

/// <summary>A call's end: its answer or its failure.</summary>
internal sealed record CallDone(long Id, ReadOnlyMemory<byte> Content, Exception? Failure)
{
    /// <summary>A defect that only a part of the answer tells of; null for none.</summary>
    public Exception? Defect { get; init; }

    /// <summary>How many of the session's calls it counted as.</summary>
    public int Weight { get; init; } = 1;
}

/// <summary>A watch's end; without a failure it ended in good order.</summary>
internal sealed record WatchDone(long Id, Exception? Failure);

/// <summary>Carries out calls and sends their answers in parts that fit remoting's frames.</summary>
internal static class EndpointReply
{
    /// <summary>Carries out one call. Never fails: a failure is part of the result.</summary>
    public static async Task<CallDone> ExecuteAsync(IResourceClient client, Call call, CancellationToken cancel)
    {
        try
        {
            return call.Request.Operation == EndpointOperation.PatchMany
                ? await PatchManyAsync(client, call, cancel)
                : new CallDone(call.Id, await CarryOutAsync(client, call.Request, cancel), null);
        }
        catch (Exception failure)
        {
            return new CallDone(call.Id, default, failure);
        }
    }

    /// <summary>Sends the end of a call.</summary>
    public static void Send(IActorRef peer, IActorRef self, CallDone done)
    {
        if (done.Failure is { } failure)
        {
            peer.Tell(new Failed(done.Id, StatusOf(failure)), self);
            return;
        }
        var index = 0;
        var rest = done.Content;
        do
        {
            var part = rest[..Math.Min(rest.Length, PartBytes)];
            rest = rest[part.Length..];
            peer.Tell(new AnswerPart(done.Id, index++, rest.IsEmpty, part), self);
        }
        while (!rest.IsEmpty);
    }

    /// <summary>Whether a failure is one of this program, and nothing that a request may come to.</summary>
    public static bool IsDefect(Exception failure) => failure is not (ApiException or OperationCanceledException);

    /// <summary>The Status of a failure as JSON; a defect says no more than that it is one.</summary>
    public static byte[] StatusOf(Exception failure)
    {
        var status = failure switch
        {
            ApiException api => api.Status,
            OperationCanceledException => ApiErrors.Timeout("the session ended before the request did").Status,
            _ => ApiErrors.Defect().Status,
        };
        return Encoding.UTF8.GetBytes(status.ToJson().ToJsonString());
    }

    private static async ValueTask<CallDone> PatchManyAsync(IResourceClient client, Call call, CancellationToken cancel)
    {
        var (address, request) = (call.Request.Address, call.Request);
        IReadOnlyList<ObjectPatch> patches;
        try
        {
            patches = EndpointBatch.DecodePatches(request.Body);
        }
        catch (FormatException damaged)
        {
            throw ApiErrors.BadRequest(damaged.Message);
        }
        var outcomes = await client.PatchManyAsync(address.Resource, address.Subresource, request.PatchType, patches, Write(request), cancel);
        return new CallDone(call.Id, EndpointBatch.Encode(outcomes, StatusOf), null) { Defect = outcomes.Select(static o => o.Failure).FirstOrDefault(static f => f is not null && IsDefect(f)) };
    }

    private static async ValueTask<ReadOnlyMemory<byte>> CarryOutAsync(IResourceClient client, EndpointRequest request, CancellationToken cancel)
    {
        var address = request.Address;
        var ns = request.InNamespace ? address.Namespace : null;
        switch (request.Operation)
        {
            case EndpointOperation.Get:
                return (await client.GetAsync(address, new ReadOptions { ResourceVersion = request.ResourceVersion, LabelSelector = request.LabelSelector }, cancel)).Json;
            case EndpointOperation.List:
                return EndpointAnswer.Encode(await client.ListAsync(address.Resource, ns, Selection(request), cancel));
            case EndpointOperation.Create:
                return (await client.CreateAsync(address, request.Body, Write(request), cancel)).Json;
            case EndpointOperation.Update:
                return (await client.UpdateAsync(address, request.Body, Write(request), cancel)).Json;
            case EndpointOperation.Patch:
                return (await client.PatchAsync(address, request.PatchType, request.Body, Write(request), cancel)).Json;
            case EndpointOperation.Delete:
                return (await client.DeleteAsync(address, Deletion(request), cancel)).Json;
            case EndpointOperation.DeleteCollection:
                await client.DeleteCollectionAsync(address.Resource, ns, Deletion(request), Selection(request), cancel);
                return default;
            default:
                throw ApiErrors.BadRequest($"{request.Operation} is not a call");
        }
    }

    private static ListOptions Selection(EndpointRequest request) => new()
    {
        ResourceVersion = request.ResourceVersion,
        LabelSelector = request.LabelSelector,
        FieldSelector = request.FieldSelector,
        Limit = request.Limit,
        Continue = request.Continue,
    };

    private static WriteOptions Write(EndpointRequest request) => new()
    {
        DryRun = request.DryRun,
        FieldManager = request.FieldManager,
        FieldValidation = request.FieldValidation,
    };

    private static DeleteOptions Deletion(EndpointRequest request) => new()
    {
        GracePeriodSeconds = request.GracePeriodSeconds,
        PropagationPolicy = request.PropagationPolicy,
        Uid = request.Uid,
        ResourceVersion = request.Precondition,
        DryRun = request.DryRun,
    };
}
