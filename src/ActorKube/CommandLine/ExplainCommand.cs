using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using ActorKube.Api.Errors;
using ActorKube.Api.Times;
using ActorKube.ApiServer.Http.Decisions;
using ActorKube.Explain;
using ActorKube.Machinery.Client;
using ActorKube.Machinery.Client.Http;
using Spectre.Console;

namespace ActorKube.CommandLine;

/// <summary><c>actorkube explain</c>: why things are as they are, from what users changed and the decision logs of controllers and scheduler.</summary>
internal static class ExplainCommand
{
    private const string DefaultNamespace = "default";
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { WriteIndented = true };

    public static Command Build()
    {
        var what = new Argument<string>("TYPE/NAME") { Description = "The object, for example deployment/web, hpa.v2.autoscaling/web or node/node-1." };
        var ns = new Option<string>("--namespace", "-n") { Description = "Its namespace.", DefaultValueFactory = _ => DefaultNamespace };
        var since = SpanOption.Make("--since", "Only what was decided in this time, for example 90s, 15m or 1h; everything that is remembered when absent.");
        var output = new Option<string>("--output", "-o") { Description = "How to print it: text or json.", DefaultValueFactory = _ => "text" };
        output.AcceptOnlyFromAmong("text", "json");
        var kubeconfig = ClientOptions.Kubeconfig("Kubeconfig of somebody who may get the object.");
        var server = new Option<Uri?>("--server") { Description = "HTTPS address of a server, instead of the one in the kubeconfig." };
        var command = new Command(
            "explain",
            """
            Say why an object is as it is: who changed it, what controllers and scheduler have decided about it, its owners and what it owns, and what made them look.
              actorkube explain deployment/web --since 1h
              actorkube explain pod/web-5d9c7b-x2x8q -n shop -o json
            Changes and decisions are kept in journals, so that they outlive restarts; the oldest are forgotten.
            """) { what, ns, since, output, kubeconfig, server };
        command.SetAction((parsed, cancel) => RunAsync(
            new Plan(parsed.GetValue(what)!, parsed.GetValue(ns)!, parsed.GetValue(since), parsed.GetValue(output) == "json"),
            ClientOptions.Read(parsed.GetValue(kubeconfig), parsed.GetValue(server)),
            cancel));
        return command;
    }

    private static async Task<int> RunAsync(Plan plan, HttpConnectionOptions connection, CancellationToken cancel)
    {
        if (plan.Object.Split('/') is not [var type, var name] || type.Length == 0 || name.Length == 0)
            throw new UserError($"'{plan.Object}' does not name an object; write TYPE/NAME, for example deployment/web.");
        using var client = new HttpResourceClient(connection);
        try
        {
            var resources = new ResourceFinder(async (path, stop) => JsonNode.Parse(await client.ReadAsync(path, stop)));
            var found = await resources.CalledAsync(type, cancel);
            var explainer = new Explainer(client, resources, (address, stop) => DecisionsAsync(client, address, plan.Since, stop), new ExplanationLimits());
            Print(await explainer.ExplainAsync(new ObjectAddress(found.Resource, found.IsNamespaced ? plan.Namespace : "", name), cancel), plan.IsJson);
            return 0;
        }
        catch (JsonException)
        {
            throw new UserError($"{connection.Server} does not answer as an API server does.");
        }
        catch (ApiException failure)
        {
            throw new UserError($"{connection.Server} does not explain {plan.Object}: {failure.Message.TrimEnd('.')}.");
        }
    }

    private static async Task<DecisionList> DecisionsAsync(HttpResourceClient client, ObjectAddress address, TimeSpan? since, CancellationToken cancel)
    {
        var path = $"actorkube/v1/decisions{HttpResourceClient.PathOf(address)}";
        if (since is { } span)
            path += $"?since={KubeTime.Later(TimeProvider.System.GetUtcNow(), -(long)span.TotalSeconds).UtcDateTime.ToString("O", CultureInfo.InvariantCulture)}";
        return JsonSerializer.Deserialize<DecisionList>(await client.ReadAsync(path, cancel), Json)!;
    }

    private static void Print(Explanation explanation, bool asJson)
    {
        if (asJson)
        {
            Console.WriteLine(JsonSerializer.Serialize(explanation, Json));
            return;
        }
        var console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(Console.Out) });
        // A pipe has no width: lines stay whole.
        if (Console.IsOutputRedirected)
            console.Profile.Width = short.MaxValue;
        console.Write(ExplanationText.Render(explanation));
    }

    private sealed record Plan(string Object, string Namespace, TimeSpan? Since, bool IsJson);
}
