using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json.Nodes;
using ActorKube.Api.Users;
using ActorKube.ApiServer.Http.Responses;
using Microsoft.AspNetCore.Http;

namespace ActorKube.ApiServer.Http.Endpoints;

/// <summary><c>/version</c>: which Kubernetes API this is, and whose.</summary>
internal sealed class VersionEndpoint : IEndpoint
{
    private static readonly byte[] Document = Encoding.UTF8.GetBytes(new JsonObject
    {
        ["major"] = ServedVersion.Major,
        ["minor"] = ServedVersion.Minor,
        ["emulationMajor"] = ServedVersion.Major,
        ["emulationMinor"] = ServedVersion.Minor,
        ["gitVersion"] = ServedVersion.GitVersion,
        ["gitCommit"] = "",
        ["gitTreeState"] = "clean",
        ["buildDate"] = "1970-01-01T00:00:00Z",
        ["goVersion"] = "none",
        ["compiler"] = RuntimeInformation.FrameworkDescription,
        ["platform"] = RuntimeInformation.RuntimeIdentifier,
    }.ToJsonString(JsonText.Compact));

    // Upstream's answer is indented for everybody.
    private static readonly ReadOnlyMemory<byte> Shown = JsonText.Pretty(Document);

    public IEnumerable<string> Paths => ["/version"];

    public bool IsPublic(string path) => true;

    public ValueTask HandleAsync(HttpContext context, UserInfo user) => BodyResponse.WriteBytesAsync(context, Shown, 200, "application/json");
}
