using System.Collections.Immutable;
using System.Text;
using ActorKube.NodeAgent.Setup;
using k8s.Models;

namespace ActorKube.NodeAgent.Volumes;

/// <summary>A file of a volume whose content comes from API objects.</summary>
/// <param name="Path">Relative path.</param>
/// <param name="Content">Its bytes.</param>
/// <param name="Mode">Its permission bits.</param>
/// <param name="User">Its owner; null for the agent's user.</param>
internal sealed record VolumeFile(string Path, ReadOnlyMemory<byte> Content, int Mode, long? User = null);

/// <summary>Service account tokens for pods.</summary>
internal interface IPodTokens
{
    /// <summary>A token bound to the pod, renewed before it expires.</summary>
    ValueTask<string> GetAsync(V1Pod pod, string audience, long expirationSeconds, CancellationToken cancel);
}

/// <summary>Reads what config map, secret, downward API and projected volumes contain.</summary>
/// <param name="references">Where objects are found.</param>
/// <param name="tokens">Where tokens come from; null leaves their files empty.</param>
internal sealed class VolumeContents(IPodReferences references, IPodTokens? tokens)
{
    private const int DefaultMode = 0b110_100_100;
    private const int TokenMode = 0b110_000_000;
    private const long DefaultTokenSeconds = 3600;

    /// <summary>The files of a volume.</summary>
    /// <exception cref="SetupException">Something is missing that is not optional.</exception>
    public async ValueTask<ImmutableArray<VolumeFile>> ReadAsync(PodContext pod, V1Volume volume, CancellationToken cancel)
    {
        var files = ImmutableArray.CreateBuilder<VolumeFile>();
        try
        {
            if (volume.ConfigMap is { } map)
                await AddConfigMapAsync(files, pod, map.Name, map.Items, map.Optional == true, map.DefaultMode ?? DefaultMode, cancel);
            else if (volume.Secret is { } secret)
                await AddSecretAsync(files, pod, secret.SecretName, secret.Items, secret.Optional == true, secret.DefaultMode ?? DefaultMode, cancel);
            else if (volume.DownwardAPI is { } downward)
                AddDownward(files, pod, downward.Items, downward.DefaultMode ?? DefaultMode);
            else if (volume.Projected is { } projected)
                foreach (var source in projected.Sources ?? [])
                    await AddAsync(files, pod, source, projected.DefaultMode ?? DefaultMode, cancel);
            return files.ToImmutable();
        }
        catch (SetupException missing)
        {
            throw VolumeKinds.Failure(volume.Name, missing.Message);
        }
    }

    private async ValueTask AddAsync(ImmutableArray<VolumeFile>.Builder files, PodContext pod, V1VolumeProjection source, int mode, CancellationToken cancel)
    {
        if (source.ConfigMap is { } map)
            await AddConfigMapAsync(files, pod, map.Name, map.Items, map.Optional == true, mode, cancel);
        else if (source.Secret is { } secret)
            await AddSecretAsync(files, pod, secret.Name, secret.Items, secret.Optional == true, mode, cancel);
        else if (source.DownwardAPI is { } downward)
            AddDownward(files, pod, downward.Items, mode);
        else if (source.ServiceAccountToken is { } token)
            files.Add(TokenFile(pod.Pod, token.Path, await TokenAsync(pod, token, cancel), mode));
        else
            throw SetupException.Config($"a projected source of type {(source.ClusterTrustBundle is not null ? "clusterTrustBundle" : "podCertificate")} is not supported by this node agent");
    }

    private async ValueTask<ReadOnlyMemory<byte>> TokenAsync(PodContext pod, V1ServiceAccountTokenProjection token, CancellationToken cancel) =>
        tokens is null ? default : Encoding.UTF8.GetBytes(await tokens.GetAsync(pod.Pod, token.Audience ?? "", token.ExpirationSeconds ?? DefaultTokenSeconds, cancel));

    // A token is for its pod only: with a group of the pod that group reads it (the volume's ownership adds it), when all containers run as one user that
    // user owns it, and else everybody in the pod has to be able to.
    private static VolumeFile TokenFile(V1Pod pod, string path, ReadOnlyMemory<byte> token, int mode)
    {
        if (pod.Spec.SecurityContext?.FsGroup is not null)
            return new VolumeFile(path, token, TokenMode);
        var users = pod.Spec.Containers.Concat(pod.Spec.InitContainers ?? [])
            .Select(c => c.SecurityContext?.RunAsUser ?? pod.Spec.SecurityContext?.RunAsUser).Distinct().ToArray();
        return users is [{ } one] ? new VolumeFile(path, token, TokenMode, one) : new VolumeFile(path, token, mode);
    }

    private async ValueTask AddConfigMapAsync(
        ImmutableArray<VolumeFile>.Builder files, PodContext pod, string name, IList<V1KeyToPath>? items, bool optional, int mode, CancellationToken cancel)
    {
        var ns = pod.Pod.Metadata.NamespaceProperty;
        var map = await references.FindConfigMapAsync(ns, name, cancel);
        if (map is null && !optional)
            throw SetupException.Config($"configmap \"{name}\" not found");
        var data = new Dictionary<string, ReadOnlyMemory<byte>>();
        foreach (var (key, value) in map?.Data ?? new Dictionary<string, string>())
            data[key] = Encoding.UTF8.GetBytes(value);
        foreach (var (key, value) in map?.BinaryData ?? new Dictionary<string, byte[]>())
            data[key] = value;
        Add(files, data, items, optional, mode, "configmap");
    }

    private async ValueTask AddSecretAsync(
        ImmutableArray<VolumeFile>.Builder files, PodContext pod, string name, IList<V1KeyToPath>? items, bool optional, int mode, CancellationToken cancel)
    {
        var secret = await references.FindSecretAsync(pod.Pod.Metadata.NamespaceProperty, name, cancel);
        if (secret is null && !optional)
            throw SetupException.Config($"secret \"{name}\" not found");
        var data = (secret?.Data ?? new Dictionary<string, byte[]>()).ToDictionary(d => d.Key, d => (ReadOnlyMemory<byte>)d.Value);
        Add(files, data, items, optional, mode, "secret");
    }

    private static void Add(
        ImmutableArray<VolumeFile>.Builder files, Dictionary<string, ReadOnlyMemory<byte>> data, IList<V1KeyToPath>? items, bool optional, int mode, string kind)
    {
        if (items is not { Count: > 0 })
        {
            files.AddRange(data.OrderBy(d => d.Key, StringComparer.Ordinal).Select(d => new VolumeFile(d.Key, d.Value, mode)));
            return;
        }
        foreach (var item in items)
            if (data.TryGetValue(item.Key, out var content))
                files.Add(new VolumeFile(item.Path, content, item.Mode ?? mode));
            else if (!optional)
                throw SetupException.Config($"{kind} references non-existent {kind} key: {item.Key}");
    }

    private static void AddDownward(ImmutableArray<VolumeFile>.Builder files, PodContext pod, IList<V1DownwardAPIVolumeFile>? items, int mode)
    {
        foreach (var item in items ?? [])
        {
            var value = item.FieldRef is { } field ? FieldPaths.Read(pod, field.FieldPath)
                : item.ResourceFieldRef is { } resource ? ResourceFields.Read(pod, resource, own: null)
                : throw SetupException.Config($"the downward API file {item.Path} names no field");
            files.Add(new VolumeFile(item.Path, Encoding.UTF8.GetBytes(value), item.Mode ?? mode));
        }
    }
}
