using System.Net;
using ActorKube.Api.Users;
using ActorKube.ApiServer.Hosting;
using ActorKube.ApiServer.Http.Decisions;
using ActorKube.Cluster.Tests.Clients;

namespace ActorKube.Cluster.Tests.Edge;

/// <summary>Decisions are asked for within the bounds of reads.</summary>
public sealed class DecisionLimitTests : IAsyncLifetime
{
    private const string Question = "/actorkube/v1/decisions/api/v1/namespaces/default/pods/web";
    private readonly OneReadServer _server = new();

    public ValueTask InitializeAsync() => _server.InitializeAsync();

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Fact]
    public async Task More_questions_than_reads_are_allowed_are_refused_until_one_is_answered()
    {
        var cancel = TestContext.Current.CancellationToken;
        using var http = new HttpClient(new SocketsHttpHandler { SslOptions = RawConnection.Tls(_server, "admin", WellKnownUsers.Masters) }) { BaseAddress = _server.Url };
        var first = http.GetAsync(Question, cancel);
        await _server.Asked.Task.WaitAsync(TimeSpan.FromSeconds(20), cancel);

        using var refused = await http.GetAsync(Question, cancel);
        Assert.Equal(HttpStatusCode.TooManyRequests, refused.StatusCode);
        _server.Answer.SetResult(new DecisionList([], []));
        using var answered = await first;
        Assert.Equal(HttpStatusCode.OK, answered.StatusCode);
        using var next = await http.GetAsync(Question, cancel);
        Assert.Equal(HttpStatusCode.OK, next.StatusCode);
    }

    private sealed class OneReadServer(TaskCompletionSource asked, TaskCompletionSource<DecisionList> answer) : ApiServerFixture(
        new GatewayLimits { MaxReads = 1 },
        (_, _) =>
        {
            asked.TrySetResult();
            return answer.Task;
        })
    {
        public OneReadServer()
            : this(new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously), new TaskCompletionSource<DecisionList>(TaskCreationOptions.RunContinuationsAsynchronously))
        {
        }

        public TaskCompletionSource Asked { get; } = asked;

        public TaskCompletionSource<DecisionList> Answer { get; } = answer;
    }
}
