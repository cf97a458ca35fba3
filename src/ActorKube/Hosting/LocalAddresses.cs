using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;

namespace ActorKube.Hosting;

/// <summary>The addresses under which others can reach this machine.</summary>
internal static class LocalAddresses
{
    /// <summary>All addresses of network interfaces that are up, loopback left out.</summary>
    public static IReadOnlyList<IPAddress> All() =>
    [
        .. NetworkInterface.GetAllNetworkInterfaces()
            .Where(i => i.OperationalStatus == OperationalStatus.Up && i.NetworkInterfaceType != NetworkInterfaceType.Loopback)
            .SelectMany(i => i.GetIPProperties().UnicastAddresses)
            .Select(a => a.Address)
            .Where(a => a.AddressFamily == AddressFamily.InterNetwork || (a.AddressFamily == AddressFamily.InterNetworkV6 && !a.IsIPv6LinkLocal)),
    ];

    /// <summary>The address to announce when none is chosen: the first IPv4 one, or loopback on a machine without network.</summary>
    public static IPAddress Primary() => All().FirstOrDefault(a => a.AddressFamily == AddressFamily.InterNetwork) ?? IPAddress.Loopback;
}
