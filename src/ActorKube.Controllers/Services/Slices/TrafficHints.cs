namespace ActorKube.Controllers.Services.Slices;

/// <summary>Hints of who is to use an endpoint, by <c>spec.trafficDistribution</c>.</summary>
internal static class TrafficHints
{
    /// <summary>Gives the endpoints of a slice their hints, and marks it as changed when they had others.</summary>
    public static void Apply(string distribution, SliceDraft slice)
    {
        for (var i = 0; i < slice.Endpoints.Count; i++)
        {
            var endpoint = slice.Endpoints[i];
            var hinted = Hinted(distribution, endpoint);
            if (hinted == endpoint)
                continue;
            slice.Endpoints[i] = hinted;
            slice.Changed = true;
        }
    }

    private static SliceEndpoint Hinted(string distribution, SliceEndpoint endpoint) => distribution switch
    {
        // Hints of endpoints that nobody is sent to say nothing; they are corrected with the next change.
        "PreferClose" or "PreferSameZone" or "PreferSameNode" when endpoint.Ready != true => endpoint,
        "PreferClose" or "PreferSameZone" => endpoint with { ForZones = endpoint.Zone ?? "", ForNodes = "" },
        "PreferSameNode" => endpoint with { ForZones = endpoint.Zone ?? "", ForNodes = endpoint.NodeName ?? "" },
        _ => endpoint with { ForZones = "", ForNodes = "" },
    };
}
