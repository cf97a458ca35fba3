using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json.Nodes;
using ActorKube.Api.Errors;
using ActorKube.Api.Json;
using ActorKube.Api.Names;
using ActorKube.Api.Objects;
using ActorKube.Api.Users;
using ActorKube.ApiServer.Security.Nodes;
using ActorKube.ApiServer.Verbs;
using ActorKube.Protocol.Store;

namespace ActorKube.ApiServer.Security.Tokens;

/// <summary>Issues service account tokens: what a POST to <c>serviceaccounts/NAME/token</c> does once it is authorised. Agents get tokens for pods on their node only.</summary>
internal sealed class TokenIssuer(ServiceAccountKeys keys, TokenOptions options, IObjectLookup lookup, NodeRestriction nodes, TimeProvider time, Func<string> newId) : ITokenIssuer
{
    private const string Group = "authentication.k8s.io";
    private const long DefaultSeconds = 3600;
    private const long MinSeconds = 600;
    private const long MaxSeconds = 1L << 32;

    /// <summary>The <c>TokenRequest</c> completed with defaults and status.</summary>
    /// <param name="account">The service account.</param>
    /// <param name="tokenRequest">What is asked for.</param>
    /// <param name="user">Who asks.</param>
    /// <param name="cancel">Ends look-ups.</param>
    /// <exception cref="ApiException">404 for a bound object that does not exist, 403 for an agent that asks for a pod elsewhere, 400, 409 or 422 for a request that makes no sense.</exception>
    public async ValueTask<JsonObject> IssueAsync(StoredObject account, JsonObject tokenRequest, UserInfo user, CancellationToken cancel)
    {
        var (ns, serviceAccount) = account.Key;
        await nodes.CheckAsync(
            new NodeWrite
            {
                User = user, Kind = NodeWriteKind.Create, Resource = SecurityResources.ServiceAccounts, Subresource = "token", Namespace = ns, Name = serviceAccount, New = tokenRequest,
            },
            cancel);
        var spec = tokenRequest["spec"] as JsonObject ?? [];
        var seconds = spec["expirationSeconds"] is JsonValue given ? given.GetValue<long>() : DefaultSeconds;
        Validate(ns, serviceAccount, tokenRequest, seconds);

        var (pod, secret, node) = await BoundAsync(ns, serviceAccount, spec["boundObjectRef"] as JsonObject, cancel);
        var audiences = (spec["audiences"] as JsonArray)?.Select(a => (string?)a ?? "").ToImmutableArray() is { Length: > 0 } asked ? asked : options.ApiAudiences;
        var granted = options.MaxExpiration > TimeSpan.Zero ? Math.Min(seconds, (long)options.MaxExpiration.TotalSeconds) : seconds;

        var now = DateTimeOffset.FromUnixTimeSeconds(time.GetUtcNow().ToUnixTimeSeconds());
        var claims = new ServiceAccountClaims
        {
            Issuer = options.Issuer,
            Audiences = audiences,
            IssuedAt = now,
            NotBefore = now,
            Expires = now.AddSeconds(granted),
            Id = newId(),
            Namespace = ns,
            ServiceAccount = new ObjectReference(serviceAccount, account.Head.Uid),
            Pod = pod,
            Secret = secret,
            Node = node,
        };
        return Completed(tokenRequest, ns, serviceAccount, claims, granted, keys.Sign(claims));
    }

    private static void Validate(string ns, string serviceAccount, JsonObject request, long seconds)
    {
        var causes = ImmutableArray.CreateBuilder<StatusCause>();
        if ((string?)request["metadata"]?["name"] is { Length: > 0 } name && name != serviceAccount)
            causes.Add(new StatusCause(CauseType.FieldValueInvalid, $"Invalid value: {GoText.Quote(name)}: must match the service account name if specified", "metadata.name"));
        if ((string?)request["metadata"]?["namespace"] is { Length: > 0 } given && given != ns)
            causes.Add(new StatusCause(CauseType.FieldValueInvalid, $"Invalid value: {GoText.Quote(given)}: must match the service account namespace if specified", "metadata.namespace"));
        if (seconds < MinSeconds)
            causes.Add(new StatusCause(CauseType.FieldValueInvalid, $"Invalid value: {seconds}: may not specify a duration less than 10 minutes", "spec.expirationSeconds"));
        if (seconds > MaxSeconds)
            causes.Add(new StatusCause(CauseType.FieldValueInvalid, $"Invalid value: {seconds}: may not specify a duration larger than 2^32 seconds", "spec.expirationSeconds"));
        if (causes.Count > 0)
            throw ApiErrors.Invalid(Group, "TokenRequest", serviceAccount, causes.ToImmutable());
    }

    private async ValueTask<(ObjectReference? Pod, ObjectReference? Secret, ObjectReference? Node)> BoundAsync(string ns, string serviceAccount, JsonObject? reference, CancellationToken cancel)
    {
        if (reference is null)
            return default;
        var type = GroupVersionKind.From((string?)reference["apiVersion"] ?? "", (string?)reference["kind"] ?? "");
        var name = (string?)reference["name"] ?? "";
        switch (type.Group, type.Kind)
        {
            case ("", "Pod"):
                var pod = await RequireAsync(SecurityResources.Pods, ns, name, cancel);
                if (pod.Field("spec.serviceAccountName") is var runsAs && runsAs != serviceAccount)
                    throw ApiErrors.BadRequest($"cannot bind token for serviceaccount {GoText.Quote(serviceAccount)} to pod running with serviceaccount {GoText.Quote(runsAs)}");
                RequireUid(type, name, reference, pod);
                return (ReferenceTo(pod), null, await NodeOfAsync(pod, cancel));
            case ("", "Secret"):
                var secret = await RequireAsync(SecurityResources.Secrets, ns, name, cancel);
                RequireUid(type, name, reference, secret);
                return (null, ReferenceTo(secret), null);
            case ("", "Node"):
                var node = await RequireAsync(SecurityResources.Nodes, "", name, cancel);
                RequireUid(type, name, reference, node);
                return (null, null, ReferenceTo(node));
            default:
                throw ApiErrors.BadRequest($"cannot bind token to object of type {type}");
        }
    }

    /// <summary>The node a pod runs on goes into its tokens as a fact; a node that is not there yet or no more does not keep the pod from its token.</summary>
    private async ValueTask<ObjectReference?> NodeOfAsync(StoredObject pod, CancellationToken cancel)
    {
        var name = pod.Field("spec.nodeName");
        if (name.Length == 0)
            return null;
        var node = await lookup.FindAsync(SecurityResources.Nodes, new ObjectKey("", name), ReadAt.Any, cancel);
        return new ObjectReference(name, node?.Head.Uid ?? "");
    }

    private static void RequireUid(GroupVersionKind type, string name, JsonObject reference, StoredObject found)
    {
        if ((string?)reference["uid"] is { Length: > 0 } uid && uid != found.Head.Uid)
            throw ApiErrors.Conflict(
                new GroupResource(type.Group, type.Kind), name,
                $"the UID in the bound object reference ({uid}) does not match the UID in record. The object might have been deleted and then recreated");
    }

    private static JsonObject Completed(JsonObject request, string ns, string name, ServiceAccountClaims claims, long seconds, string token)
    {
        var spec = (request["spec"] as JsonObject)?.DeepClone().AsObject() ?? [];
        spec["audiences"] = new JsonArray([.. claims.Audiences.Select(a => (JsonNode)JsonValue.Create(a))]);
        spec["expirationSeconds"] = seconds;
        spec.TryAdd("boundObjectRef", null);
        var created = claims.IssuedAt.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
        return new JsonObject
        {
            ["kind"] = "TokenRequest",
            ["apiVersion"] = Group + "/v1",
            ["metadata"] = new JsonObject { ["name"] = name, ["namespace"] = ns, ["creationTimestamp"] = created },
            ["spec"] = spec,
            ["status"] = new JsonObject
            {
                ["token"] = token,
                ["expirationTimestamp"] = claims.Expires.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture),
            },
        };
    }

    private async ValueTask<StoredObject> RequireAsync(GroupResource resource, string ns, string name, CancellationToken cancel) =>
        await lookup.FindAsync(resource, new ObjectKey(ns, name), ReadAt.Latest, cancel) ?? throw ApiErrors.NotFound(resource, name);

    private static ObjectReference ReferenceTo(StoredObject stored) => new(stored.Key.Name, stored.Head.Uid);
}
