using System.Text.Json.Nodes;
using ActorKube.Controllers.Services.Slices;

namespace ActorKube.Controllers.Services.Subsets;

/// <summary>One address of Endpoints.</summary>
internal sealed record SubsetAddress(string Ip, string Hostname, string NodeName, EndpointTarget Target)
{
    public JsonObject Write()
    {
        var json = new JsonObject { ["ip"] = Ip };
        if (Hostname.Length > 0)
            json["hostname"] = Hostname;
        if (NodeName.Length > 0)
            json["nodeName"] = NodeName;
        json["targetRef"] = Target.Write();
        return json;
    }
}

/// <summary>One subset of Endpoints: every address at every port.</summary>
internal sealed record Subset(List<SubsetAddress> Ready, List<SubsetAddress> NotReady, List<SlicePort> Ports)
{
    public JsonObject Write()
    {
        var json = new JsonObject();
        if (Ready.Count > 0)
            json["addresses"] = new JsonArray([.. Ready.Select(a => (JsonNode)a.Write())]);
        if (NotReady.Count > 0)
            json["notReadyAddresses"] = new JsonArray([.. NotReady.Select(a => (JsonNode)a.Write())]);
        if (Ports.Count > 0)
            json["ports"] = new JsonArray([.. Ports.Select(Write)]);
        return json;
    }

    private static JsonNode Write(SlicePort port)
    {
        var json = port.Write();
        if (port.Name.Length == 0)
            json.Remove("name");
        return json;
    }
}
