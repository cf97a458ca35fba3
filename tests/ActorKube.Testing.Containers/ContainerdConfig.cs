namespace ActorKube.Testing.Containers;

/// <summary>Configuration files of a node's containerd and of its pod network.</summary>
internal static class ContainerdConfig
{
    private const string DisabledPlugins =
        """
        disabled_plugins = ["io.containerd.internal.v1.opt", "io.containerd.snapshotter.v1.aufs", "io.containerd.snapshotter.v1.btrfs", "io.containerd.snapshotter.v1.devmapper", "io.containerd.snapshotter.v1.zfs", "io.containerd.snapshotter.v1.blockfile", "io.containerd.snapshotter.v1.erofs", "io.containerd.differ.v1.erofs", "io.containerd.tracing.processor.v1.otlp", "io.containerd.internal.v1.tracing", "io.containerd.nri.v1.nri"]
        """;

    /// <summary>The configuration for containerd 1.x; 2.x has other sections.</summary>
    public static string ForVersion(int major, string directory) => major < 2 ? Version2(directory) : Version3(directory);

    /// <summary>A bridge for the node's pods without masquerading (their addresses are routed) and with host ports.</summary>
    public static string PodNetwork(string directory, string podCidr) =>
        $$"""
        {"cniVersion": "0.4.0", "name": "pods", "plugins": [
          {"type": "bridge", "bridge": "cni0", "isGateway": true, "isDefaultGateway": true, "ipMasq": false, "hairpinMode": true,
           "ipam": {"type": "host-local", "dataDir": "{{directory}}/ipam", "ranges": [[{"subnet": "{{podCidr}}"}]]} },
          {"type": "portmap", "capabilities": {"portMappings": true}, "snat": true}]}
        """;

    /// <summary>Sends pulls of every image to one plain-HTTP registry.</summary>
    public static string RegistryHosts(string address) =>
        $"""
        server = "http://{address}"
        [host."http://{address}"]
          capabilities = ["pull", "resolve"]
        """;

    private static string Version2(string directory) =>
        $$"""
        version = 2
        root = "{{directory}}/root"
        state = "{{directory}}/state"
        {{DisabledPlugins}}
        [grpc]
          address = "{{directory}}/c.sock"
        [plugins."io.containerd.grpc.v1.cri"]
          sandbox_image = "{{OfflineImages.Pause.Name}}"
          stream_server_address = "127.0.0.1"
          stream_server_port = "0"
          restrict_oom_score_adj = true
          netns_mounts_under_state_dir = true
          [plugins."io.containerd.grpc.v1.cri".containerd]
            default_runtime_name = "runc"
            [plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc]
              runtime_type = "io.containerd.runc.v2"
          [plugins."io.containerd.grpc.v1.cri".registry]
            config_path = "{{directory}}/certs.d"
          [plugins."io.containerd.grpc.v1.cri".cni]
            bin_dir = "{{ContainerHost.PluginDirectory}}"
            conf_dir = "{{directory}}/cni"
        """;

    private static string Version3(string directory) =>
        $$"""
        version = 3
        root = "{{directory}}/root"
        state = "{{directory}}/state"
        {{DisabledPlugins}}
        [grpc]
          address = "{{directory}}/c.sock"
        [plugins."io.containerd.cri.v1.images".registry]
          config_path = "{{directory}}/certs.d"
        [plugins."io.containerd.cri.v1.images".pinned_images]
          sandbox = "{{OfflineImages.Pause.Name}}"
        [plugins."io.containerd.cri.v1.runtime"]
          restrict_oom_score_adj = true
          netns_mounts_under_state_dir = true
          [plugins."io.containerd.cri.v1.runtime".containerd]
            default_runtime_name = "runc"
            [plugins."io.containerd.cri.v1.runtime".containerd.runtimes.runc]
              runtime_type = "io.containerd.runc.v2"
          [plugins."io.containerd.cri.v1.runtime".cni]
            bin_dirs = ["{{ContainerHost.PluginDirectory}}"]
            conf_dir = "{{directory}}/cni"
        [plugins."io.containerd.grpc.v1.cri"]
          stream_server_address = "127.0.0.1"
          stream_server_port = "0"
        """;
}
