using System.Text.Json.Nodes;
using ActorKube.Api.Names;
using ActorKube.Api.Users;

namespace ActorKube.ApiServer.Security.Nodes;

/// <summary>A write as <see cref="NodeRestriction"/> sees it, after all other admission.</summary>
internal sealed record NodeWrite
{
    /// <summary>Who writes.</summary>
    public required UserInfo User { get; init; }

    /// <summary>What is done.</summary>
    public required NodeWriteKind Kind { get; init; }

    /// <summary>To which resource.</summary>
    public required GroupResource Resource { get; init; }

    /// <summary>Through which subresource; empty for the object itself.</summary>
    public string Subresource { get; init; } = "";

    /// <summary>Namespace; empty for cluster-scoped objects.</summary>
    public string Namespace { get; init; } = "";

    /// <summary>Name as in the path; may be empty while an object is created.</summary>
    public string Name { get; init; } = "";

    /// <summary>What is stored; null when the request creates.</summary>
    public JsonObject? Old { get; init; }

    /// <summary>What is to be stored, or the document posted to a subresource; null when the request deletes.</summary>
    public JsonObject? New { get; init; }
}

/// <summary>Kinds of writes.</summary>
internal enum NodeWriteKind
{
    Create,
    Update,
    Delete,
}
