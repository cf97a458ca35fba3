using System.Text;
using ActorKube.NodeAgent.Setup;
using ActorKube.NodeAgent.Tests.Support;
using ActorKube.NodeAgent.Volumes;
using Microsoft.Extensions.Time.Testing;

namespace ActorKube.NodeAgent.Tests.Volumes;

public sealed class AtomicWriterTests : IDisposable
{
    private readonly TempDirectory _root = new();
    private readonly FakeTimeProvider _time = new();

    public void Dispose() => _root.Dispose();

    [Fact]
    public void Files_are_seen_through_one_link()
    {
        Assert.True(Write(("a", "1"), ("d/b", "2")));
        Assert.Equal("1", File.ReadAllText(_root["v/a"]));
        Assert.Equal("2", File.ReadAllText(_root["v/d/b"]));
        Assert.Equal("..data/a", new FileInfo(_root["v/a"]).LinkTarget);
        Assert.Equal("..data/d", new FileInfo(_root["v/d"]).LinkTarget);
        Assert.StartsWith("..20", new FileInfo(_root["v/..data"]).LinkTarget);
    }

    [Fact]
    public void The_same_files_again_change_nothing()
    {
        Write(("a", "1"));
        var before = new FileInfo(_root["v/..data"]).LinkTarget;
        Assert.False(Write(("a", "1")));
        Assert.Equal(before, new FileInfo(_root["v/..data"]).LinkTarget);
    }

    [Fact]
    public void An_update_replaces_contents_and_removes_what_is_no_more()
    {
        Write(("a", "1"), ("gone", "x"));
        Assert.True(Write(("a", "2"), ("new", "3")));
        Assert.Equal("2", File.ReadAllText(_root["v/a"]));
        Assert.Equal("3", File.ReadAllText(_root["v/new"]));
        Assert.False(Path.Exists(_root["v/gone"]));
        Assert.Single(Directory.GetDirectories(_root["v"]), d => new DirectoryInfo(d).LinkTarget is null);
    }

    [Fact]
    public void Modes_are_exact_whatever_the_umask()
    {
        new AtomicWriter(_root["v"], _time).Write([new VolumeFile("a", "x"u8.ToArray(), 0b110_110_110)], (_, _) => { });
        Assert.Equal((UnixFileMode)0b110_110_110, File.GetUnixFileMode(_root["v/..data/a"]));
    }

    [Theory]
    [InlineData("../escape")]
    [InlineData("a/../../escape")]
    [InlineData("/etc/passwd")]
    [InlineData("..data")]
    [InlineData("")]
    public void Paths_that_leave_the_volume_are_refused(string path) =>
        Assert.Contains("invalid path", Assert.Throws<SetupException>(() => Write((path, "x"))).Message);

    private bool Write(params (string Path, string Text)[] files) =>
        new AtomicWriter(_root["v"], _time).Write([.. files.Select(f => new VolumeFile(f.Path, Encoding.UTF8.GetBytes(f.Text), 0b110_100_100))], (_, _) => { });
}
