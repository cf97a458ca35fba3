namespace ActorKube.Testing.Containers;

/// <summary>The images that tests run. Every node has them without a pull.</summary>
public static class OfflineImages
{
    private static readonly Lazy<OfflineImage> LazyPause = new(() => new OfflineImage(
        "registry.k8s.io/pause:3.9", new ImageFiles().AddFile("pause", PauseProgram.Build(), isExecutable: true), ["/pause"], [], "65535:65535"));

    private static readonly Lazy<OfflineImage> LazyBusybox = new(() => new OfflineImage(
        "docker.io/library/busybox:1.36", BusyboxFiles.Build(), [], ["sh"]));

    private static readonly Lazy<OfflineImage> LazyHttpd = new(() => new OfflineImage(
        "docker.io/library/busybox-httpd:1", BusyboxFiles.Build(), ["/bin/busybox", "httpd", "-f", "-vv", "-p", "80", "-h", "/www"], []));

    private static readonly Lazy<OfflineImage> LazyUser = new(() => new OfflineImage(
        "docker.io/library/busybox-user:1", BusyboxFiles.Build(), [], ["sleep", "3600"], "www"));

    /// <summary>The first process of every pod.</summary>
    public static OfflineImage Pause => LazyPause.Value;

    /// <summary>A shell and the usual commands.</summary>
    public static OfflineImage Busybox => LazyBusybox.Value;

    /// <summary>A web server on port 80 that prints its requests and serves <c>hello from busybox httpd</c>.</summary>
    public static OfflineImage Httpd => LazyHttpd.Value;

    /// <summary>Busybox that runs as user <c>www</c>, uid 1000.</summary>
    public static OfflineImage User => LazyUser.Value;

    /// <summary>All of them.</summary>
    public static IReadOnlyList<OfflineImage> All => [Pause, Busybox, Httpd, User];
}
