using System.Collections.Immutable;

namespace ActorKube.NodeAgent.Runtimes;

/// <summary>An image that is present.</summary>
internal sealed record ImageInfo
{
    /// <summary>The image id (digest of its configuration).</summary>
    public required string Id { get; init; }

    /// <summary>Its tags, in full form (<c>docker.io/library/busybox:1.36</c>).</summary>
    public ImmutableArray<string> RepoTags { get; init; } = [];

    /// <summary>Digest references; empty for images that were imported from a file.</summary>
    public ImmutableArray<string> RepoDigests { get; init; } = [];

    /// <summary>Size in bytes.</summary>
    public ulong SizeBytes { get; init; }

    /// <summary>The image's numeric user; null when it names one or has none.</summary>
    public long? Uid { get; init; }

    /// <summary>The image's user by name; empty when numeric or none. With neither, the image runs as root.</summary>
    public string Username { get; init; } = "";

    /// <summary>Whether garbage collection must leave it alone.</summary>
    public bool Pinned { get; init; }
}

/// <summary>Credentials for a registry: user and password, or one of the tokens.</summary>
internal sealed record ImageAuth
{
    /// <summary>User name.</summary>
    public string Username { get; init; } = "";

    /// <summary>Password.</summary>
    public string Password { get; init; } = "";

    /// <summary>Base64 of <c>user:password</c>.</summary>
    public string Auth { get; init; } = "";

    /// <summary>Registry the credentials are for; empty for the image's own.</summary>
    public string ServerAddress { get; init; } = "";

    /// <summary>Token that is exchanged for access to the registry.</summary>
    public string IdentityToken { get; init; } = "";

    /// <summary>Bearer token that is sent as it is.</summary>
    public string RegistryToken { get; init; } = "";
}
