using System.Text;
using System.Text.Json.Nodes;
using ActorKube.Api.Errors;
using ActorKube.Api.Names;
using ActorKube.Api.Objects;
using ActorKube.Machinery.Client;

namespace ActorKube.Testing.Clients;

/// <summary>
/// What every implementation of <see cref="IResourceClient"/> does alike against a real API server. Each test works in a namespace of its own; derive a class per
/// implementation and give it a client of an administrator.
/// </summary>
public abstract partial class ClientConformance
{
    private static readonly GroupVersionResource ConfigMaps = WellKnownResources.ConfigMaps;
    private static readonly GroupVersionResource Secrets = WellKnownResources.Secrets;
    private static int _namespaces;

    private string _namespace = "";

    /// <summary>The client under test, as an administrator.</summary>
    protected abstract IResourceClient Client { get; }

    /// <summary>The same implementation, as somebody who may do nothing.</summary>
    protected abstract IResourceClient Nobody { get; }

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_is_created_can_be_read_and_listed()
    {
        await BeginAsync();
        var created = await CreateAsync("one", """{"a":"1"}""");
        Assert.Equal(new ObjectKey(_namespace, "one"), created.Key);
        Assert.True(created.Revision > 0);
        Assert.NotEmpty(created.Head.Uid);

        var read = await Client.GetAsync(Address("one"), cancel: Cancel);
        Assert.Equal(Text(created), Text(read));
        var list = await Client.ListAsync(ConfigMaps, _namespace, cancel: Cancel);
        Assert.Equal([Text(created)], list.Items.Select(Text));
        Assert.Null(list.Continue);
        Assert.True(long.Parse(list.ResourceVersion) >= created.Revision);
    }

    [Fact]
    public async Task An_object_that_is_not_there_is_not_found()
    {
        await BeginAsync();
        var expected = new ApiStatus(404, StatusReason.NotFound, "configmaps \"none\" not found") { Name = "none", Kind = "configmaps" };
        await FailsAsync(expected, async () => await Client.GetAsync(Address("none"), cancel: Cancel));
        await FailsAsync(expected, async () => await Client.DeleteAsync(Address("none"), cancel: Cancel));
        await FailsAsync(expected, async () => await Client.PatchAsync(Address("none"), PatchType.Merge, "{}"u8.ToArray(), cancel: Cancel));
    }

    [Fact]
    public async Task A_resource_that_is_not_served_is_not_found()
    {
        var expected = new ApiStatus(404, StatusReason.NotFound, "the server could not find the requested resource");
        await FailsAsync(expected, async () => await Client.ListAsync(new GroupVersionResource("example.com", "v1", "widgets"), null, cancel: Cancel));
    }

    [Fact]
    public async Task A_name_can_be_taken_only_once()
    {
        await BeginAsync();
        await CreateAsync("one");
        await FailsAsync(
            new ApiStatus(409, StatusReason.AlreadyExists, "configmaps \"one\" already exists") { Name = "one", Kind = "configmaps" },
            async () => await CreateAsync("one"));
    }

    [Fact]
    public async Task An_update_of_an_old_state_is_a_conflict()
    {
        await BeginAsync();
        var first = await CreateAsync("one", """{"a":"1"}""");
        var second = await Client.UpdateAsync(Address("one"), Edited(first, "a", "2"), cancel: Cancel);
        Assert.True(second.Revision > first.Revision);
        await FailsAsync(
            new ApiStatus(409, StatusReason.Conflict, "Operation cannot be fulfilled on configmaps \"one\": the object has been modified; please apply your changes to the latest version and try again")
            {
                Name = "one",
                Kind = "configmaps",
            },
            async () => await Client.UpdateAsync(Address("one"), Edited(first, "a", "3"), cancel: Cancel));
        Assert.Equal(Text(second), Text(await Client.GetAsync(Address("one"), cancel: Cancel)));
    }

    [Theory]
    [InlineData(PatchType.Merge, """{"data":{"b":"2"}}""")]
    [InlineData(PatchType.StrategicMerge, """{"data":{"b":"2"}}""")]
    [InlineData(PatchType.Json, """[{"op":"add","path":"/data/b","value":"2"}]""")]
    public async Task Patches_of_every_type_change_what_they_name(PatchType type, string patch)
    {
        await BeginAsync();
        await CreateAsync("one", """{"a":"1"}""");
        var patched = await Client.PatchAsync(Address("one"), type, Encoding.UTF8.GetBytes(patch), cancel: Cancel);
        Assert.Equal("""{"a":"1","b":"2"}""", Json(patched)["data"]!.ToJsonString());
    }

    [Fact]
    public async Task A_dry_run_answers_as_if_and_changes_nothing()
    {
        await BeginAsync();
        var dry = new WriteOptions { DryRun = true };
        Assert.Equal("ghost", (await Client.CreateAsync(Address(""), Body("ghost"), dry, Cancel)).Key.Name);
        var real = await CreateAsync("one", """{"a":"1"}""");
        Assert.Equal("2", (string?)Json(await Client.UpdateAsync(Address("one"), Edited(real, "a", "2"), dry, Cancel))["data"]!["a"]);
        await Client.DeleteAsync(Address("one"), new DeleteOptions { DryRun = true }, Cancel);
        Assert.Equal([Text(real)], (await Client.ListAsync(ConfigMaps, _namespace, cancel: Cancel)).Items.Select(Text));
    }

    [Fact]
    public async Task Deletions_respect_their_preconditions()
    {
        await BeginAsync();
        var item = await CreateAsync("one");
        var wrongUid = await Assert.ThrowsAsync<ApiException>(async () => await Client.DeleteAsync(Address("one"), new DeleteOptions { Uid = "other" }, Cancel));
        Assert.Equal((409, StatusReason.Conflict), (wrongUid.Status.Code, wrongUid.Status.Reason));
        var wrongVersion = await Assert.ThrowsAsync<ApiException>(async () => await Client.DeleteAsync(Address("one"), new DeleteOptions { ResourceVersion = "1" }, Cancel));
        Assert.Equal((409, StatusReason.Conflict), (wrongVersion.Status.Code, wrongVersion.Status.Reason));

        var gone = await Client.DeleteAsync(Address("one"), new DeleteOptions { Uid = item.Head.Uid, ResourceVersion = item.Revision.ToString() }, Cancel);
        Assert.Equal((item.Key, item.Head.Uid), (gone.Key, gone.Head.Uid));
        await Assert.ThrowsAsync<ApiException>(async () => await Client.GetAsync(Address("one"), cancel: Cancel));
    }

    [Fact]
    public async Task An_object_with_finalizers_stays_until_they_are_gone()
    {
        await BeginAsync();
        await Client.CreateAsync(Address(""), Encoding.UTF8.GetBytes("""{"metadata":{"name":"held","finalizers":["example.com/hold"]}}"""), cancel: Cancel);
        var held = await Client.DeleteAsync(Address("held"), cancel: Cancel);
        Assert.NotNull(held.Head.Deleted);
        Assert.Equal(["example.com/hold"], held.Head.Finalizers);
        await Client.PatchAsync(Address("held"), PatchType.Merge, """{"metadata":{"finalizers":null}}"""u8.ToArray(), cancel: Cancel);
        Assert.Equal(404, (await Assert.ThrowsAsync<ApiException>(async () => await Client.GetAsync(Address("held"), cancel: Cancel))).Status.Code);
    }

    [Fact]
    public async Task Many_are_deleted_by_selector()
    {
        await BeginAsync();
        foreach (var (name, tier) in new[] { ("a", "x"), ("b", "y"), ("c", "x") })
            await CreateAsync(name, labels: $$"""{"tier":"{{tier}}"}""");
        await Client.DeleteCollectionAsync(ConfigMaps, _namespace, select: new ListOptions { LabelSelector = "tier=x" }, cancel: Cancel);
        Assert.Equal(["b"], await NamesAsync(new ListOptions { LabelSelector = "tier" }));
    }

    [Theory]
    [InlineData("tier=x", null, "a c")]
    [InlineData("tier!=x,tier", null, "b")]
    [InlineData("tier in (x,y)", "metadata.name!=a", "b c")]
    [InlineData(null, "metadata.name=b", "b")]
    public async Task Selectors_select(string? labels, string? fields, string expected)
    {
        await BeginAsync();
        foreach (var (name, tier) in new[] { ("a", "x"), ("b", "y"), ("c", "x") })
            await CreateAsync(name, labels: $$"""{"tier":"{{tier}}"}""");
        Assert.Equal(expected.Split(' '), await NamesAsync(new ListOptions { LabelSelector = labels, FieldSelector = fields }));
    }

    [Theory]
    [InlineData("a=b=c", null)]
    [InlineData(null, "spec.none=1")]
    public async Task Selectors_that_make_no_sense_are_bad_requests(string? labels, string? fields)
    {
        var options = new ListOptions { LabelSelector = labels, FieldSelector = fields };
        Assert.Equal(400, (await Assert.ThrowsAsync<ApiException>(async () => await Client.ListAsync(ConfigMaps, null, options, Cancel))).Status.Code);
    }

    [Fact]
    public async Task A_list_in_pages_is_one_cut()
    {
        await BeginAsync();
        foreach (var name in new[] { "a", "b", "c", "d", "e" })
            await CreateAsync(name, labels: """{"page":"y"}""");
        var names = new List<string>();
        var options = new ListOptions { LabelSelector = "page", Limit = 2 };
        var page = await Client.ListAsync(ConfigMaps, _namespace, options, Cancel);
        var revision = page.ResourceVersion;
        await CreateAsync("bb", labels: """{"page":"y"}""");
        while (true)
        {
            Assert.Equal(revision, page.ResourceVersion);
            Assert.InRange(page.Items.Count, 1, 2);
            names.AddRange(page.Items.Select(i => i.Key.Name));
            if (page.Continue is null)
                break;
            page = await Client.ListAsync(ConfigMaps, _namespace, options with { Continue = page.Continue }, Cancel);
        }
        Assert.Equal(["a", "b", "c", "d", "e"], names);
    }

    [Fact]
    public async Task A_large_list_arrives_whole()
    {
        await BeginAsync();
        var filling = new string('x', 200_000);
        var created = new List<string>();
        for (var i = 0; i < 8; i++)
            created.Add(Text(await CreateAsync($"large-{i}", $$"""{"a":"{{filling}}"}""", """{"size":"large"}""")));
        var list = await Client.ListAsync(ConfigMaps, _namespace, new ListOptions { LabelSelector = "size" }, Cancel);
        Assert.Equal(created, list.Items.Select(Text));
    }

    [Fact]
    public async Task A_body_beyond_the_limit_is_refused()
    {
        await BeginAsync();
        var body = Body("huge", $$"""{"a":"{{new string('x', RequestBodies.MaxBytes)}}"}""");
        await FailsAsync(
            new ApiStatus(413, StatusReason.RequestEntityTooLarge, $"Request entity is too large: limit is {RequestBodies.MaxBytes}"),
            async () => await Client.CreateAsync(Address(""), body, cancel: Cancel));
    }

    [Fact]
    public async Task An_invalid_object_is_refused_with_every_cause()
    {
        await BeginAsync();
        var failure = await Assert.ThrowsAsync<ApiException>(async () => await CreateAsync("Not_A_Name"));
        Assert.Equal((422, StatusReason.Invalid, "ConfigMap"), (failure.Status.Code, failure.Status.Reason, failure.Status.Kind));
        Assert.Equal("metadata.name", Assert.Single(failure.Status.Causes).Field);
    }

    [Fact]
    public async Task Who_may_do_nothing_is_told_so()
    {
        await BeginAsync();
        await FailsAsync(
            new ApiStatus(403, StatusReason.Forbidden, $"configmaps \"one\" is forbidden: User \"nobody\" cannot get resource \"configmaps\" in API group \"\" in the namespace \"{_namespace}\"")
            {
                Name = "one",
                Kind = "configmaps",
            },
            async () => await Nobody.GetAsync(Address("one"), cancel: Cancel));
    }

    private static async Task FailsAsync(ApiStatus expected, Func<Task> action)
    {
        var status = (await Assert.ThrowsAsync<ApiException>(action)).Status;
        Assert.Equal(expected.ToJson().ToJsonString(), status.ToJson().ToJsonString());
    }

    private async Task BeginAsync()
    {
        _namespace = $"conformance-{GetType().Name.ToLowerInvariant()}-{Interlocked.Increment(ref _namespaces)}";
        await Client.CreateAsync(new ObjectAddress(WellKnownResources.Namespaces, "", ""), Body(_namespace), cancel: Cancel);
    }

    private async Task<string[]> NamesAsync(ListOptions options) =>
        [.. (await Client.ListAsync(ConfigMaps, _namespace, options, Cancel)).Items.Select(i => i.Key.Name)];

    private async Task<StoredObject> CreateAsync(string name, string data = "{}", string labels = "{}") =>
        await Client.CreateAsync(Address(""), Body(name, data, labels), cancel: Cancel);

    private ObjectAddress Address(string name) => new(ConfigMaps, _namespace, name);

    private static byte[] Body(string name, string? data = null, string labels = "{}") =>
        Encoding.UTF8.GetBytes(data is null ? $$$"""{"metadata":{"name":"{{{name}}}"}}""" : $$$"""{"metadata":{"name":"{{{name}}}","labels":{{{labels}}}},"data":{{{data}}}}""");

    private static byte[] Edited(StoredObject item, string key, string value)
    {
        var json = Json(item);
        json["data"]![key] = value;
        return Encoding.UTF8.GetBytes(json.ToJsonString());
    }

    private static JsonNode Json(StoredObject item) => JsonNode.Parse(item.Json.Span)!;

    private static string Text(StoredObject item) => Encoding.UTF8.GetString(item.Json.Span);
}
