using System.Security.Cryptography;
using System.Text;

namespace ActorKube.NodeAgent.Runtimes.Simulated;

/// <summary>An image of the simulation. Ids and digests are hashes of the name: the same image has the same id on every node and in every run.</summary>
internal sealed class SimulatedImage
{
    private const ulong SmallestBytes = 1 << 20;
    private const ulong SpreadBytes = 255 << 20;

    public SimulatedImage(ImageReference reference)
    {
        var hash = SHA256.HashData(Encoding.UTF8.GetBytes(reference.ToString()));
        Reference = reference;
        Id = "sha256:" + Convert.ToHexStringLower(hash);
        Digest = $"{reference.Name}@{(reference.Digest.Length > 0 ? reference.Digest : "sha256:" + Convert.ToHexStringLower(SHA256.HashData(hash)))}";
        SizeBytes = SmallestBytes + (BitConverter.ToUInt64(hash) % SpreadBytes);
    }

    public ImageReference Reference { get; }

    public string Id { get; }

    /// <summary>The digest reference that container statuses show.</summary>
    public string Digest { get; }

    public ulong SizeBytes { get; }

    public ImageInfo ToInfo() => new()
    {
        Id = Id,
        RepoTags = Reference.Tag.Length > 0 ? [$"{Reference.Name}:{Reference.Tag}"] : [],
        RepoDigests = [Digest],
        SizeBytes = SizeBytes,
    };
}

/// <summary>The images present on a simulated node, found by reference, digest reference or id.</summary>
internal sealed class SimulatedImages
{
    private readonly Dictionary<string, SimulatedImage> _byName = [];

    public IEnumerable<SimulatedImage> All => _byName.Values;

    public SimulatedImage Add(ImageReference reference)
    {
        if (!_byName.TryGetValue(reference.ToString(), out var image))
            _byName[reference.ToString()] = image = new SimulatedImage(reference);
        return image;
    }

    public SimulatedImage? Find(string image) => image.StartsWith("sha256:", StringComparison.Ordinal)
        ? _byName.Values.FirstOrDefault(i => i.Id == image)
        : _byName.GetValueOrDefault(ImageReference.Parse(image).ToString()) ?? _byName.Values.FirstOrDefault(i => i.Digest == image);

    public void Remove(string image)
    {
        if (Find(image) is { } found)
            _byName.Remove(found.Reference.ToString());
    }
}
