namespace ActorKube.Protocol.Endpoint;

/// <summary>
/// How a server tells which operations it knows, so that a newer agent asks for no others. What is on the wire is read strictly by both sides, and agents that know nothing of this have to go on working with
/// servers that do. The nonce is the one field of the handshake that callers repeat without looking into it: behind its random bytes stands the number of the last operation known. ADR 0200.
/// </summary>
public static class ServerAbility
{
    private const int RandomBytes = 32;

    /// <summary>The last operation there was when servers began to tell.</summary>
    private const EndpointOperation Untold = EndpointOperation.DeleteCollection;

    /// <summary>The last operation that this version knows.</summary>
    public static readonly EndpointOperation Own = Enum.GetValues<EndpointOperation>().Max();

    /// <summary>A new nonce that tells what this server knows.</summary>
    /// <param name="random">Fills a buffer with unguessable bytes.</param>
    public static byte[] Nonce(Action<byte[]> random)
    {
        var nonce = new byte[RandomBytes];
        random(nonce);
        return [.. nonce, (byte)Own];
    }

    /// <summary>The last operation that a server knows.</summary>
    /// <param name="nonce">Its nonce.</param>
    public static EndpointOperation Last(ReadOnlySpan<byte> nonce) => nonce.Length > RandomBytes ? (EndpointOperation)nonce[RandomBytes] : Untold;
}
