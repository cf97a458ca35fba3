using System.Text.Json.Nodes;
using ActorKube.Api.Names;
using ActorKube.Api.Patching;

namespace ActorKube.ApiServer.Pipeline;

/// <summary>The passes over a body that its schema drives.</summary>
internal interface ISchemaPasses
{
    /// <summary>
    /// Checks the types of a decoded body and drops what the schema does not know.
    /// </summary>
    /// <returns>The unknown fields in upstream's words (<c>unknown field "spec.foo"</c>); none for a clean body.</returns>
    /// <exception cref="Api.Errors.ApiException">400: a value of a type that cannot be decoded.</exception>
    IReadOnlyList<string> CheckAndPrune(GroupVersionKind kind, JsonObject obj);

    /// <summary>Fills in defaults; idempotent.</summary>
    void ApplyDefaults(GroupVersionKind kind, JsonObject obj);

    /// <summary>What strategic merge patches of a kind go by; null for kinds that have none.</summary>
    IPatchSchema? PatchSchema(GroupVersionKind kind);
}
