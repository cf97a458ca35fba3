using System.Threading.Channels;
using ActorKube.Machinery.Client;

namespace ActorKube.Protocol.Endpoint.Client;

/// <summary>What the client tells its connection actor.</summary>
internal static class ConnectionMessages
{
    /// <summary>Make a call.</summary>
    public sealed record Submit(EndpointRequest Request, TaskCompletionSource<ReadOnlyMemory<byte>> Answer);

    /// <summary>Begin a watch.</summary>
    public sealed record Begin(EndpointRequest Request, ChannelWriter<FollowedBatch> Output);

    /// <summary>The reader has taken a batch.</summary>
    public sealed record Consumed(long Id, long Sequence);

    /// <summary>The reader has gone.</summary>
    public sealed record End(ChannelWriter<FollowedBatch> Output);

    /// <summary>Tell what this node used.</summary>
    public sealed record Report(ReadOnlyMemory<byte> Content);

    /// <summary>Time to look at time-outs and to keep the session.</summary>
    public sealed class Tick
    {
        public static readonly Tick Instance = new();
    }

    /// <summary>A batch on its way to the reader.</summary>
    public sealed record FollowedBatch(long Id, long Sequence, IReadOnlyList<WatchEvent> Events);
}
