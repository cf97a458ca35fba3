using System.Security.Cryptography;
using System.Threading.Channels;
using ActorKube.Api.Errors;
using ActorKube.ApiServer.Security.Nodes;
using ActorKube.Machinery.Client;
using ActorKube.Protocol.Endpoint;
using ActorKube.Protocol.Endpoint.Client;
using Akka.Actor;
using static ActorKube.Protocol.Endpoint.EndpointProtocol;

namespace ActorKube.ApiServer.Tests.Endpoint;

public sealed class EndpointSessionTests
{
    private static readonly ObjectAddress Pod = new(WellKnownResources.Pods, "default", "web");

    [Fact]
    public async Task A_caller_acts_as_the_user_of_his_certificate()
    {
        await using var bench = new EndpointBench();
        using var client = bench.Connect("system:node:a");
        Assert.Equal("web", (await client.GetAsync(Pod, cancel: EndpointBench.Limit)).Key.Name);
        Assert.Equal(["system:node:a"], bench.Users);
    }

    [Fact]
    public async Task An_agent_whose_node_is_anothers_is_told_so_once_and_asks_no_more()
    {
        await using var bench = new EndpointBench();
        var claims = 0;
        bench.Nodes.OnClaim = (node, agent) =>
        {
            claims++;
            return new NodeClaim(1, new NodeRefusal($"{node} {agent.Incarnation}", 9));
        };
        var told = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
        using var client = new EndpointResourceClient(bench.Caller, bench.Options(bench.Issue("system:node:a")) with { Incarnation = 5, NodeTaken = told.SetResult });
        Assert.StartsWith("a 5: stop that one", await told.Task.WaitAsync(EndpointBench.Limit));
        var call = client.GetAsync(Pod, cancel: EndpointBench.Limit).AsTask();
        await Assert.ThrowsAsync<ApiException>(() => bench.AdvanceUntilAsync(call));
        Assert.Equal(1, claims);
        Assert.Empty(bench.Users);
    }

    [Fact]
    public async Task An_agent_that_loses_its_node_is_told_so_and_has_its_session_no_more()
    {
        await using var bench = new EndpointBench();
        var told = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
        using var client = new EndpointResourceClient(bench.Caller, bench.Options(bench.Issue("system:node:a")) with { NodeTaken = told.SetResult });
        await client.GetAsync(Pod, cancel: EndpointBench.Limit);
        bench.Nodes.OnLoss = (node, _) => $"{node} is lost";
        await bench.AdvanceUntilAsync(told.Task);
        Assert.Equal("a is lost", await told.Task);
        await Assert.ThrowsAsync<ApiException>(() => bench.AdvanceUntilAsync(client.GetAsync(Pod, cancel: EndpointBench.Limit).AsTask()));
    }

    [Fact]
    public async Task A_session_tells_servers_when_it_opens_and_when_there_is_another_list_and_looks_at_none_twice()
    {
        await using var bench = new EndpointBench();
        var servers = new CountedList([Address.Parse("akka.ssl.tcp://actorkube@10.0.0.1:7000")]);
        bench.Known = servers;
        var talk = new Conversation(bench);
        var opened = await talk.OpenAsync(bench.Options(bench.Issue("agent")));
        Assert.Equal(["akka.ssl.tcp://actorkube@10.0.0.1:7000"], (await talk.NextAsync<ServersKnown>()).Addresses);
        var read = servers.Reads;
        for (var tick = 0; tick < 5; tick++)
        {
            bench.Advance(TimeSpan.FromSeconds(1));
            talk.Session!.Tell(new KeepAlive(opened.Secret), talk.Self);
            await talk.NextAsync<Alive>();
        }
        Assert.Equal(read, servers.Reads);
        bench.Known = [Address.Parse("akka.ssl.tcp://actorkube@10.0.0.2:7000")];
        bench.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(["akka.ssl.tcp://actorkube@10.0.0.2:7000"], (await talk.NextAsync<ServersKnown>()).Addresses);
    }

    [Fact]
    public async Task A_session_that_ends_before_it_has_opened_says_so()
    {
        await using var bench = new EndpointBench();
        var talk = new Conversation(bench);
        await talk.BeginAsync();
        bench.Advance(ProofLimit);
        Assert.Contains("ended", (await talk.NextAsync<Refused>()).Reason);
    }

    [Fact]
    public async Task Who_is_no_node_needs_none()
    {
        await using var bench = new EndpointBench();
        bench.Nodes.OnClaim = (_, _) => throw new InvalidOperationException("There is no node to have.");
        using var client = bench.Connect("somebody");
        await client.GetAsync(Pod, cancel: EndpointBench.Limit);
    }

    [Fact]
    public async Task A_failure_comes_back_with_its_whole_status()
    {
        await using var bench = new EndpointBench();
        var expected = ApiErrors.Invalid("", "Pod", "web", [new StatusCause("FieldValueInvalid", "is wrong", "spec.x")]);
        bench.Behind[0].OnGet = (_, _) => throw expected;
        using var client = bench.Connect();
        var failure = await Assert.ThrowsAsync<ApiException>(async () => await client.GetAsync(Pod, cancel: EndpointBench.Limit));
        Assert.Equal(expected.Status.ToJson().ToJsonString(), failure.Status.ToJson().ToJsonString());
    }

    [Fact]
    public async Task A_defect_of_the_server_stands_in_its_log_and_its_caller_learns_no_more_than_that()
    {
        await using var bench = new EndpointBench();
        var told = bench.NextError();
        bench.Behind[0].OnGet = (_, _) => throw new InvalidOperationException("a secret of the server");
        using var client = bench.Connect("system:node:a");
        var failure = await Assert.ThrowsAsync<ApiException>(async () => await client.GetAsync(Pod, cancel: EndpointBench.Limit));
        Assert.Equal((500, StatusReason.InternalError), (failure.Status.Code, failure.Status.Reason));
        Assert.DoesNotContain("secret", failure.Status.Message, StringComparison.Ordinal);
        var error = await told.WaitAsync(EndpointBench.Limit);
        Assert.Equal(("a secret of the server", "Unexpected failure of a request of system:node:a"), (error.Cause.Message, error.Message.ToString()));
    }

    [Fact]
    public async Task An_answer_larger_than_a_part_arrives_whole()
    {
        await using var bench = new EndpointBench();
        var items = Enumerable.Range(0, 5).Select(i => ScriptedClient.Item($"p{i}", i + 1, PartBytes)).ToArray();
        bench.Behind[0].OnList = () => Task.FromResult(new ObjectList(items, "9", "more"));
        using var client = bench.Connect();
        var list = await client.ListAsync(WellKnownResources.Pods, null, cancel: EndpointBench.Limit);
        Assert.Equal(("9", "more"), (list.ResourceVersion, list.Continue));
        Assert.Equal(items.Length, list.Items.Count);
        Assert.All(items.Zip(list.Items), p => Assert.True(p.First.Json.Span.SequenceEqual(p.Second.Json.Span)));
    }

    [Fact]
    public async Task A_proof_made_with_another_key_is_refused()
    {
        await using var bench = new EndpointBench();
        using var stranger = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        await RefusedAsync(bench, (options, talk) => talk.Prove(options), bench.Options(bench.Issue("agent"), stranger));
    }

    [Fact]
    public async Task A_certificate_of_another_authority_is_refused()
    {
        await using var bench = new EndpointBench();
        await using var other = new EndpointBench();
        await RefusedAsync(bench, (options, talk) => talk.Prove(options), bench.Options(other.Issue("agent")));
    }

    [Fact]
    public async Task A_signature_made_for_another_session_is_refused()
    {
        await using var bench = new EndpointBench();
        // The nonce is right, the session named is not: what a process in the middle would have.
        await RefusedAsync(bench, (options, talk) => Conversation.Proof(options, SessionProof.Content(bench.Caller, talk.Nonce, bench.Endpoints[0], talk.Self)), bench.Options(bench.Issue("agent")));
    }

    [Fact]
    public async Task A_signature_made_for_another_caller_is_refused()
    {
        await using var bench = new EndpointBench();
        await RefusedAsync(bench, (options, talk) => Conversation.Proof(options, SessionProof.Content(bench.Caller, talk.Nonce, talk.Session!, bench.Caller.DeadLetters)), bench.Options(bench.Issue("agent")));
    }

    [Fact]
    public async Task A_certificate_that_is_none_is_refused()
    {
        await using var bench = new EndpointBench();
        await RefusedAsync(bench, (_, talk) => new Proof(new byte[] { 1, 2, 3 }, new byte[] { 4 }, 0), bench.Options(bench.Issue("agent")));
    }

    [Fact]
    public async Task A_request_with_a_wrong_secret_is_refused()
    {
        await using var bench = new EndpointBench();
        var talk = new Conversation(bench);
        await talk.OpenAsync(bench.Options(bench.Issue("agent")));
        talk.Session!.Tell(new Call(new byte[32], 1, new EndpointRequest(EndpointOperation.Get, Pod)), talk.Self);
        Assert.Contains("secret", (await talk.NextAsync<Refused>()).Reason);
    }

    [Fact]
    public async Task A_session_that_is_silent_is_closed_and_one_that_keeps_itself_is_not()
    {
        await using var bench = new EndpointBench();
        var talk = new Conversation(bench);
        var opened = await talk.OpenAsync(bench.Options(bench.Issue("agent")));
        bench.Advance(SessionSilence - TimeSpan.FromSeconds(2));
        talk.Session!.Tell(new KeepAlive(opened.Secret), talk.Self);
        await talk.NextAsync<Alive>();
        bench.Advance(SessionSilence - TimeSpan.FromSeconds(2));
        talk.Session!.Tell(new KeepAlive(opened.Secret), talk.Self);
        await talk.NextAsync<Alive>();
        bench.Advance(SessionSilence + TimeSpan.FromSeconds(2));
        Assert.Contains("silent", (await talk.NextAsync<Refused>()).Reason);
    }

    [Fact]
    public async Task Damaged_bytes_harm_no_session()
    {
        await using var bench = new EndpointBench();
        var talk = new Conversation(bench);
        var opened = await talk.OpenAsync(bench.Options(bench.Issue("agent")));
        // Written as a batch of changes whose object is no JSON: the other side cannot read it.
        var broken = new Api.Objects.StoredObject("{broken"u8.ToArray(), ScriptedClient.Item("a", 1).Head);
        talk.Session!.Tell(new Changes(1, 1, [new WatchEvent(WatchEventType.Added, broken, "1")]), talk.Self);
        talk.Session!.Tell(new KeepAlive(opened.Secret), talk.Self);
        await talk.NextAsync<Alive>();
    }

    [Fact]
    public async Task When_a_server_ends_the_client_moves_to_another_and_calls_under_way_have_an_unknown_outcome()
    {
        await using var bench = new EndpointBench(servers: 2);
        var asked = Channel.CreateUnbounded<int>();
        for (var i = 0; i < 2; i++)
        {
            var number = i;
            bench.Behind[i].OnGet = async (address, cancel) =>
            {
                asked.Writer.TryWrite(number);
                if (address.Name == "slow")
                    await new TaskCompletionSource().Task.WaitAsync(cancel);
                return ScriptedClient.Item(address.Name, 1);
            };
        }
        using var client = bench.Connect();
        var slow = client.GetAsync(Pod with { Name = "slow" }, cancel: EndpointBench.Limit).AsTask();
        var first = await asked.Reader.ReadAsync(EndpointBench.Limit);
        await bench.Servers[first].Terminate();
        await bench.AdvanceUntilAsync(Task.WhenAny(slow));
        var failure = await Assert.ThrowsAsync<ApiException>(() => slow);
        Assert.Equal((504, StatusReason.Timeout), (failure.Status.Code, failure.Status.Reason));

        var next = client.GetAsync(Pod, cancel: EndpointBench.Limit).AsTask();
        await bench.AdvanceUntilAsync(next);
        Assert.Equal(1 - first, await asked.Reader.ReadAsync(EndpointBench.Limit));
    }

    [Fact]
    public async Task A_call_that_no_server_could_be_found_for_did_not_happen()
    {
        await using var bench = new EndpointBench();
        await bench.Servers[0].Terminate();
        using var client = bench.Connect();
        var call = client.GetAsync(Pod, cancel: EndpointBench.Limit).AsTask();
        await bench.AdvanceUntilAsync(Task.WhenAny(call));
        Assert.Equal(503, (await Assert.ThrowsAsync<ApiException>(() => call)).Status.Code);
    }

    [Fact]
    public async Task A_closed_client_ends_what_waits_and_what_comes()
    {
        await using var bench = new EndpointBench();
        bench.Behind[0].OnGet = async (_, cancel) =>
        {
            await new TaskCompletionSource().Task.WaitAsync(cancel);
            throw new InvalidOperationException();
        };
        var client = bench.Connect();
        var waiting = client.GetAsync(Pod, cancel: EndpointBench.Limit).AsTask();
        client.Dispose();
        Assert.Contains((await Assert.ThrowsAsync<ApiException>(() => waiting)).Status.Code, new[] { 503, 504 });
        Assert.Equal(503, (await Assert.ThrowsAsync<ApiException>(async () => await client.GetAsync(Pod, cancel: EndpointBench.Limit))).Status.Code);
    }

    private sealed class CountedList(IReadOnlyList<Address> items) : IReadOnlyList<Address>
    {
        private int _reads;

        public int Reads => Volatile.Read(ref _reads);

        public int Count => items.Count;

        public Address this[int index] => Counted()[index];

        public IEnumerator<Address> GetEnumerator() => Counted().GetEnumerator();

        System.Collections.IEnumerator System.Collections.IEnumerable.GetEnumerator() => GetEnumerator();

        private IReadOnlyList<Address> Counted()
        {
            Interlocked.Increment(ref _reads);
            return items;
        }
    }

    private static async Task RefusedAsync(EndpointBench bench, Func<Protocol.Endpoint.Client.EndpointOptions, Conversation, Proof> proof, Protocol.Endpoint.Client.EndpointOptions options)
    {
        var talk = new Conversation(bench);
        await talk.BeginAsync();
        talk.Session!.Tell(proof(options, talk), talk.Self);
        await talk.NextAsync<Refused>();
        Assert.Empty(bench.Users);
    }
}
