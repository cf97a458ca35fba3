using ActorKube.NodeAgent.Runtimes;

namespace ActorKube.NodeAgent.Tests.Runtimes;

public sealed class ImageReferenceTests
{
    [Theory]
    [InlineData("busybox", "docker.io/library/busybox:latest")]
    [InlineData("busybox:1.36", "docker.io/library/busybox:1.36")]
    [InlineData("team/app", "docker.io/team/app:latest")]
    [InlineData("docker.io/busybox", "docker.io/library/busybox:latest")]
    [InlineData("localhost/app:2", "localhost/app:2")]
    [InlineData("host:5000/app", "host:5000/app:latest")]
    [InlineData("registry.k8s.io/pause:3.9", "registry.k8s.io/pause:3.9")]
    [InlineData("busybox@sha256:abc", "docker.io/library/busybox@sha256:abc")]
    [InlineData("host:5000/a/b:1@sha256:abc", "host:5000/a/b:1@sha256:abc")]
    public void A_reference_has_a_full_form(string reference, string full) => Assert.Equal(full, ImageReference.Parse(reference).ToString());

    [Theory]
    [InlineData("")]
    [InlineData("host:5000/")]
    [InlineData("busybox@")]
    public void What_names_no_repository_is_refused(string reference) =>
        Assert.Equal(RuntimeErrorKind.InvalidArgument, Assert.Throws<RuntimeException>(() => ImageReference.Parse(reference)).Kind);
}
