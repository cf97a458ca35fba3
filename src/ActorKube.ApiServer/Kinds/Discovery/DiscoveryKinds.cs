using static ActorKube.ApiServer.Kinds.KindTable;

namespace ActorKube.ApiServer.Kinds.Discovery;

/// <summary>discovery.k8s.io/v1.</summary>
internal static class DiscoveryKinds
{
    /// <summary>A part of the addresses behind a service.</summary>
    public static KindStrategy EndpointSlice => new GenericStrategy(Namespaced("discovery.k8s.io/v1", "EndpointSlice", "endpointslices").Counted()) { ShownAs = EndpointColumns.Slices };
}
