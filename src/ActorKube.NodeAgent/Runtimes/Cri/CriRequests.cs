using System.Collections.Immutable;
using Google.Protobuf.Collections;
using V1 = ActorKube.Cri.V1;

namespace ActorKube.NodeAgent.Runtimes.Cri;

/// <summary>The seam's records as CRI messages.</summary>
internal static class CriRequests
{
    public static V1.PodSandboxConfig ToWire(this SandboxConfig config)
    {
        var wire = new V1.PodSandboxConfig
        {
            Metadata = new V1.PodSandboxMetadata
            {
                Name = config.Metadata.Name,
                Namespace = config.Metadata.Namespace,
                Uid = config.Metadata.Uid,
                Attempt = config.Metadata.Attempt,
            },
            Hostname = config.Hostname,
            LogDirectory = config.LogDirectory,
            Linux = new V1.LinuxPodSandboxConfig
            {
                CgroupParent = config.CgroupParent,
                SecurityContext = config.Security.ToWire(),
                Overhead = config.Overhead?.ToWire(),
                Resources = config.Resources?.ToWire(),
            },
        };
        if (config.Dns is { } dns)
        {
            wire.DnsConfig = new V1.DNSConfig();
            wire.DnsConfig.Servers.AddRange(dns.Servers);
            wire.DnsConfig.Searches.AddRange(dns.Searches);
            wire.DnsConfig.Options.AddRange(dns.Options);
        }
        wire.PortMappings.AddRange(config.PortMappings.Select(p => new V1.PortMapping
        {
            Protocol = p.Protocol.ToWire(),
            ContainerPort = p.ContainerPort,
            HostPort = p.HostPort,
            HostIp = p.HostIp,
        }));
        wire.Labels.Set(config.Labels);
        wire.Annotations.Set(config.Annotations);
        wire.Linux.Sysctls.Set(config.Sysctls);
        return wire;
    }

    public static V1.ContainerConfig ToWire(this ContainerConfig config)
    {
        var wire = new V1.ContainerConfig
        {
            Metadata = new V1.ContainerMetadata { Name = config.Metadata.Name, Attempt = config.Metadata.Attempt },
            Image = new V1.ImageSpec { Image = config.Image, UserSpecifiedImage = config.UserSpecifiedImage },
            WorkingDir = config.WorkingDirectory,
            LogPath = config.LogPath,
            Stdin = config.Stdin,
            StdinOnce = config.StdinOnce,
            Tty = config.Tty,
            Linux = new V1.LinuxContainerConfig { Resources = config.Resources.ToWire(), SecurityContext = config.Security.ToWire() },
        };
        wire.Command.AddRange(config.Command);
        wire.Args.AddRange(config.Args);
        wire.Envs.AddRange(config.Environment.Select(e => new V1.KeyValue { Key = e.Name, Value = e.Value }));
        wire.Mounts.AddRange(config.Mounts.Select(m => new V1.Mount
        {
            ContainerPath = m.ContainerPath,
            HostPath = m.HostPath,
            Readonly = m.ReadOnly,
            RecursiveReadOnly = m.RecursiveReadOnly,
            SelinuxRelabel = m.SelinuxRelabel,
            Propagation = m.Propagation.ToWire(),
        }));
        wire.Devices.AddRange(config.Devices.Select(d => new V1.Device
        {
            ContainerPath = d.ContainerPath,
            HostPath = d.HostPath,
            Permissions = d.Permissions,
        }));
        wire.Labels.Set(config.Labels);
        wire.Annotations.Set(config.Annotations);
        return wire;
    }

    public static V1.LinuxContainerResources ToWire(this ContainerResources resources)
    {
        var wire = new V1.LinuxContainerResources
        {
            CpuPeriod = resources.CpuPeriod,
            CpuQuota = resources.CpuQuota,
            CpuShares = resources.CpuShares,
            MemoryLimitInBytes = resources.MemoryLimitBytes,
            MemorySwapLimitInBytes = resources.MemorySwapLimitBytes,
            OomScoreAdj = resources.OomScoreAdj,
            CpusetCpus = resources.CpusetCpus,
            CpusetMems = resources.CpusetMems,
        };
        wire.HugepageLimits.AddRange(resources.HugepageLimits.Select(h => new V1.HugepageLimit { PageSize = h.PageSize, Limit = h.Bytes }));
        wire.Unified.Set(resources.Unified);
        return wire;
    }

    public static V1.PodSandboxFilter ToWire(this SandboxFilter filter)
    {
        var wire = new V1.PodSandboxFilter { Id = filter.Id ?? "" };
        if (filter.State is { } state)
            wire.State = new V1.PodSandboxStateValue { State = state.ToWire() };
        wire.LabelSelector.Set(filter.Labels);
        return wire;
    }

    public static V1.ContainerFilter ToWire(this ContainerFilter filter)
    {
        var wire = new V1.ContainerFilter { Id = filter.Id ?? "", PodSandboxId = filter.SandboxId ?? "" };
        if (filter.State is { } state)
            wire.State = new V1.ContainerStateValue { State = state.ToWire() };
        wire.LabelSelector.Set(filter.Labels);
        return wire;
    }

    public static V1.AuthConfig ToWire(this ImageAuth auth) => new()
    {
        Username = auth.Username,
        Password = auth.Password,
        Auth = auth.Auth,
        ServerAddress = auth.ServerAddress,
        IdentityToken = auth.IdentityToken,
        RegistryToken = auth.RegistryToken,
    };

    public static void Set(this MapField<string, string> map, ImmutableDictionary<string, string> values)
    {
        foreach (var pair in values)
            map[pair.Key] = pair.Value;
    }
}
