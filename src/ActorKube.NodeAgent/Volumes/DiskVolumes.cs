using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using ActorKube.NodeAgent.Runtimes;
using ActorKube.NodeAgent.Setup;
using k8s.Models;

namespace ActorKube.NodeAgent.Volumes;

/// <summary>Pods' files on the node's disk, in upstream's layout.</summary>
/// <param name="paths">Where they go.</param>
/// <param name="clusterDomain">Domain of headless services, for the hosts file.</param>
/// <param name="resolver">Finds out what volumes are.</param>
/// <param name="contents">Reads what volumes contain.</param>
/// <param name="tokens">Tokens to forget with their pods.</param>
/// <param name="time">The clock.</param>
/// <param name="refresh">How often contents are brought up to date.</param>
internal sealed class DiskVolumes(PodPaths paths, string clusterDomain, VolumeResolver resolver, VolumeContents contents, PodTokens tokens, TimeProvider time, TimeSpan refresh) : IPodVolumes
{
    private readonly ConcurrentDictionary<(string PodUid, string Volume), NodeVolume> _volumes = new();

    private const int MostMessageBytes = 4096;
    private const string LocalPlugin = "local-volume";
    private const UnixFileMode EverybodyWrites = (UnixFileMode)0b110_110_110;
    private const UnixFileMode AgentOnly = (UnixFileMode)0b111_101_000;

    /// <inheritdoc/>
    public async ValueTask<TimeSpan?> SetUpAsync(PodContext pod, CancellationToken cancel)
    {
        var uid = pod.Pod.Metadata.Uid;
        Directory.CreateDirectory(paths.Pod(uid), AgentOnly);
        await VolumeSteps.EachAsync(pod.Pod.Spec.Volumes ?? [], async volume =>
        {
            // What a volume is does not change under a pod: not when its claim is on the way out, nor while the control plane is away.
            var known = Known(uid, volume.Name);
            if (known is not (null or ContentVolume))
                return;
            var resolved = known ?? await resolver.ResolveAsync(pod.Pod, volume, cancel);
            await SetUpAsync(pod, volume, resolved, cancel);
            _volumes[(uid, volume.Name)] = resolved;
        });
        return StorageLimits.IsLimited(pod.Pod) || pod.Pod.Spec.Volumes?.Any(v => ScratchDirectories.IsLimited(v) || Known(uid, v.Name) is ContentVolume) == true ? refresh : null;
    }

    private NodeVolume? Known(string uid, string volume) => _volumes.GetValueOrDefault((uid, volume));

    private async ValueTask SetUpAsync(PodContext pod, V1Volume volume, NodeVolume resolved, CancellationToken cancel)
    {
        switch (resolved)
        {
            case ContentVolume:
                var files = await contents.ReadAsync(pod, volume, cancel);
                if (volume.ConfigMap is null && Known(pod.Pod.Metadata.Uid, volume.Name) is null)
                    ScratchDirectories.MakeForSecrets(pod, volume, PathOf(pod.Pod.Metadata.Uid, volume));
                new AtomicWriter(PathOf(pod.Pod.Metadata.Uid, volume), time).Write(files, VolumeOwnership.Of(pod.Pod, writable: false).Own);
                break;
            case HostVolume host:
                HostPaths.Prepare(host);
                break;
            case LocalVolume local:
                LocalPaths.Prepare(local);
                LocalPathLinks.Make(LinkOf(pod.Pod.Metadata.Uid, volume), local.Path);
                if (!local.ReadOnly)
                    VolumeOwnership.Of(pod.Pod, writable: true).OwnAll(local.Path, pod.Pod.Spec.SecurityContext?.FsGroupChangePolicy);
                break;
            case ScratchVolume:
                ScratchDirectories.Make(pod, volume, PathOf(pod.Pod.Metadata.Uid, volume));
                break;
            default:
                throw new InvalidOperationException($"Nobody here sets up a {resolved.GetType().Name}.");
        }
    }

    /// <inheritdoc/>
    public ValueTask<ImmutableArray<ContainerMount>> MountAsync(
        PodContext pod, V1Container container, uint attempt, ContainerEnvironment environment, CancellationToken cancel)
    {
        if (container.VolumeDevices is { Count: > 0 } devices)
            throw SetupException.Config($"volume \"{devices[0].Name}\" is a block device; block volumes are not supported by this node agent");
        var mounts = ImmutableArray.CreateBuilder<ContainerMount>();
        var given = container.VolumeMounts ?? [];
        for (var i = 0; i < given.Count; i++)
            mounts.Add(Mount(pod.Pod, container, given[i], i, environment));
        if (given.All(m => m.MountPath != "/etc/hosts") && pod.PodIps.Count > 0)
            mounts.Add(new ContainerMount("/etc/hosts", WriteHosts(pod)));
        if (!string.IsNullOrEmpty(container.TerminationMessagePath))
            mounts.Add(new ContainerMount(container.TerminationMessagePath, MakeTerminationFile(pod.Pod.Metadata.Uid, container.Name, attempt)));
        return new(mounts.ToImmutable());
    }

    /// <inheritdoc/>
    public string TerminationMessage(string podUid, string container, uint attempt)
    {
        var path = TerminationFile(podUid, container, attempt);
        if (!File.Exists(path))
            return "";
        // The container decides how much is in it.
        using var file = File.OpenRead(path);
        var buffer = new byte[MostMessageBytes];
        return Encoding.UTF8.GetString(buffer, 0, file.ReadAtLeast(buffer, buffer.Length, throwOnEndOfStream: false));
    }

    /// <inheritdoc/>
    public ValueTask RemoveAsync(string podUid, CancellationToken cancel)
    {
        var directory = paths.Pod(podUid);
        if (!Directory.Exists(directory))
            return ValueTask.CompletedTask;
        // Mounts first: deleting through one would delete what belongs to others.
        foreach (var mount in LinuxFiles.MountsBelow(directory))
            LinuxFiles.Unmount(mount);
        Directory.Delete(directory, recursive: true);
        foreach (var known in _volumes.Keys.Where(k => k.PodUid == podUid))
            _volumes.TryRemove(known, out _);
        tokens.Forget(podUid);
        return ValueTask.CompletedTask;
    }

    /// <inheritdoc/>
    public string? Overuse(V1Pod pod) => pod.Spec.Volumes?.Where(ScratchDirectories.IsLimited)
        .FirstOrDefault(v => ScratchDirectories.UsedBytes(PathOf(pod.Metadata.Uid, v)) > Quantities.Value(v.EmptyDir.SizeLimit)) is { } full
        ? $"Usage of EmptyDir volume \"{full.Name}\" exceeds the limit \"{full.EmptyDir.SizeLimit}\". "
        : null;

    /// <inheritdoc/>
    public long ScratchBytes(V1Pod pod) => (pod.Spec.Volumes ?? []).Where(v => !ScratchDirectories.IsForMemory(v) && Known(pod.Metadata.Uid, v.Name) is ScratchVolume)
        .Sum(v => ScratchDirectories.UsedBytes(PathOf(pod.Metadata.Uid, v)));

    /// <inheritdoc/>
    public bool Uses(string path) => List().Any(uid => LocalPathLinks.Targets(paths.Volumes(uid, LocalPlugin)).Contains(path));

    /// <inheritdoc/>
    public IReadOnlyList<string> List() => Directory.Exists(paths.Pods) ? [.. Directory.GetDirectories(paths.Pods).Select(d => Path.GetFileName(d))] : [];

    private ContainerMount Mount(V1Pod pod, V1Container container, V1VolumeMount mount, int index, ContainerEnvironment environment)
    {
        var volume = pod.Spec.Volumes?.FirstOrDefault(v => v.Name == mount.Name) ?? throw SetupException.Config($"volume \"{mount.Name}\" of container \"{container.Name}\" is not in the pod");
        var uid = pod.Metadata.Uid;
        var resolved = Known(uid, volume.Name) ?? throw SetupException.Config($"volume \"{mount.Name}\" of container \"{container.Name}\" is not set up");
        var source = resolved switch { HostVolume host => host.Path, LocalVolume local => local.Path, _ => PathOf(uid, volume) };
        var subPath = string.IsNullOrEmpty(mount.SubPathExpr) ? mount.SubPath ?? "" : ExpandSubPath(mount.SubPathExpr, environment);
        if (subPath.Length > 0)
            source = SubPaths.Resolve(source, subPath, Path.Combine(paths.Pod(uid), "volume-subpaths", volume.Name, container.Name, index.ToString(CultureInfo.InvariantCulture)));
        else if (resolved is HostVolume { Type: "" } && !Path.Exists(source))
            Directory.CreateDirectory(source);
        return new ContainerMount(Path.IsPathRooted(mount.MountPath) ? mount.MountPath : "/" + mount.MountPath, source)
        {
            ReadOnly = mount.ReadOnlyProperty == true || resolved is ContentVolume or HostVolume { ReadOnly: true } or LocalVolume { ReadOnly: true },
            RecursiveReadOnly = mount.RecursiveReadOnly == "Enabled",
            Propagation = mount.MountPropagation switch
            {
                null or "" or "None" => MountPropagation.Private,
                "HostToContainer" => MountPropagation.HostToContainer,
                "Bidirectional" => MountPropagation.Bidirectional,
                var other => throw SetupException.Config($"unknown mountPropagation \"{other}\""),
            },
        };
    }

    private static string ExpandSubPath(string expression, ContainerEnvironment environment)
    {
        string? missing = null;
        var path = Expansion.Expand(expression, name =>
        {
            var value = environment.Find(name);
            if (value is null)
                missing ??= name;
            return value;
        });
        return missing is null ? path : throw SetupException.Config($"missing value for \"{missing}\" in subPathExpr \"{expression}\"");
    }

    private string WriteHosts(PodContext pod)
    {
        var path = paths.EtcHosts(pod.Pod.Metadata.Uid);
        var aliases = pod.Pod.Spec.HostAliases;
        var text = pod.Pod.Spec.HostNetwork == true
            ? HostsFile.ForHost(File.Exists("/etc/hosts") ? File.ReadAllText("/etc/hosts") : "", aliases)
            : HostsFile.ForPod(pod.PodIps, Hostname.Of(pod.Pod, clusterDomain), aliases);
        // Written in place: running containers have the file itself mounted.
        if (!File.Exists(path) || File.ReadAllText(path) != text)
            File.WriteAllText(path, text);
        return path;
    }

    private string MakeTerminationFile(string uid, string container, uint attempt)
    {
        var path = TerminationFile(uid, container, attempt);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.Create(path).Dispose();
        // The container's user is not known here; upstream lets everybody write too.
        File.SetUnixFileMode(path, EverybodyWrites);
        return path;
    }

    private string TerminationFile(string uid, string container, uint attempt) =>
        Path.Combine(paths.Container(uid, container), attempt.ToString(CultureInfo.InvariantCulture));

    private string LinkOf(string uid, V1Volume volume) => paths.Volume(uid, LocalPlugin, volume.Name);

    private string PathOf(string uid, V1Volume volume) => paths.Volume(uid, VolumeKinds.Plugin(volume), volume.Name);
}
