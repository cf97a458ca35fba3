using ActorKube.Api.Users;
using Microsoft.AspNetCore.Http;

namespace ActorKube.ApiServer.Http.Endpoints;

/// <summary>Answers paths that are not resources: versions, health, discovery, OpenAPI, metrics.</summary>
internal interface IEndpoint
{
    /// <summary>The paths it answers. A path that ends in <c>/*</c> stands for everything below it.</summary>
    IEnumerable<string> Paths { get; }

    /// <summary>True when callers without credentials are answered too.</summary>
    bool IsPublic(string path) => false;

    /// <summary>True when the endpoint itself finds out who calls and whether he may; the gateway then leaves both to it.</summary>
    bool HasOwnAccessControl => false;

    /// <summary>Answers one request, whose user has been authorised for the path.</summary>
    ValueTask HandleAsync(HttpContext context, UserInfo user);
}
