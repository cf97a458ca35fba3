using System.IO.Compression;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace ActorKube.Testing.Containers;

/// <summary>
/// A container image built here, from nothing but files: one layer, deterministic, in a tar that is an OCI layout and a docker archive at once, so that every import tool reads it.
/// </summary>
public sealed class OfflineImage
{
    private const string ManifestType = "application/vnd.oci.image.manifest.v1+json";
    private const string ConfigType = "application/vnd.oci.image.config.v1+json";
    private const string LayerType = "application/vnd.oci.image.layer.v1.tar+gzip";
    private readonly byte[] _config;
    private readonly byte[] _layer;

    /// <summary>Builds an image.</summary>
    /// <param name="name">Full reference with tag: <c>docker.io/library/busybox:1.36</c>.</param>
    /// <param name="files">Its file system.</param>
    /// <param name="entrypoint">Program and first arguments.</param>
    /// <param name="command">Arguments that a container may replace.</param>
    /// <param name="user">User or uid; empty for root.</param>
    public OfflineImage(string name, ImageFiles files, string[] entrypoint, string[] command, string user = "")
    {
        Name = name;
        var tar = files.ToTar();
        _layer = Compress(tar);
        _config = Json(new JsonObject
        {
            ["architecture"] = "amd64",
            ["os"] = "linux",
            ["created"] = "1970-01-01T00:00:00Z",
            ["config"] = new JsonObject
            {
                ["Env"] = Array("PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"),
                ["WorkingDir"] = "/",
                ["Entrypoint"] = Array(entrypoint),
                ["Cmd"] = Array(command),
                ["User"] = user,
            },
            ["rootfs"] = new JsonObject { ["type"] = "layers", ["diff_ids"] = Array(Digest(tar)) },
        });
        Manifest = Json(new JsonObject
        {
            ["schemaVersion"] = 2,
            ["mediaType"] = ManifestType,
            ["config"] = Descriptor(ConfigType, _config),
            ["layers"] = new JsonArray(Descriptor(LayerType, _layer)),
        });
    }

    /// <summary>Full reference.</summary>
    public string Name { get; }

    /// <summary>Digest of the manifest, as in digest references.</summary>
    public string ManifestDigest => Digest(Manifest);

    /// <summary>Id of the image: digest of its configuration.</summary>
    public string Id => Digest(_config);

    internal byte[] Manifest { get; }

    internal static string ManifestMediaType => ManifestType;

    /// <summary>The blob of that digest; null when it is none of this image's.</summary>
    internal byte[]? FindBlob(string digest) => digest == Digest(_config) ? _config : digest == Digest(_layer) ? _layer : null;

    /// <summary>Writes the archive.</summary>
    public Task WriteArchiveAsync(string path)
    {
        var manifest = Descriptor(ManifestType, Manifest);
        manifest["platform"] = new JsonObject { ["architecture"] = "amd64", ["os"] = "linux" };
        manifest["annotations"] = new JsonObject
        {
            ["io.containerd.image.name"] = Name,
            ["org.opencontainers.image.ref.name"] = Name[(Name.LastIndexOf(':') + 1)..],
        };
        var index = new JsonObject
        {
            ["schemaVersion"] = 2,
            ["mediaType"] = "application/vnd.oci.image.index.v1+json",
            ["manifests"] = new JsonArray(manifest),
        };
        var docker = new JsonObject { ["Config"] = Blob(_config), ["RepoTags"] = Array(Name), ["Layers"] = Array(Blob(_layer)) };
        return File.WriteAllBytesAsync(path, Tar.Write(
        [
            Tar.File("oci-layout", Json(new JsonObject { ["imageLayoutVersion"] = "1.0.0" })),
            Tar.File("index.json", Json(index)),
            Tar.File("manifest.json", Json(new JsonArray(docker))),
            Tar.File(Blob(_config), _config),
            Tar.File(Blob(_layer), _layer),
            Tar.File(Blob(Manifest), Manifest),
        ]));
    }

    private static byte[] Compress(byte[] tar)
    {
        using var buffer = new MemoryStream();
        using (var gzip = new GZipStream(buffer, CompressionLevel.Fastest, leaveOpen: true))
            gzip.Write(tar);
        return buffer.ToArray();
    }

    private static JsonObject Descriptor(string mediaType, byte[] content) =>
        new() { ["mediaType"] = mediaType, ["digest"] = Digest(content), ["size"] = content.Length };

    private static string Blob(byte[] content) => "blobs/sha256/" + Convert.ToHexStringLower(SHA256.HashData(content));

    private static string Digest(byte[] content) => "sha256:" + Convert.ToHexStringLower(SHA256.HashData(content));

    private static JsonArray Array(params string[] values) => [.. values.Select(value => (JsonNode)value)];

    private static byte[] Json(JsonNode node) => JsonSerializer.SerializeToUtf8Bytes(node);
}
