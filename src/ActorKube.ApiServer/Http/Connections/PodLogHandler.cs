using System.Buffers;
using System.Net;
using System.Text.Json;
using ActorKube.Api.Errors;
using ActorKube.Api.Names;
using ActorKube.Api.Objects;
using ActorKube.Api.Users;
using ActorKube.ApiServer.Http.Responses;
using ActorKube.ApiServer.Http.Routing;
using ActorKube.ApiServer.Pipeline;
using ActorKube.ApiServer.Security;
using ActorKube.Machinery.Client;
using Microsoft.AspNetCore.Http;

namespace ActorKube.ApiServer.Http.Connections;

/// <summary><c>pods/log</c>: the container's log, streamed from the pod's node.</summary>
internal sealed class PodLogHandler(IAuthorizer authorizer, IResourceClient client, NodeConnection nodes) : IConnectionHandler
{
    private const string DefaultContainerAnnotation = "kubectl.kubernetes.io/default-container";
    private static readonly string[] Passed = ["follow", "previous", "sinceSeconds", "sinceTime", "timestamps", "tailLines", "limitBytes", "stream"];

    public GroupResource Resource => WellKnownResources.Pods.Resource;

    public string Subresource => "log";

    public async ValueTask HandleAsync(HttpContext context, UserInfo user, ResourcePath path)
    {
        if (!HttpMethods.IsGet(context.Request.Method))
            throw ApiErrors.MethodNotAllowed();
        await ConnectionAccess.RequireAsync(authorizer, user, RequestVerb.Get, path, context.RequestAborted);
        var pod = await client.GetAsync(new ObjectAddress(WellKnownResources.Pods, path.Namespace, path.Name), cancel: context.RequestAborted);
        var query = QueryReader.Pairs(context.Request.QueryString.Value is { Length: > 1 } text ? text : "?").ToArray();
        PodLogRules.Check(query, path.Name);
        var container = ChooseContainer(pod, query.LastOrDefault(q => q.Name == "container").Value ?? "");
        var node = pod.Field("spec.nodeName");
        if (node.Length == 0)
            throw ApiErrors.BadRequest($"pod {path.Name} does not have a host assigned");
        var options = string.Join('&', query.Where(q => Passed.Contains(q.Name)).Select(q => $"{q.Name}={Uri.EscapeDataString(q.Value)}"));
        using var answer = await nodes.GetAsync(node, $"/containerLogs/{path.Namespace}/{path.Name}/{container}?{options}", context.RequestAborted);
        await RelayAsync(context, answer);
    }

    private static async ValueTask RelayAsync(HttpContext context, HttpResponseMessage answer)
    {
        if (answer.StatusCode != HttpStatusCode.OK)
        {
            var message = await answer.Content.ReadAsStringAsync(context.RequestAborted);
            throw new ApiException(new ApiStatus((int)answer.StatusCode, Reason(answer.StatusCode), message.Trim()));
        }
        BodyResponse.Begin(context, 200, "text/plain");
        await context.Response.StartAsync(context.RequestAborted);
        await using var log = await answer.Content.ReadAsStreamAsync(context.RequestAborted);
        var buffer = ArrayPool<byte>.Shared.Rent(32 * 1024);
        try
        {
            int length;
            while ((length = await log.ReadAsync(buffer, context.RequestAborted)) > 0)
                await context.Response.BodyWriter.WriteAsync(buffer.AsMemory(0, length), context.RequestAborted);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private static string Reason(HttpStatusCode code) => code switch
    {
        HttpStatusCode.NotFound => StatusReason.NotFound,
        HttpStatusCode.UnprocessableEntity => StatusReason.Invalid,
        HttpStatusCode.Unauthorized => StatusReason.Unauthorized,
        HttpStatusCode.Forbidden => StatusReason.Forbidden,
        >= HttpStatusCode.InternalServerError => StatusReason.InternalError,
        _ => StatusReason.BadRequest,
    };

    private static string ChooseContainer(StoredObject pod, string asked)
    {
        using var document = JsonDocument.Parse(pod.Json);
        var spec = document.RootElement.GetProperty("spec");
        var names = Names(spec, "containers").Concat(Names(spec, "initContainers")).Concat(Names(spec, "ephemeralContainers")).ToArray();
        if (asked.Length > 0)
            return names.Contains(asked) ? asked : throw ApiErrors.BadRequest($"container {asked} is not valid for pod {pod.Key.Name}");
        var regular = Names(spec, "containers").ToArray();
        if (regular.Length == 1)
            return regular[0];
        if (document.RootElement.GetProperty("metadata").TryGetProperty("annotations", out var annotations)
            && annotations.TryGetProperty(DefaultContainerAnnotation, out var chosen) && names.Contains(chosen.GetString()))
            return chosen.GetString()!;
        throw ApiErrors.BadRequest($"a container name must be specified for pod {pod.Key.Name}, choose one of: [{string.Join(' ', regular)}]");
    }

    private static IEnumerable<string> Names(JsonElement spec, string list) =>
        spec.TryGetProperty(list, out var items) ? items.EnumerateArray().Select(c => c.GetProperty("name").GetString()!) : [];
}
