using ActorKube.Api.Names;
using ActorKube.ApiServer.Pipeline;
using ActorKube.ApiServer.Tests.Fakes;
using static ActorKube.ApiServer.Tests.Fakes.PipelineBench;

namespace ActorKube.ApiServer.Tests.Verbs;

public sealed class ListVerbTests
{
    private readonly PipelineBench _bench = new();

    private async Task<(string[] Names, long Revision, ListEnd End)> ListAsync(RequestQuery query, string ns = "default", GroupVersionResource? resource = null)
    {
        var response = (ListResponse)await _bench.Pipeline.ExecuteAsync(Request(RequestVerb.List, resource ?? ConfigMaps) with { Query = query, Namespace = ns }, default);
        return ([.. response.Items.Select(i => i.Key.Name)], response.Revision, response.End());
    }

    private async Task FillAsync(int count)
    {
        for (var i = 0; i < count; i++)
            await _bench.CreateConfigMapAsync($"a{i}", metadata: $$""","labels":{"n":"{{i}}"}""");
    }

    [Fact]
    public async Task Pages_show_one_cut_whatever_happens_in_between()
    {
        await FillAsync(5);
        var first = await ListAsync(new RequestQuery { Limit = "2" });
        Assert.Equal(["a0", "a1"], first.Names);
        Assert.Equal((6L, 3L), (first.Revision, first.End.RemainingItemCount!.Value));
        await _bench.RunAsync(Request(RequestVerb.Delete, ConfigMaps, "a2"));
        await _bench.CreateConfigMapAsync("a11");
        var second = await ListAsync(new RequestQuery { Limit = "2", Continue = first.End.Continue });
        Assert.Equal(["a2", "a3"], second.Names);
        Assert.Equal(6L, second.Revision);
        var third = await ListAsync(new RequestQuery { Limit = "2", Continue = second.End.Continue });
        Assert.Equal(["a4"], third.Names);
        Assert.Null(third.End.Continue);
    }

    [Fact]
    public async Task A_token_that_is_too_old_is_a_410_with_a_token_for_the_rest()
    {
        await FillAsync(3);
        var first = await ListAsync(new RequestQuery { Limit = "1" });
        _bench.Store.CompactedTo = 100;
        var status = await _bench.ErrorAsync(Request(RequestVerb.List, ConfigMaps) with { Query = new RequestQuery { Limit = "1", Continue = first.End.Continue } });
        Assert.Equal((410, "Expired"), (status.Code, status.Reason));
        Assert.StartsWith("The provided continue parameter is too old to display a consistent list result.", status.Message, StringComparison.Ordinal);
        var rest = await ListAsync(new RequestQuery { Continue = (string?)status.ToJson()["metadata"]!["continue"] });
        Assert.Equal(["a1", "a2"], rest.Names);
    }

    [Theory]
    [InlineData("n=1", null, new[] { "a1" })]
    [InlineData("n in (1,2),n!=2", null, new[] { "a1" })]
    [InlineData("!n", null, new string[0])]
    [InlineData(null, "metadata.name=a2", new[] { "a2" })]
    [InlineData(null, "metadata.name!=a2", new[] { "a0", "a1" })]
    [InlineData("n", "metadata.namespace=default", new[] { "a0", "a1", "a2" })]
    [InlineData("n", "metadata.namespace=other", new string[0])]
    [InlineData("n=1", "metadata.name=a2", new string[0])]
    public async Task Selectors_leave_out_what_does_not_match(string? labels, string? fields, string[] expected)
    {
        await FillAsync(3);
        Assert.Equal(expected, (await ListAsync(new RequestQuery { LabelSelector = labels, FieldSelector = fields })).Names);
    }

    [Theory]
    [InlineData("metadata.name=a1", new[] { "a1" })]
    [InlineData("metadata.name=a1,metadata.namespace=default", new[] { "a1" })]
    public async Task A_name_is_found_in_all_namespaces(string fields, string[] expected)
    {
        await FillAsync(3);
        Assert.Equal(expected, (await ListAsync(new RequestQuery { FieldSelector = fields }, ns: "")).Names);
    }

    [Fact]
    public async Task With_a_selector_nobody_counts_what_follows()
    {
        await FillAsync(3);
        var page = await ListAsync(new RequestQuery { Limit = "1", LabelSelector = "n" });
        Assert.NotNull(page.End.Continue);
        Assert.Null(page.End.RemainingItemCount);
    }

    [Fact]
    public async Task A_pod_is_selected_by_its_node()
    {
        foreach (var node in (string[])["n1", "n2"])
            await _bench.StoredAsync(Request(RequestVerb.Create, Pods, body: $$$"""{"metadata":{"name":"on-{{{node}}}"},"spec":{"nodeName":"{{{node}}}","containers":[{"name":"c","image":"i"}]}}"""));
        Assert.Equal(["on-n2"], (await ListAsync(new RequestQuery { FieldSelector = "spec.nodeName=n2" }, resource: Pods)).Names);
        Assert.Equal(["on-n1", "on-n2"], (await ListAsync(new RequestQuery { FieldSelector = "spec.hostNetwork=false" }, resource: Pods)).Names);
    }

    [Theory]
    [InlineData("limit", "many", 400)]
    [InlineData("timeout", "soon", 400)]
    [InlineData("version", "abc", 400)]
    [InlineData("version", "-1", 400)]
    [InlineData("version", "99", 504)]
    [InlineData("match", "Exact", 422)]
    [InlineData("continue", "garbage", 400)]
    [InlineData("continue", "eyJ2IjoibWV0YS5rOHMuaW8vdjEiLCJydiI6MSwic3RhcnQiOiIuLi8uLi9zZWNyZXRzL2tcdTAwMDAifQ", 400)]
    [InlineData("fields", "spec.foo=bar", 400)]
    [InlineData("fields", "a==b==c", 400)]
    [InlineData("labels", "a in (", 400)]
    [InlineData("initial", "true", 422)]
    public async Task Parameters_that_make_no_sense_are_refused(string parameter, string value, int code)
    {
        var query = parameter switch
        {
            "limit" => new RequestQuery { Limit = value },
            "timeout" => new RequestQuery { TimeoutSeconds = value },
            "version" => new RequestQuery { ResourceVersion = value },
            "match" => new RequestQuery { ResourceVersionMatch = value },
            "continue" => new RequestQuery { Continue = value },
            "fields" => new RequestQuery { FieldSelector = value },
            "labels" => new RequestQuery { LabelSelector = value },
            "initial" => new RequestQuery { SendInitialEvents = value },
            _ => throw new ArgumentOutOfRangeException(nameof(parameter), parameter, "Unknown parameter."),
        };
        Assert.Equal(code, (await _bench.ErrorAsync(Request(RequestVerb.List, ConfigMaps) with { Query = query })).Code);
    }

    [Theory]
    [InlineData("18446744073709551615", 504, "Timeout: Too large resource version: 9223372036854775807, current: 1")]
    [InlineData("18446744073709551616", 400, "resourceVersion: Invalid value: \"18446744073709551616\": strconv.ParseUint: parsing \"18446744073709551616\": value out of range")]
    [InlineData("+1", 400, "resourceVersion: Invalid value: \"+1\": strconv.ParseUint: parsing \"+1\": invalid syntax")]
    public async Task Versions_are_numbers_of_64_bits(string version, int code, string message)
    {
        var status = await _bench.ErrorAsync(Request(RequestVerb.List, ConfigMaps) with { Query = new RequestQuery { ResourceVersion = version } });
        Assert.Equal((code, message), (status.Code, status.Message));
    }

    [Theory]
    [InlineData("""{"v":"meta.k8s.io/v1","rv":0,"start":"a/b\u0000"}""", null, "invalid continue token: continue key is not valid: incorrect encoded start resourceVersion (version meta.k8s.io/v1)")]
    [InlineData("""{"v":"meta.k8s.io/v1","rv":1,"start":"a/b\u0000"}""", "abc", "specifying resource version is not allowed when using continue")]
    [InlineData("""{"v":"meta.k8s.io/v2","rv":1,"start":"a/b\u0000"}""", "1", "invalid continue token: continue key is not valid: no such version or key")]
    public async Task A_token_comes_before_the_version_beside_it(string token, string? version, string message)
    {
        var query = new RequestQuery { Continue = System.Buffers.Text.Base64Url.EncodeToString(System.Text.Encoding.UTF8.GetBytes(token)), ResourceVersion = version };
        var status = await _bench.ErrorAsync(Request(RequestVerb.List, ConfigMaps) with { Query = query });
        Assert.Equal((400, message), (status.Code, status.Message));
    }

    [Fact]
    public async Task An_exact_version_shows_the_past()
    {
        await FillAsync(3);
        Assert.Equal(["a0", "a1"], (await ListAsync(new RequestQuery { ResourceVersion = "3", ResourceVersionMatch = "Exact" })).Names);
        Assert.Equal(["a0", "a1", "a2"], (await ListAsync(new RequestQuery { ResourceVersion = "3" })).Names);
    }

    [Fact]
    public async Task An_event_shows_in_both_groups()
    {
        var events = new GroupVersionResource("", "v1", "events");
        await _bench.StoredAsync(Request(RequestVerb.Create, events, body:
            """{"metadata":{"name":"e"},"involvedObject":{"kind":"Pod","name":"p","namespace":"default"},"reason":"Started","message":"m","type":"Normal","count":2}"""));
        var newer = new GroupVersionResource("events.k8s.io", "v1", "events");
        var response = (ListResponse)await _bench.Pipeline.ExecuteAsync(Request(RequestVerb.List, newer) with { Query = new RequestQuery { FieldSelector = "regarding.name=p" } }, default);
        var shown = Decode(response.Items.Single());
        Assert.Equal(("events.k8s.io/v1", "m", "p", 2), ((string?)shown["apiVersion"], (string?)shown["note"], (string?)shown["regarding"]!["name"], (int)shown["deprecatedCount"]!));
    }
}
