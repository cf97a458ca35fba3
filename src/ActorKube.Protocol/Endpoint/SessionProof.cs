using System.Buffers;
using ActorKube.Protocol.Wire;
using Akka.Actor;

namespace ActorKube.Protocol.Endpoint;

/// <summary>
/// What a caller signs to open a session. Besides the nonce it names both ends: a signature that one process obtained from another is worth nothing to it, neither
/// towards another server nor in a session whose answers go elsewhere.
/// </summary>
public static class SessionProof
{
    private const string Context = "actorkube endpoint session v1";

    /// <summary>The bytes to sign or to check.</summary>
    /// <param name="system">The system this runs in: its address completes references without one.</param>
    /// <param name="nonce">The server's nonce.</param>
    /// <param name="session">The session's actor.</param>
    /// <param name="caller">The caller's actor.</param>
    public static byte[] Content(ActorSystem system, ReadOnlyMemory<byte> nonce, IActorRef session, IActorRef caller)
    {
        var own = ((ExtendedActorSystem)system).Provider.DefaultAddress;
        var output = new ArrayBufferWriter<byte>(256);
        var writer = new WireWriter(output);
        writer.Text(Context);
        writer.Blob(nonce.Span);
        writer.Text(session.Path.ToSerializationFormatWithAddress(own));
        writer.Text(caller.Path.ToSerializationFormatWithAddress(own));
        return output.WrittenSpan.ToArray();
    }
}
