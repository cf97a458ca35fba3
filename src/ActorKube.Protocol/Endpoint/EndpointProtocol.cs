using ActorKube.Machinery.Client;

namespace ActorKube.Protocol.Endpoint;

/// <summary>
/// What a process outside the control plane (a node agent) and the endpoint of a control-plane process say to each other.
/// A session begins with proof that the caller holds the key of a certificate; its secret stands in every later message, because TLS does not tell an actor who sent one.
/// Delivery is at most once: answers that do not arrive time out, and a watch whose sequence has a gap is begun again from the last revision seen.
/// </summary>
public static class EndpointProtocol
{
    /// <summary>Marks what the endpoint's serializer carries.</summary>
    public interface IMessage;

    /// <summary>Asks for a session.</summary>
    /// <param name="Attempt">Random bytes, used once: whoever says them again has been asked.</param>
    public sealed record Hello(ReadOnlyMemory<byte> Attempt) : IMessage;

    /// <summary>Answers <see cref="Hello"/> from the session's own actor: sign this. Until the session is open the caller believes no other actor.</summary>
    /// <param name="Attempt">Of the question.</param>
    /// <param name="Nonce">Random bytes, used once, with what the server can do at their end (see <see cref="ServerAbility"/>).</param>
    public sealed record Challenge(ReadOnlyMemory<byte> Attempt, ReadOnlyMemory<byte> Nonce) : IMessage;

    /// <summary>Proves who the caller is.</summary>
    /// <param name="Certificate">DER of the client certificate.</param>
    /// <param name="Signature">ECDSA over SHA-256 of what <see cref="SessionProof"/> says.</param>
    /// <param name="Incarnation">The life of the caller, a greater number after each start; 0 for callers of whom that does not matter.</param>
    public sealed record Proof(ReadOnlyMemory<byte> Certificate, ReadOnlyMemory<byte> Signature, ulong Incarnation) : IMessage;

    /// <summary>The session is open.</summary>
    /// <param name="Secret">To be shown in every request.</param>
    public sealed record Opened(ReadOnlyMemory<byte> Secret) : IMessage;

    /// <summary>The session is not, or no longer, there; begin again with <see cref="Hello"/>.</summary>
    /// <param name="Reason">For the log.</param>
    public sealed record Refused(string Reason) : IMessage;

    /// <summary>The caller is the agent of a node that another agent has: it has to end, and need not begin again.</summary>
    /// <param name="Reason">What to tell the user.</param>
    public sealed record NodeTaken(string Reason) : IMessage;

    /// <summary>Tells, when the session opens and whenever it has changed, which servers there are: any of them opens sessions.</summary>
    /// <param name="Addresses">Akka addresses.</param>
    public sealed record ServersKnown(IReadOnlyList<string> Addresses) : IMessage;

    /// <summary>A message within a session.</summary>
    public interface ISessionMessage : IMessage
    {
        /// <summary>The session's secret.</summary>
        ReadOnlyMemory<byte> Secret { get; }
    }

    /// <summary>A request that is answered once.</summary>
    /// <param name="Secret">The session's secret.</param>
    /// <param name="Id">Chosen by the caller, unique within the session.</param>
    /// <param name="Request">What is asked.</param>
    public sealed record Call(ReadOnlyMemory<byte> Secret, long Id, EndpointRequest Request) : ISessionMessage;

    /// <summary>A part of the answer to a call; parts come in order.</summary>
    /// <param name="Id">The call.</param>
    /// <param name="Index">Number of the part, from 0.</param>
    /// <param name="IsLast">True for the last part.</param>
    /// <param name="Content">Bytes of the answer (see <see cref="EndpointAnswer"/>).</param>
    public sealed record AnswerPart(long Id, int Index, bool IsLast, ReadOnlyMemory<byte> Content) : IMessage;

    /// <summary>The call, or the watch, failed.</summary>
    /// <param name="Id">The call or watch.</param>
    /// <param name="Status">The Status as JSON; empty for a watch that ended in good order.</param>
    public sealed record Failed(long Id, ReadOnlyMemory<byte> Status) : IMessage;

    /// <summary>Begins a watch.</summary>
    /// <param name="Secret">The session's secret.</param>
    /// <param name="Id">Chosen by the caller, unique within the session.</param>
    /// <param name="Request">Resource, namespace, selectors and revision.</param>
    public sealed record Follow(ReadOnlyMemory<byte> Secret, long Id, EndpointRequest Request) : ISessionMessage;

    /// <summary>Changes of a watch.</summary>
    /// <param name="Id">The watch.</param>
    /// <param name="Sequence">Number of this batch within the watch, from 1.</param>
    /// <param name="Events">The changes in order.</param>
    public sealed record Changes(long Id, long Sequence, IReadOnlyList<WatchEvent> Events) : IMessage;

    /// <summary>Tells, once a second, up to which batch a watch has been sent, so that the loss of the last one is noticed too.</summary>
    /// <param name="Id">The watch.</param>
    /// <param name="Sequence">Number of the last batch.</param>
    public sealed record Head(long Id, long Sequence) : IMessage;

    /// <summary>The reader has taken batches up to a number; the sender keeps only so many ahead of it.</summary>
    /// <param name="Secret">The session's secret.</param>
    /// <param name="Id">The watch.</param>
    /// <param name="Sequence">Number of the last batch taken.</param>
    public sealed record Taken(ReadOnlyMemory<byte> Secret, long Id, long Sequence) : ISessionMessage;

    /// <summary>Ends a watch.</summary>
    /// <param name="Secret">The session's secret.</param>
    /// <param name="Id">The watch.</param>
    public sealed record Unfollow(ReadOnlyMemory<byte> Secret, long Id) : ISessionMessage;

    /// <summary>Keeps a session; one that has been silent for <see cref="SessionSilence"/> is closed. Answered with <see cref="Alive"/>.</summary>
    /// <param name="Secret">The session's secret.</param>
    public sealed record KeepAlive(ReadOnlyMemory<byte> Secret) : ISessionMessage;

    /// <summary>Ends the session. One whose caller cannot say so any more ends by its silence.</summary>
    /// <param name="Secret">The session's secret.</param>
    public sealed record Leave(ReadOnlyMemory<byte> Secret) : ISessionMessage;

    /// <summary>What the caller, which is a node, used lately. Not answered; one that is lost is made up for by the next.</summary>
    /// <param name="Secret">The session's secret.</param>
    /// <param name="Report">Bytes of a <see cref="Usage.UsageReport"/>.</param>
    public sealed record UsageSampled(ReadOnlyMemory<byte> Secret, ReadOnlyMemory<byte> Report) : ISessionMessage;

    /// <summary>One server tells another what a node used.</summary>
    /// <param name="Node">The node, as its session has proved.</param>
    /// <param name="Report">Bytes of a <see cref="Usage.UsageReport"/>.</param>
    public sealed record UsageRelayed(string Node, ReadOnlyMemory<byte> Report) : IMessage;

    /// <summary>The server is there and so is the session: a client that hears nothing for a while goes to another server.</summary>
    public sealed record Alive : IMessage;

    /// <summary>Name of the endpoint actor below <c>/user</c> on every control-plane process.</summary>
    public const string ActorName = "api-endpoint";

    /// <summary>Name of the actor below <c>/user</c> on every control-plane process that takes <see cref="UsageRelayed"/>.</summary>
    public const string UsageActorName = "usage-relay";

    /// <summary>How long a session waits for the proof, and for the answer to it.</summary>
    public static readonly TimeSpan ProofLimit = TimeSpan.FromSeconds(10);

    /// <summary>Silence after which a session is closed.</summary>
    public static readonly TimeSpan SessionSilence = TimeSpan.FromSeconds(15);

    /// <summary>Largest part of an answer and soft limit of a batch of changes, in bytes: well below remoting's frame size.</summary>
    public const int PartBytes = 256 * 1024;

    /// <summary>How many calls a session may have under way. One of many patches counts as many; this has room for all that an agent sends together.</summary>
    public const int MostCalls = 1024;

    /// <summary>How many batches of changes may be under way unread.</summary>
    public const int Window = 16;
}
