using System.Buffers;
using ActorKube.Api.Names;
using ActorKube.Machinery.Client;
using ActorKube.Protocol.Endpoint.Client;
using ActorKube.Protocol.Wire;

namespace ActorKube.Protocol.Endpoint;

/// <summary>Many patches as the body of one request, and what became of them as its answer, which holds revisions only: whoever patches many objects follows them anyway.</summary>
public static class EndpointBatch
{
    /// <summary>Encodes patches.</summary>
    public static ReadOnlyMemory<byte> Encode(IReadOnlyList<ObjectPatch> patches)
    {
        var output = new ArrayBufferWriter<byte>(16 + patches.Sum(static p => p.Patch.Length + 64));
        var writer = new WireWriter(output);
        writer.Unsigned((ulong)patches.Count);
        foreach (var patch in patches)
        {
            writer.Text(patch.Key.Namespace);
            writer.Text(patch.Key.Name);
            writer.Blob(patch.Patch.Span);
        }
        return output.WrittenMemory;
    }

    /// <summary>Decodes patches.</summary>
    /// <exception cref="FormatException">The bytes are no patches, or more than may come together.</exception>
    public static IReadOnlyList<ObjectPatch> DecodePatches(ReadOnlyMemory<byte> content)
    {
        var reader = new WireReader(content);
        var patches = new ObjectPatch[Count(ref reader)];
        for (var i = 0; i < patches.Length; i++)
            patches[i] = new ObjectPatch(new ObjectKey(reader.Text(), reader.Text()), reader.Blob());
        reader.End();
        return patches;
    }

    /// <summary>How many patches there are, as far as the bytes say; at least 1.</summary>
    public static int CountPatches(ReadOnlyMemory<byte> content)
    {
        try
        {
            var reader = new WireReader(content);
            return Math.Clamp(reader.Count(), 1, ObjectPatch.MostTogether);
        }
        catch (FormatException)
        {
            return 1;
        }
    }

    /// <summary>Encodes outcomes.</summary>
    /// <param name="outcomes">The outcomes.</param>
    /// <param name="status">The Status of a failure as JSON.</param>
    public static ReadOnlyMemory<byte> Encode(IReadOnlyList<PatchOutcome> outcomes, Func<Exception, byte[]> status)
    {
        var output = new ArrayBufferWriter<byte>(16 + (outcomes.Count * 8));
        var writer = new WireWriter(output);
        writer.Unsigned((ulong)outcomes.Count);
        foreach (var outcome in outcomes)
        {
            writer.Signed(outcome.Revision);
            writer.Blob(outcome.Failure is { } failure ? status(failure) : default);
        }
        return output.WrittenMemory;
    }

    /// <summary>Decodes outcomes.</summary>
    /// <exception cref="FormatException">The bytes are no outcomes.</exception>
    public static IReadOnlyList<PatchOutcome> DecodeOutcomes(ReadOnlyMemory<byte> content)
    {
        var reader = new WireReader(content);
        var outcomes = new PatchOutcome[Count(ref reader)];
        for (var i = 0; i < outcomes.Length; i++)
        {
            var revision = reader.Signed();
            var failure = reader.Blob();
            outcomes[i] = new PatchOutcome(revision, failure.IsEmpty ? null : PendingCalls.StatusOf(failure));
        }
        reader.End();
        return outcomes;
    }

    private static int Count(ref WireReader reader) => reader.Count() is <= ObjectPatch.MostTogether and var count
        ? count
        : throw new FormatException($"More than {ObjectPatch.MostTogether} patches cannot come together.");
}
