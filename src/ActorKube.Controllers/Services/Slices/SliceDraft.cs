using System.Collections.Immutable;

namespace ActorKube.Controllers.Services.Slices;

/// <summary>A slice as it is to be. Used within one decision.</summary>
internal sealed class SliceDraft(SliceView? known, string addressType, ImmutableArray<SlicePort> ports)
{
    /// <summary>The slice that is overwritten; null when one is created.</summary>
    public SliceView? Known { get; private set; } = known;

    public string AddressType { get; } = addressType;

    public ImmutableArray<SlicePort> Ports { get; } = ports;

    public List<SliceEndpoint> Endpoints { get; } = known is null ? [] : [.. known.Endpoints];

    /// <summary>True when something is to be written.</summary>
    public bool Changed { get; set; } = known is null;

    public static SliceDraft Of(SliceView slice) => new(slice, slice.AddressType, slice.Ports);

    /// <summary>Takes the place of a slice that nobody needs any more, rather than being created beside its deletion.</summary>
    public void Replace(SliceView slice) => Known = slice;
}
