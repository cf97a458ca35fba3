namespace ActorKube.Testing.Containers;

/// <summary>
/// A private network of container nodes on this machine: a bridge in the machine's own network namespace, one namespace per node behind it. The machine is
/// the gateway, so tests reach node and pod addresses, and nodes reach servers that listen on <see cref="HostAddress"/>.
/// Several may live at a time (test processes run in parallel): each takes a slot, held by a lock file, that determines all its names and addresses, so what a
/// killed process left behind is found and removed by the next owner of the slot.
/// </summary>
public sealed class ContainerFabric : IAsyncDisposable
{
    private const int Slots = 32;
    private const int FirstPodOctet = 64;
    private readonly FileStream _lock;
    private readonly List<ContainerdNode> _nodes = [];

    private ContainerFabric(int slot, FileStream held)
    {
        Slot = slot;
        _lock = held;
    }

    /// <summary>The machine's address on the bridge.</summary>
    public string HostAddress => $"172.31.{Slot}.254";

    internal int Slot { get; }

    internal string Bridge => $"akb{Slot}";

    /// <summary>Takes a free slot and makes the bridge.</summary>
    public static async Task<ContainerFabric> CreateAsync()
    {
        var fabric = TakeSlot();
        await fabric.RemoveLeftoversAsync();
        await HostCommand.RunAsync("ip", "link", "add", fabric.Bridge, "type", "bridge");
        await HostCommand.RunAsync("ip", "addr", "add", $"{fabric.HostAddress}/24", "dev", fabric.Bridge);
        await HostCommand.RunAsync("ip", "link", "set", fabric.Bridge, "up");
        await File.WriteAllTextAsync("/proc/sys/net/ipv4/ip_forward", "1");
        return fabric;
    }

    /// <summary>Starts a node with a containerd of its own. Nodes reach each other's pods.</summary>
    /// <param name="number">1 to 250, unique in this fabric; decides the addresses.</param>
    /// <param name="registry">Where the node pulls every image from; null for nowhere.</param>
    /// <param name="hasPodNetwork">Whether pods have a network from the start; without, there is no configuration and nobody knows the way to them.</param>
    public async Task<ContainerdNode> StartNodeAsync(int number, OfflineRegistry? registry = null, bool hasPodNetwork = true)
    {
        var node = new ContainerdNode(this, number);
        _nodes.Add(node);
        await node.CreateAsync(registry, hasPodNetwork);
        return node;
    }

    /// <summary>Stops all nodes with all that runs on them, and removes the network.</summary>
    public async ValueTask DisposeAsync()
    {
        foreach (var node in _nodes)
            await node.DisposeAsync();
        await HostCommand.TryAsync("ip", "link", "del", Bridge);
        await _lock.DisposeAsync();
    }

    internal string NodeName(int number) => $"ak{Slot}-{number}";

    internal string NodeAddress(int number) => $"172.31.{Slot}.{number}";

    internal string PodCidr(int number) => $"10.{FirstPodOctet + Slot}.{number}.0/24";

    private static ContainerFabric TakeSlot()
    {
        for (var slot = 0; slot < Slots; slot++)
        {
            try
            {
                return new ContainerFabric(slot, new FileStream($"/tmp/actorkube-fabric-{slot}.lock", FileMode.OpenOrCreate, FileAccess.Write, FileShare.None));
            }
            catch (IOException)
            {
                // Another process has this slot.
            }
        }
        throw new InvalidOperationException("All container fabric slots are in use.");
    }

    private async Task RemoveLeftoversAsync()
    {
        foreach (var directory in Directory.GetDirectories("/tmp", $"ak{Slot}-*"))
        {
            if (int.TryParse(Path.GetFileName(directory)[(Path.GetFileName(directory).IndexOf('-') + 1)..], out var number))
                await new ContainerdNode(this, number).DisposeAsync();
        }
        await HostCommand.TryAsync("ip", "link", "del", Bridge);
    }
}
