using System.Diagnostics;

namespace ActorKube.Testing.Containers;

/// <summary>
/// A node with a real container runtime: a network namespace, and in it a containerd with its own root, state, socket and pod network. Disposing it
/// kills everything that runs on it and leaves nothing behind.
/// </summary>
public sealed class ContainerdNode : IAsyncDisposable
{
    // The CRI part recovers its pods on its own; which of the two is ready last varies.
    private static readonly string[] ReadyLines = ["containerd successfully booted", "Start streaming server"];

    private readonly ContainerFabric _fabric;
    private readonly int _number;
    private readonly string _name;
    private readonly string _directory;
    private Process? _containerd;

    internal ContainerdNode(ContainerFabric fabric, int number)
    {
        _fabric = fabric;
        _number = number;
        _name = fabric.NodeName(number);
        _directory = $"/tmp/{_name}";
    }

    /// <summary>CRI endpoint, usable from every network namespace.</summary>
    public string Endpoint => $"unix://{_directory}/c.sock";

    /// <summary>Directory of the node; tests may put logs and volumes under it.</summary>
    public string Directory => _directory;

    /// <summary>Address of the node.</summary>
    public string Address => _fabric.NodeAddress(_number);

    /// <summary>Range of its pods.</summary>
    public string PodCidr => _fabric.PodCidr(_number);

    /// <summary>Directory of its network configurations.</summary>
    public string NetworkDirectory => $"{_directory}/cni";

    /// <summary>Name of its network namespace, for <c>ip netns exec</c> and <see cref="EnterCommand"/>.</summary>
    public string NetworkNamespace => _name;

    /// <summary>Cgroup to put pods under. It is removed with the node; nothing else cleans up after a runtime that was killed.</summary>
    public string CgroupParent => $"/{_name}";

    /// <summary>What to put before a command line to run it in the node's network (not <c>ip netns exec</c>, which hides the cgroups).</summary>
    public IReadOnlyList<string> EnterCommand => ["nsenter", $"--net=/run/netns/{_name}", "--"];

    /// <summary>Kills the runtime as a crash would; its pods go on.</summary>
    public async Task KillContainerdAsync()
    {
        if (_containerd is null)
            return;
        _containerd.Kill();
        await _containerd.WaitForExitAsync();
        _containerd.Dispose();
        _containerd = null;
    }

    /// <summary>Starts the runtime and returns when it serves.</summary>
    public async Task StartContainerdAsync()
    {
        var start = new ProcessStartInfo(EnterCommand[0], [.. EnterCommand.Skip(1), "containerd", "--config", $"{_directory}/config.toml"])
        {
            UseShellExecute = false,
            RedirectStandardError = true,
            RedirectStandardOutput = true,
        };
        _containerd = Process.Start(start) ?? throw new InvalidOperationException("containerd did not start.");
        var booted = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var log = new StreamWriter($"{_directory}/log", append: true) { AutoFlush = true };
        var awaited = ReadyLines.ToList();
        _containerd.OutputDataReceived += (_, _) => { };
        _containerd.ErrorDataReceived += (_, line) =>
        {
            if (line.Data is null)
            {
                log.Dispose();
                booted.TrySetException(new InvalidOperationException($"containerd ended: {File.ReadAllText($"{_directory}/log")}"));
                return;
            }
            log.WriteLine(line.Data);
            if (awaited.RemoveAll(text => line.Data.Contains(text, StringComparison.Ordinal)) > 0 && awaited.Count == 0)
                booted.TrySetResult();
        };
        _containerd.BeginErrorReadLine();
        _containerd.BeginOutputReadLine();
        await booted.Task;
    }

    /// <summary>Makes an image present.</summary>
    public async Task ImportAsync(OfflineImage image)
    {
        var archive = $"{_directory}/{image.Id[^12..]}.tar";
        await image.WriteArchiveAsync(archive);
        await HostCommand.RunAsync("ctr", "-a", $"{_directory}/c.sock", "-n", "k8s.io", "images", "import", archive);
        File.Delete(archive);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await KillContainerdAsync();
        foreach (var process in ProcessTree.FindWithDescendants($"{_directory}/"))
            await HostCommand.KillAsync(process);
        await HostMounts.RemoveBelowAsync(_directory);
        await HostCommand.TryAsync("ip", "netns", "del", _name);
        await HostCommand.TryAsync("ip", "link", "del", VethName);
        await HostCommand.TryAsync("rm", "-rf", _directory);
        RemoveCgroups();
    }

    internal async Task CreateAsync(OfflineRegistry? registry, bool hasPodNetwork)
    {
        await CreateNetworkAsync();
        foreach (var directory in new[] { "cni", "certs.d/_default", "logs" })
            System.IO.Directory.CreateDirectory(Path.Combine(_directory, directory));
        var major = await MajorVersionAsync();
        await File.WriteAllTextAsync($"{_directory}/config.toml", ContainerdConfig.ForVersion(major, _directory));
        if (hasPodNetwork)
        {
            await File.WriteAllTextAsync($"{_directory}/cni/10-pods.conflist", ContainerdConfig.PodNetwork(_directory, PodCidr));
            await HostCommand.RunAsync("ip", "route", "replace", PodCidr, "via", Address, "dev", _fabric.Bridge);
        }
        if (registry is not null)
            await File.WriteAllTextAsync($"{_directory}/certs.d/_default/hosts.toml", ContainerdConfig.RegistryHosts(registry.Address));
        await StartContainerdAsync();
        foreach (var image in OfflineImages.All)
            await ImportAsync(image);
    }

    private string VethName => $"akv{_fabric.Slot}-{_number}";

    private static async Task<int> MajorVersionAsync()
    {
        var words = (await HostCommand.RunAsync("containerd", "--version")).Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return words.Length > 2 && int.TryParse(words[2].TrimStart('v').Split('.')[0], out var major)
            ? major
            : throw new InvalidOperationException($"containerd --version gave {string.Join(' ', words)}");
    }

    private async Task CreateNetworkAsync()
    {
        await HostCommand.RunAsync("ip", "netns", "add", _name);
        await HostCommand.RunAsync("ip", "link", "add", VethName, "type", "veth", "peer", "name", "eth0", "netns", _name);
        await HostCommand.RunAsync("ip", "link", "set", VethName, "master", _fabric.Bridge, "up");
        await HostCommand.RunAsync("ip", "-n", _name, "link", "set", "lo", "up");
        await HostCommand.RunAsync("ip", "-n", _name, "addr", "add", $"{Address}/24", "dev", "eth0");
        await HostCommand.RunAsync("ip", "-n", _name, "link", "set", "eth0", "up");
        await HostCommand.RunAsync("ip", "-n", _name, "route", "add", "default", "via", _fabric.HostAddress);
        await HostCommand.RunAsync(
            EnterCommand[0], [.. EnterCommand.Skip(1), "sh", "-c", "echo 1 > /proc/sys/net/ipv4/ip_forward"]);
    }

    // On cgroup v1 every controller has its own tree; deepest directories go first.
    private void RemoveCgroups()
    {
        var roots = System.IO.Directory.GetDirectories("/sys/fs/cgroup").Append("/sys/fs/cgroup").Select(root => root + CgroupParent);
        foreach (var root in roots.Where(System.IO.Directory.Exists))
        {
            var directories = System.IO.Directory.GetDirectories(root, "*", SearchOption.AllDirectories).Append(root);
            foreach (var directory in directories.OrderByDescending(d => d.Length))
            {
                try
                {
                    System.IO.Directory.Delete(directory);
                }
                catch (IOException)
                {
                    // Still busy: the next owner of the slot reuses it.
                }
            }
        }
    }
}
