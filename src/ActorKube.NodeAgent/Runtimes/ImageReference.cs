namespace ActorKube.NodeAgent.Runtimes;

/// <summary>A parsed image reference in its full form.</summary>
/// <param name="Registry">Registry host: <c>docker.io</c> where the reference names none.</param>
/// <param name="Repository">Path in the registry, with <c>library/</c> in front where Docker Hub implies it.</param>
/// <param name="Tag">Tag; empty when only a digest is given.</param>
/// <param name="Digest">Digest (<c>sha256:…</c>); empty when none is given.</param>
internal readonly record struct ImageReference(string Registry, string Repository, string Tag, string Digest)
{
    /// <summary>Registry and repository without tag and digest.</summary>
    public string Name => $"{Registry}/{Repository}";

    /// <summary>
    /// Reads a reference as container runtimes do: <c>busybox</c> is <c>docker.io/library/busybox:latest</c>, <c>host:5000/a</c> has a registry, <c>a/b</c> has not.
    /// </summary>
    public static ImageReference Parse(string reference)
    {
        var rest = reference;
        var digest = "";
        var at = rest.IndexOf('@');
        if (at >= 0)
        {
            digest = rest[(at + 1)..];
            rest = rest[..at];
        }
        var tag = "";
        var colon = rest.LastIndexOf(':');
        if (colon > rest.LastIndexOf('/'))
        {
            tag = rest[(colon + 1)..];
            rest = rest[..colon];
        }
        var slash = rest.IndexOf('/');
        var first = slash < 0 ? "" : rest[..slash];
        var hasRegistry = first.Contains('.') || first.Contains(':') || first == "localhost";
        var registry = hasRegistry ? first : "docker.io";
        var repository = hasRegistry ? rest[(slash + 1)..] : rest;
        if (registry == "docker.io" && !repository.Contains('/'))
            repository = "library/" + repository;
        if (repository.Length == 0 || rest.Length == 0 || (at >= 0 && digest.Length == 0))
            throw new RuntimeException(RuntimeErrorKind.InvalidArgument, $"\"{reference}\" is no image reference.");
        if (tag.Length == 0 && digest.Length == 0)
            tag = "latest";
        return new ImageReference(registry, repository, tag, digest);
    }

    /// <summary>The full form.</summary>
    public override string ToString() => (Tag, Digest) switch
    {
        ("", _) => $"{Name}@{Digest}",
        (_, "") => $"{Name}:{Tag}",
        _ => $"{Name}:{Tag}@{Digest}",
    };
}
