using System.Text;
using ActorKube.Api.Errors;
using ActorKube.Api.Names;
using ActorKube.Machinery.Client;

namespace ActorKube.Testing.Clients;

public abstract partial class ClientConformance
{
    [Fact]
    public async Task Many_are_patched_at_once_and_each_has_its_own_outcome()
    {
        await BeginAsync();
        foreach (var name in new[] { "a", "b", "c", "d" })
            await CreateAsync(name);
        var outcomes = await PatchManyAsync(
            Client,
            ("a", """{"data":{"k":"1"}}"""),
            ("none", """{"data":{"k":"1"}}"""),
            ("b", """{"metadata":{"uid":"another"},"data":{"k":"1"}}"""),
            ("c", """{"metadata":{"labels":{"not a label":"x"}}}"""),
            ("d", """{"data":{"k":"1"}}"""));
        Assert.Equal([null, StatusReason.NotFound, StatusReason.Conflict, StatusReason.Invalid, null], outcomes.Select(static o => (o.Failure as ApiException)?.Status.Reason));
        foreach (var (name, outcome) in new[] { ("a", outcomes[0]), ("d", outcomes[4]) })
            Assert.Equal((await Client.GetAsync(Address(name), cancel: Cancel)).Revision, outcome.Revision);
        Assert.Equal(["a", "d"], (await Client.ListAsync(ConfigMaps, _namespace, cancel: Cancel)).Items.Where(static i => Text(i).Contains("\"k\"", StringComparison.Ordinal)).Select(static i => i.Key.Name));
    }

    [Fact]
    public async Task Who_may_do_nothing_is_told_so_for_each_of_many()
    {
        await BeginAsync();
        await CreateAsync("a");
        var outcomes = await PatchManyAsync(Nobody, ("a", """{"data":{"k":"1"}}"""), ("b", "{}"));
        Assert.All(outcomes, static o => Assert.Equal(StatusReason.Forbidden, Assert.IsType<ApiException>(o.Failure).Status.Reason));
    }

    [Fact]
    public async Task As_many_are_patched_at_once_as_may_come_together()
    {
        await BeginAsync();
        var names = Enumerable.Range(0, ObjectPatch.MostTogether).Select(static i => $"many-{i}").ToArray();
        foreach (var name in names)
            await CreateAsync(name);
        var outcomes = await PatchManyAsync(Client, [.. names.Select(static n => (n, """{"data":{"k":"1"}}"""))]);
        Assert.All(outcomes, static o => Assert.Null(o.Failure));
        Assert.Equal(names.Length, outcomes.Select(static o => o.Revision).Distinct().Count());
    }

    private async Task<IReadOnlyList<PatchOutcome>> PatchManyAsync(IResourceClient client, params (string Name, string Patch)[] patches) => await client.PatchManyAsync(
        ConfigMaps, "", PatchType.Merge, [.. patches.Select(p => new ObjectPatch(new ObjectKey(_namespace, p.Name), Encoding.UTF8.GetBytes(p.Patch)))], cancel: Cancel);
}
