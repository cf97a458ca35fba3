using System.Globalization;
using System.Reflection;
using System.Text.Json.Nodes;
using ActorKube.Api.Errors;
using ActorKube.Api.Objects;
using ActorKube.Controllers.Hosting;
using ActorKube.Controllers.Tests.Harness;
using ActorKube.Machinery.Informers;
using ActorKube.Machinery.Objects;
using CsCheck;
using static ActorKube.Machinery.Client.WellKnownResources;

namespace ActorKube.Controllers.Tests.Malformed;

/// <summary>Whatever stands in an object, nobody stumbles over it.</summary>
public class MalformedObjectTests
{
    private static readonly Gen<Mutation[]> Mutations = Gen.Select(Gen.Int[0, 10_000], Gen.Int[0, Mutation.Kinds - 1], static (where, what) => new Mutation(where, what)).Array[1, 6];

    // Of each kind a good object and bad ones.
    private static readonly Gen<Mutation[][]> Cluster = Mutations.Array[Sample.All.Count];

    public static TheoryData<string> Views => [.. ViewTypes.Keys.Order()];

    private static Dictionary<string, Func<StoredObject, object>> ViewTypes { get; } = new[] { typeof(PodView).Assembly, typeof(ControllerRegistry).Assembly }
        .SelectMany(static a => a.GetTypes())
        .Where(static t => t is { IsClass: true, IsAbstract: false } && t.GetInterfaces().Any(static i => i.IsGenericType && i.GetGenericTypeDefinition() == typeof(IObjectView<>)))
        .ToDictionary(static t => t.FullName!, static t => (Func<StoredObject, object>)(item => typeof(CachedObject).GetMethod(nameof(CachedObject.As))!.MakeGenericMethod(t)
            .Invoke(new CachedObject(item), BindingFlags.DoNotWrapExceptions, null, null, null)!));

    [Theory]
    [MemberData(nameof(Views))]
    public void A_view_can_be_made_of_any_object(string view) => Cluster.Sample(
        mutations =>
        {
            for (var i = 0; i < Sample.All.Count; i++)
                if (Parsed(Mutated(Sample.All[i], "x", mutations[i])) is { } item)
                    ViewTypes[view](item);
        },
        iter: 40, threads: 1);

    // The same clusters in every run; others can be asked for.
    public static TheoryData<uint> Streams
    {
        get
        {
            var asked = (Environment.GetEnvironmentVariable("ACTORKUBE_MALFORMED_STREAMS") ?? "1-40").Split('-').Select(static n => int.Parse(n, CultureInfo.InvariantCulture)).ToArray();
            return [.. Enumerable.Range(asked[0], asked[^1] - asked[0] + 1).Select(static i => (uint)i)];
        }
    }

    [Theory]
    [MemberData(nameof(Streams))]
    public void No_controller_stumbles_runs_in_circles_or_forgets_the_good_ones(uint stream)
    {
        var mutations = Cluster.Generate(new PCG(stream, 7), null, out _);
        var h = new ControllerHarness();
        foreach (var sample in Sample.All.DistinctBy(static s => s.Resource))
            h.Catalog.Serve(sample.Kind, sample.Resource, sample.Namespaced);
        // Whoever asks for two billion pods gets some.
        var pods = 0;
        h.Cluster.Fault = (verb, address) => verb == "create" && address.Resource == Pods && address.Namespace != "good" && ++pods > 300 ? ApiErrors.Forbidden(Pods.Resource, address.Name, "exceeded quota") : null;
        var services = new ControllerServices
        {
            ClientFor = _ => h.Cluster, Catalog = h.Catalog, RootCa = "PEM", Keys = Signing.Keys, Time = h.Time, Random = static () => 0.5,
        };
        var options = ControllersOptions.From(Akka.Configuration.Config.Empty);
        foreach (var name in ControllerRegistry.Names)
            h.Run(ControllerRegistry.Find(name).Create(services, options));
        for (var i = 0; i < Sample.All.Count; i++)
            if (Mutated(Sample.All[i], i % 2 == 0 ? "x" : $"bad-{i}", mutations[i]) is var bad && Parsed(bad) is not null)
                h.Cluster[Sample.All[i].Resource].Put(bad);
        h.Cluster.Create(Machinery.Client.WellKnownResources.Nodes, """{"apiVersion":"v1","kind":"Node","metadata":{"name":"good"},"spec":{},"status":{"conditions":[{"type":"Ready","status":"True"}]}}""");
        h.Cluster.Create(Deployments, $$$"""{"apiVersion":"apps/v1","kind":"Deployment","metadata":{"namespace":"good","name":"web"},"spec":{"replicas":2,"selector":{"matchLabels":{"app":"good"}},"template":{{{Manifests.Template("good")}}}}}""");
        h.Cluster.Create(Jobs, Manifests.Job("good").Replace("\"default\"", "\"good\"", StringComparison.Ordinal));
        h.Advance(TimeSpan.FromMinutes(5));
        if (h.Decisions.SelectMany(static d => d.Reasons).FirstOrDefault(static r => r.StartsWith("the reconciler failed", StringComparison.Ordinal)) is { } stumbled)
            Assert.Fail(stumbled);
        Assert.Empty(h.InformerFaults);
        Assert.Equal(3, h.Cluster[Pods].All.Count(static p => p.Key.Namespace == "good"));
        Assert.InRange(h.Cluster.Log.Count, 0, 20_000);
    }

    private static JsonObject Mutated(Sample sample, string name, Mutation[] mutations)
    {
        var item = sample.Make(name);
        foreach (var mutation in mutations)
            mutation.Apply(item);
        (item["apiVersion"], item["kind"]) = (sample.Resource.ApiVersion, sample.Kind);
        sample.Identify(item, name);
        return item;
    }

    // What no store would take, nobody has to read.
    private static StoredObject? Parsed(JsonObject item)
    {
        try
        {
            item.Child("metadata")["resourceVersion"] = "7";
            return StoredObject.Parse(item.Encode());
        }
        catch (Exception e) when (e is FormatException or ApiException or System.Text.Json.JsonException)
        {
            return null;
        }
    }
}
