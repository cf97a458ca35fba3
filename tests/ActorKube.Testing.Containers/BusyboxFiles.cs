using System.Diagnostics;

namespace ActorKube.Testing.Containers;

/// <summary>A small Linux around the machine's statically linked busybox.</summary>
internal static class BusyboxFiles
{
    private static readonly string[] Candidates = ["/bin/busybox", "/usr/bin/busybox"];

    /// <summary>The program; null when there is none that runs without libraries.</summary>
    public static string? FindProgram() => Candidates.FirstOrDefault(path => File.Exists(path) && IsStatic(path));

    /// <summary>The program with a link for each of its commands, users <c>root</c> and <c>www</c> (uid 1000), and the usual directories.</summary>
    public static ImageFiles Build()
    {
        var program = FindProgram() ?? throw new InvalidOperationException(ContainerHost.SkipReason);
        var files = new ImageFiles()
            .AddDirectory("bin").AddDirectory("dev").AddDirectory("etc").AddDirectory("home").AddDirectory("proc").AddDirectory("root")
            .AddDirectory("sys").AddDirectory("tmp", isWritableByAll: true).AddDirectory("var").AddDirectory("www")
            .AddFile("bin/busybox", File.ReadAllBytes(program), isExecutable: true)
            .AddFile("etc/passwd", "root:x:0:0:root:/root:/bin/sh\nnobody:x:65534:65534:nobody:/home:/bin/sh\nwww:x:1000:1000:www:/home:/bin/sh\n"u8)
            .AddFile("etc/group", "root:x:0:\nnogroup:x:65534:\nwww:x:1000:\nextra:x:1500:www\n"u8)
            .AddFile("www/index.html", "hello from busybox httpd\n"u8);
        foreach (var command in Commands(program).Where(command => command != "busybox"))
            files.AddLink($"bin/{command}", "busybox");
        return files;
    }

    private static string[] Commands(string program)
    {
        using var process = Process.Start(new ProcessStartInfo(program, "--list") { RedirectStandardOutput = true, UseShellExecute = false })!;
        return process.StandardOutput.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }

    // A dynamic program names its loader in a program header of type 3; a static one has none.
    private static bool IsStatic(string path)
    {
        const int interpreterType = 3;
        var file = File.ReadAllBytes(path);
        if (file.Length < 64 || !file.AsSpan(0, 4).SequenceEqual("\u007fELF"u8))
            return false;
        var offset = (int)BitConverter.ToUInt64(file, 32);
        var size = BitConverter.ToUInt16(file, 54);
        var count = BitConverter.ToUInt16(file, 56);
        return Enumerable.Range(0, count).All(i => BitConverter.ToUInt32(file, offset + (i * size)) != interpreterType);
    }
}
