using ActorKube.NodeAgent.Runtimes;

namespace ActorKube.NodeAgent.Tests.Runtimes.Conformance;

public abstract partial class ContainerRuntimeConformance
{
    [Fact]
    public async Task A_present_image_is_found_by_name_and_by_id()
    {
        var image = await Runtime.FindImageAsync(Subject.Image, Cancel);

        Assert.NotNull(image);
        Assert.Contains(Subject.Image, image.RepoTags);
        Assert.True(image.SizeBytes > 0);
        Assert.Equal(image.Id, (await Runtime.FindImageAsync(image.Id, Cancel))?.Id);
        Assert.Contains(await Runtime.ListImagesAsync(Cancel), i => i.Id == image.Id);
    }

    [Fact]
    public async Task An_absent_image_is_not_found_and_removing_it_is_no_error()
    {
        Assert.Null(await Runtime.FindImageAsync(Subject.MissingImage, Cancel));
        await Runtime.RemoveImageAsync(Subject.MissingImage, Cancel);
    }

    [Fact]
    public async Task A_pulled_image_has_a_digest_and_containers_can_be_made_of_what_the_pull_returned()
    {
        var config = Config();
        var sandbox = await RunAsync(config);

        var reference = await Runtime.PullImageAsync(Subject.PullableImage, auth: null, config, Cancel);

        Assert.NotEmpty((await Runtime.FindImageAsync(Subject.PullableImage, Cancel))!.RepoDigests);
        var container = await StartAsync(sandbox, Subject.Running("main") with { Image = reference }, config);
        Assert.Contains("@sha256:", (await StatusAsync(container)).ImageRef, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_pull_that_fails_says_so() =>
        Assert.Equal(RuntimeErrorKind.ImagePull, await FailureOf(Runtime.PullImageAsync(Subject.MissingImage, auth: null, sandbox: null, Cancel)));

    [Fact]
    public async Task Running_containers_have_statistics()
    {
        var (sandbox, container) = await StartAsync(Subject.Running("main") with { Labels = Map(("uid", Uid)) });

        var stats = Assert.Single(await Runtime.ListContainerStatsAsync(new ContainerFilter { SandboxId = sandbox }, Cancel));

        Assert.Equal(container, stats.Id);
        Assert.Equal("main", stats.Metadata.Name);
        Assert.NotNull(stats.Cpu);
        Assert.NotNull(stats.WorkingSetBytes);
    }
}
