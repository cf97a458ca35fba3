using ActorKube.Api.Errors;
using ActorKube.Api.Names;
using ActorKube.Machinery.Client;
using ActorKube.Protocol.Endpoint;

namespace ActorKube.Protocol.Tests.Endpoint;

public sealed class EndpointBatchTests
{
    [Fact]
    public void Patches_arrive_as_they_were_sent()
    {
        ObjectPatch[] sent = [new(new ObjectKey("default", "web"), """{"status":{}}"""u8.ToArray()), new(new ObjectKey("", "é"), default)];
        var arrived = EndpointBatch.DecodePatches(EndpointBatch.Encode(sent));
        Assert.Equal(sent.Select(Text), arrived.Select(Text));
    }

    [Fact]
    public void Outcomes_arrive_with_revisions_and_with_what_failed()
    {
        var content = EndpointBatch.Encode(
            [new PatchOutcome(long.MaxValue, null), new PatchOutcome(0, new InvalidOperationException("told as the caller says"))], static _ => """{"code":404,"reason":"NotFound","message":"gone"}"""u8.ToArray());
        var outcomes = EndpointBatch.DecodeOutcomes(content);
        Assert.Equal((long.MaxValue, null), (outcomes[0].Revision, outcomes[0].Failure));
        Assert.Equal((404, "gone"), (Assert.IsType<ApiException>(outcomes[1].Failure).Status.Code, outcomes[1].Failure!.Message));
    }

    [Fact]
    public void More_than_may_come_together_are_refused()
    {
        var patches = new ObjectPatch[ObjectPatch.MostTogether + 1];
        Array.Fill(patches, new ObjectPatch(new ObjectKey("default", "web"), default));
        Assert.Throws<FormatException>(() => EndpointBatch.DecodePatches(EndpointBatch.Encode(patches)));
    }

    [Fact]
    public void Bytes_that_are_no_patches_are_refused()
    {
        var whole = EndpointBatch.Encode([new ObjectPatch(new ObjectKey("default", "web"), "{}"u8.ToArray())]).ToArray();
        for (var length = 0; length < whole.Length; length++)
        {
            var cut = whole.AsMemory(0, length);
            Assert.Throws<FormatException>(() => EndpointBatch.DecodePatches(cut));
        }
        Assert.Throws<FormatException>(() => EndpointBatch.DecodePatches((byte[])[.. whole, 0]));
    }

    private static string Text(ObjectPatch patch) => $"{patch.Key} {Convert.ToHexString(patch.Patch.Span)}";
}
