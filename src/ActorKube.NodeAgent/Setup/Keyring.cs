using System.Collections.Immutable;
using System.Text;
using System.Text.Json;
using ActorKube.NodeAgent.Runtimes;
using k8s.Models;

namespace ActorKube.NodeAgent.Setup;

/// <summary>Registry credentials of a pod's pull secrets.</summary>
internal sealed class Keyring
{
    private const string DockerHub = "index.docker.io";

    private readonly List<(string Host, string Path, ImageAuth Auth)> _entries = [];

    /// <summary>The credentials in the secrets, as <c>kubernetes.io/dockerconfigjson</c> or <c>kubernetes.io/dockercfg</c>.</summary>
    /// <exception cref="SetupException">A secret holds no such thing, or something malformed.</exception>
    public static Keyring Of(IEnumerable<V1Secret> secrets)
    {
        var ring = new Keyring();
        foreach (var secret in secrets)
            ring.Add(secret);
        // The most specific entry comes first: longer paths win over shorter ones.
        ring._entries.Sort((a, b) => string.CompareOrdinal(b.Host + b.Path, a.Host + a.Path));
        return ring;
    }

    /// <summary>The credentials that fit an image, the best first; empty pulls anonymously.</summary>
    public ImmutableArray<ImageAuth> For(string image)
    {
        var (registry, path) = Split(image);
        return [.. _entries.Where(e => HostMatches(e.Host, registry) && (e.Path.Length == 0 || path.StartsWith(e.Path, StringComparison.Ordinal))).Select(e => e.Auth)];
    }

    private void Add(V1Secret secret)
    {
        var data = secret.Data ?? new Dictionary<string, byte[]>();
        var full = secret.Type == "kubernetes.io/dockerconfigjson";
        if (!data.TryGetValue(full ? ".dockerconfigjson" : ".dockercfg", out var bytes))
            throw SetupException.Config($"secret {secret.Metadata.NamespaceProperty}/{secret.Metadata.Name} of type {secret.Type} holds no registry credentials");
        try
        {
            using var document = JsonDocument.Parse(bytes);
            var auths = full ? document.RootElement.GetProperty("auths") : document.RootElement;
            foreach (var entry in auths.EnumerateObject())
                Add(entry);
        }
        catch (Exception error) when (error is JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            throw SetupException.Config($"secret {secret.Metadata.NamespaceProperty}/{secret.Metadata.Name} holds malformed registry credentials: {error.Message}");
        }
    }

    private void Add(JsonProperty entry)
    {
        var name = entry.Name;
        var scheme = name.IndexOf("://", StringComparison.Ordinal);
        if (scheme >= 0)
            name = name[(scheme + 3)..];
        var slash = name.IndexOf('/', StringComparison.Ordinal);
        var (host, path) = slash < 0 ? (name, "") : (name[..slash], name[slash..].TrimEnd('/'));
        // Docker's own client writes the version of the API into the name.
        if (path is "/v1" or "/v2")
            path = "";
        _entries.Add((host == "docker.io" ? DockerHub : host, path, Read(entry.Value)));
    }

    private static ImageAuth Read(JsonElement entry)
    {
        string Text(string name) => entry.TryGetProperty(name, out var value) ? value.GetString() ?? "" : "";
        var (user, password) = (Text("username"), Text("password"));
        if (Text("auth") is { Length: > 0 } auth)
        {
            var pair = Encoding.UTF8.GetString(Convert.FromBase64String(auth));
            var colon = pair.IndexOf(':', StringComparison.Ordinal);
            if (colon < 0)
                throw new FormatException("auth is not base64 of user:password");
            (user, password) = (pair[..colon], pair[(colon + 1)..].TrimEnd('\0'));
        }
        return new ImageAuth { Username = user, Password = password, IdentityToken = Text("identitytoken"), RegistryToken = Text("registrytoken") };
    }

    private static (string Registry, string Path) Split(string image)
    {
        var slash = image.IndexOf('/', StringComparison.Ordinal);
        var first = slash < 0 ? "" : image[..slash];
        var named = first.Contains('.') || first.Contains(':') || first == "localhost";
        if (!named)
            return (DockerHub, "/" + image);
        return (first == "docker.io" ? DockerHub : first, image[slash..]);
    }

    // Upstream's globs: a star matches within one part of the host name.
    private static bool HostMatches(string pattern, string host)
    {
        if (!pattern.Contains('*'))
            return pattern == host;
        var (patternName, patternPort) = Port(pattern);
        var (hostName, hostPort) = Port(host);
        var (left, right) = (patternName.Split('.'), hostName.Split('.'));
        return patternPort == hostPort && left.Length == right.Length && left.Zip(right).All(p => Glob(p.First, p.Second));
    }

    private static (string Name, string Port) Port(string host) => host.LastIndexOf(':') is var colon and > 0 ? (host[..colon], host[(colon + 1)..]) : (host, "");

    private static bool Glob(string pattern, string text) => System.IO.Enumeration.FileSystemName.MatchesSimpleExpression(pattern, text, ignoreCase: false);
}
