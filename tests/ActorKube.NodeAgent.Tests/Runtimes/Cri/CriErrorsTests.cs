using System.Net.Sockets;
using ActorKube.NodeAgent.Runtimes;
using ActorKube.NodeAgent.Runtimes.Cri;
using ActorKube.NodeAgent.Tests.Support;
using Grpc.Core;

namespace ActorKube.NodeAgent.Tests.Runtimes.Cri;

public sealed class CriErrorsTests
{
    [Theory]
    [InlineData(StatusCode.NotFound, true, "NotFound")]
    [InlineData(StatusCode.InvalidArgument, true, "InvalidArgument")]
    [InlineData(StatusCode.DeadlineExceeded, true, "Timeout")]
    [InlineData(StatusCode.DeadlineExceeded, false, "Timeout")]
    [InlineData(StatusCode.Unavailable, false, "Unavailable")]
    [InlineData(StatusCode.Unavailable, true, "Unavailable")]
    [InlineData(StatusCode.Internal, false, "Unavailable")]
    [InlineData(StatusCode.Internal, true, "Unknown")]
    [InlineData(StatusCode.Unimplemented, true, "Unknown")]
    [InlineData(StatusCode.Unknown, true, "Unknown")]
    public void A_status_of_a_call_has_a_kind(StatusCode code, bool isAnswered, string kind) =>
        Assert.Equal(kind, CriErrors.Translate(Failure(code, isAnswered)).Kind.ToString());

    [Theory]
    [InlineData(StatusCode.NotFound, true, "ImagePull")]
    [InlineData(StatusCode.Unknown, true, "ImagePull")]
    [InlineData(StatusCode.Unavailable, true, "ImagePull")]
    [InlineData(StatusCode.Unavailable, false, "Unavailable")]
    [InlineData(StatusCode.DeadlineExceeded, true, "Timeout")]
    [InlineData(StatusCode.InvalidArgument, true, "InvalidArgument")]
    public void A_status_of_a_pull_has_a_kind(StatusCode code, bool isAnswered, string kind) =>
        Assert.Equal(kind, CriErrors.TranslatePull(Failure(code, isAnswered)).Kind.ToString());

    [Fact]
    public void A_runtime_that_is_still_starting_is_unavailable()
    {
        var failure = new RpcException(new Status(StatusCode.Unknown, "server is not initialized yet"));

        Assert.Equal("Unavailable", CriErrors.Translate(failure).Kind.ToString());
        Assert.Equal("Unavailable", CriErrors.TranslatePull(failure).Kind.ToString());
    }

    [Fact]
    public void The_runtimes_words_are_the_message() =>
        Assert.Equal("what happened", CriErrors.Translate(Failure(StatusCode.Unknown, isAnswered: true)).Message);

    [Theory]
    [InlineData(true, "its socket does not exist")]
    [InlineData(false, "nobody listens on its socket")]
    public async Task A_socket_that_cannot_be_connected_is_told_in_words_about_it(bool isMissing, string message)
    {
        using var directory = new TempDirectory();
        using var deaf = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        if (!isMissing)
            deaf.Bind(new UnixDomainSocketEndPoint(directory["c.sock"]));
        await using var runtime = new CriRuntime(new CriRuntimeOptions { Endpoint = directory["c.sock"] });

        var failure = await Assert.ThrowsAsync<RuntimeException>(() => runtime.GetVersionAsync(TestContext.Current.CancellationToken));

        Assert.Equal((RuntimeErrorKind.Unavailable, message), (failure.Kind, failure.Message));
    }

    private static RpcException Failure(StatusCode code, bool isAnswered) =>
        new(isAnswered ? new Status(code, "what happened") : new Status(code, "what happened", new IOException("connection broke")));
}
