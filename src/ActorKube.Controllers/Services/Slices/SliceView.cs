using System.Collections.Immutable;
using ActorKube.Api.Objects;
using ActorKube.Machinery.Informers;
using ActorKube.Machinery.Objects;

namespace ActorKube.Controllers.Services.Slices;

/// <summary>An EndpointSlice.</summary>
internal sealed class SliceView : IObjectView<SliceView>
{
    public required StoredObject Object { get; init; }

    public required string AddressType { get; init; }

    public required ImmutableArray<SlicePort> Ports { get; init; }

    public required ImmutableArray<SliceEndpoint> Endpoints { get; init; }

    public required ImmutableDictionary<string, string> Annotations { get; init; }

    public static SliceView Project(StoredObject item)
    {
        var json = item.Edit();
        return new SliceView
        {
            Object = item,
            AddressType = json.Text("addressType"),
            Ports = [.. json.Items("ports").Select(SlicePort.Read)],
            Endpoints = [.. json.Items("endpoints").Select(SliceEndpoint.Read)],
            Annotations = json.Strings("metadata", "annotations").ToImmutableDictionary(),
        };
    }
}
