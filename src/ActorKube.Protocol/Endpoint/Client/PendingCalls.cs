using System.Buffers;
using System.Text.Json;
using ActorKube.Api.Errors;
using static ActorKube.Protocol.Endpoint.Client.ConnectionMessages;
using static ActorKube.Protocol.Endpoint.EndpointProtocol;

namespace ActorKube.Protocol.Endpoint.Client;

/// <summary>The calls that wait for a session or for their answer. Owned by one actor.</summary>
internal sealed class PendingCalls(int max)
{
    private readonly Dictionary<long, Pending> _calls = [];

    /// <summary>Takes a call in; false when there are too many, which its maker is told.</summary>
    public bool Add(long id, Submit submit, DateTimeOffset deadline, bool sent)
    {
        if (_calls.Count >= max)
        {
            submit.Answer.TrySetException(ApiErrors.TooManyRequests($"more than {max} requests wait for the control plane", 1));
            return false;
        }
        _calls.Add(id, new Pending(submit, deadline) { IsSent = sent });
        return true;
    }

    /// <summary>The calls not sent yet, in order; they count as sent from now on.</summary>
    public IEnumerable<(long Id, EndpointRequest Request)> Waiting()
    {
        foreach (var (id, call) in _calls.Where(c => !c.Value.IsSent).OrderBy(c => c.Key).ToArray())
        {
            call.IsSent = true;
            yield return (id, call.Submit.Request);
        }
    }

    /// <summary>Takes a part of an answer. A part out of order means that one was lost: the outcome is then unknown.</summary>
    public void Receive(AnswerPart part)
    {
        if (!_calls.TryGetValue(part.Id, out var call))
            return;
        if (part.Index != call.Parts)
        {
            _calls.Remove(part.Id);
            call.Submit.Answer.TrySetException(ApiErrors.Timeout("a part of the answer was lost"));
            return;
        }
        call.Parts++;
        if (!part.IsLast || call.Content is not null)
            (call.Content ??= new ArrayBufferWriter<byte>(PartBytes * 2)).Write(part.Content.Span);
        if (!part.IsLast)
            return;
        _calls.Remove(part.Id);
        call.Submit.Answer.TrySetResult(call.Content?.WrittenMemory ?? part.Content);
    }

    /// <summary>Ends a call with the status it was answered; false when no call has that number.</summary>
    public bool Fail(Failed failed)
    {
        if (!_calls.Remove(failed.Id, out var call))
            return false;
        call.Submit.Answer.TrySetException(StatusOf(failed.Status));
        return true;
    }

    /// <summary>Ends a call that was not made.</summary>
    public void Refuse(long id, ApiException why)
    {
        if (_calls.Remove(id, out var call))
            call.Submit.Answer.TrySetException(why);
    }

    /// <summary>Ends the calls whose answer is lost with their session.</summary>
    public void FailSent(ApiException failure) => FailWhere(c => c.IsSent, failure);

    /// <summary>Ends the calls whose time is up: one that was never sent did not happen, of others nobody knows.</summary>
    public void Expire(DateTimeOffset now)
    {
        FailWhere(c => c.Deadline <= now && !c.IsSent, ApiErrors.ServiceUnavailable("the control plane cannot be reached"));
        FailWhere(c => c.Deadline <= now, ApiErrors.Timeout("the control plane did not answer in time"));
    }

    /// <summary>The exception that a status in JSON stands for.</summary>
    public static ApiException StatusOf(ReadOnlyMemory<byte> json)
    {
        try
        {
            using var document = JsonDocument.Parse(json);
            return new ApiException(ApiStatus.FromJson(document.RootElement));
        }
        catch (JsonException)
        {
            return ApiErrors.Internal("the control plane answered with a failure that cannot be read");
        }
    }

    private void FailWhere(Func<Pending, bool> condition, ApiException failure)
    {
        foreach (var (id, call) in _calls.Where(c => condition(c.Value)).ToArray())
        {
            _calls.Remove(id);
            call.Submit.Answer.TrySetException(failure);
        }
    }

    private sealed class Pending(Submit submit, DateTimeOffset deadline)
    {
        public Submit Submit { get; } = submit;

        public DateTimeOffset Deadline { get; } = deadline;

        public bool IsSent { get; set; }

        public int Parts { get; set; }

        public ArrayBufferWriter<byte>? Content { get; set; }
    }
}
