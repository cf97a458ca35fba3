using ActorKube.NodeAgent.Hosting;
using ActorKube.NodeAgent.Tests.Support;

namespace ActorKube.NodeAgent.Tests.Server;

/// <summary>What the server opens shows in the descriptors of the whole process: nothing else may run meanwhile.</summary>
[CollectionDefinition(nameof(AgentServerFilesTests), DisableParallelization = true)]
[Collection(nameof(AgentServerFilesTests))]
public sealed class AgentServerFilesTests
{
    [Fact]
    public async Task The_server_watches_no_files()
    {
        await using var agent = new AgentFixture(TestPods.Settings() with { Port = 0 });
        agent.Start();
        var certificates = new TestCertificates();
        var before = Watches();
        await agent.ServeAsync(new NodeServerOptions(certificates.Server, certificates.Authorities));
        Assert.Equal(before, Watches());
    }

    private static int Watches() => Directory.GetFiles("/proc/self/fd").Count(static fd => LinkOf(fd) == "anon_inode:inotify");

    // A descriptor may close while one looks.
    private static string? LinkOf(string descriptor)
    {
        try
        {
            return File.ResolveLinkTarget(descriptor, returnFinalTarget: false)?.Name;
        }
        catch (IOException)
        {
            return null;
        }
    }
}
