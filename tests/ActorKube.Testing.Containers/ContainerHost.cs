using System.Runtime.InteropServices;

namespace ActorKube.Testing.Containers;

/// <summary>What the machine must have for tests with real containers.</summary>
public static class ContainerHost
{
    private static readonly string[] Programs = ["containerd", "ctr", "runc", "ip", "nsenter", "iptables", "umount"];
    private static readonly string[] PluginDirectories = ["/usr/lib/cni", "/opt/cni/bin"];
    private static readonly string[] Plugins = ["bridge", "host-local", "loopback", "portmap"];

    /// <summary>Why tests with real containers cannot run here; null when they can.</summary>
    public static string? SkipReason { get; } = FindSkipReason();

    /// <summary>Where the network plugins are.</summary>
    internal static string PluginDirectory { get; } =
        PluginDirectories.FirstOrDefault(directory => Plugins.All(plugin => File.Exists(Path.Combine(directory, plugin)))) ?? "";

    private static string? FindSkipReason()
    {
        if (!OperatingSystem.IsLinux() || RuntimeInformation.ProcessArchitecture != Architecture.X64)
            return "real containers need Linux on x86-64";
        if (Environment.UserName != "root")
            return "real containers need root";
        if (Programs.Where(program => !HostCommand.Exists(program)).ToArray() is { Length: > 0 } missing)
            return $"not installed: {string.Join(", ", missing)}";
        if (PluginDirectories.All(directory => !Plugins.All(plugin => File.Exists(Path.Combine(directory, plugin)))))
            return $"the network plugins {string.Join(", ", Plugins)} are in none of {string.Join(", ", PluginDirectories)}";
        if (BusyboxFiles.FindProgram() is null)
            return "there is no statically linked busybox (Debian: busybox-static)";
        return null;
    }
}
