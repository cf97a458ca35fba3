using System.Text;
using System.Text.Json.Nodes;
using ActorKube.Api.Users;
using ActorKube.ApiServer.Http.Responses;
using Microsoft.AspNetCore.Http;

namespace ActorKube.ApiServer.Http.Endpoints;

/// <summary><c>/</c>: the paths there are, for people who look around.</summary>
internal sealed class RootEndpoint(Func<IEnumerable<string>> paths) : IEndpoint
{
    public IEnumerable<string> Paths => ["/"];

    public ValueTask HandleAsync(HttpContext context, UserInfo user)
    {
        var document = new JsonObject { ["paths"] = new JsonArray([.. paths().Where(static p => p.Length > 1).Select(static p => (JsonNode)p)]) };
        return BodyResponse.WriteBytesAsync(context, Encoding.UTF8.GetBytes(document.ToJsonString(JsonText.Compact)), 200, "application/json");
    }
}
