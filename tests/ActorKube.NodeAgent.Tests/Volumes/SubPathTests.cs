using ActorKube.NodeAgent.Setup;
using ActorKube.NodeAgent.Tests.Support;
using ActorKube.NodeAgent.Volumes;

namespace ActorKube.NodeAgent.Tests.Volumes;

public sealed class SubPathTests : IDisposable
{
    private readonly TempDirectory _root = new();

    public SubPathTests()
    {
        Directory.CreateDirectory(_root["volume"]);
        Directory.CreateDirectory(_root["secret"]);
        File.WriteAllText(_root["secret/key"], "hidden");
    }

    public void Dispose() => _root.Dispose();

    [Fact]
    public void A_missing_directory_is_made()
    {
        var path = Resolve("a/b");
        Assert.True(Directory.Exists(_root["volume/a/b"]));
        File.WriteAllText(Path.Combine(path, "seen"), "");
        Assert.True(File.Exists(_root["volume/a/b/seen"]));
    }

    [Fact]
    public void A_single_file_can_be_mounted()
    {
        File.WriteAllText(_root["volume/one"], "text");
        Assert.Equal("text", File.ReadAllText(Resolve("one")));
    }

    [Fact]
    public void A_link_that_stays_inside_is_followed()
    {
        Directory.CreateDirectory(_root["volume/real"]);
        File.WriteAllText(_root["volume/real/f"], "text");
        File.CreateSymbolicLink(_root["volume/link"], "real");
        Assert.Equal("text", File.ReadAllText(Path.Combine(Resolve("link"), "f")));
    }

    [Theory]
    [InlineData("link", "../secret")]
    [InlineData("link/key", "../secret")]
    [InlineData("link/new", "../secret")]
    [InlineData("link", "/etc")]
    public void A_link_that_leads_out_is_refused(string subPath, string target)
    {
        File.CreateSymbolicLink(_root["volume/link"], target);
        Assert.Contains("leads out of the volume", Assert.Throws<SetupException>(() => Resolve(subPath)).Message);
        Assert.False(Path.Exists(_root["secret/new"]));
    }

    [Theory]
    [InlineData("../secret")]
    [InlineData("a/../../secret")]
    [InlineData("/etc")]
    public void A_path_that_leads_out_by_itself_is_refused(string subPath) =>
        Assert.Contains("invalid subPath", Assert.Throws<SetupException>(() => Resolve(subPath)).Message);

    [Fact]
    public void Links_in_a_circle_are_refused()
    {
        File.CreateSymbolicLink(_root["volume/a"], "b");
        File.CreateSymbolicLink(_root["volume/b"], "a");
        Assert.Contains("symbolic links", Assert.Throws<SetupException>(() => Resolve("a")).Message);
    }

    private string Resolve(string subPath) => SubPaths.Resolve(_root["volume"], subPath, _root["mounts/0"]);
}
