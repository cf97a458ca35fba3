using System.Text.Json.Nodes;
using ActorKube.Api.Json;
using ActorKube.Api.Quotas;

namespace ActorKube.ApiServer.Admission.Limits;

/// <summary>Completes the resources of containers, and notes in the pod what was added. Pure.</summary>
internal static class LimitDefaults
{
    /// <summary>Upstream's annotation.</summary>
    public const string Annotation = "kubernetes.io/limit-ranger";

    /// <summary>Applies one limit range.</summary>
    /// <returns>True when the pod was changed.</returns>
    public static bool Apply(IEnumerable<JsonObject> limits, JsonObject pod)
    {
        var (limit, request) = (new Amounts(), new Amounts());
        foreach (var item in limits)
            if (item.Text("type") == "Container")
            {
                limit.Add(Amounts.Read(item.Object("default")));
                request.Add(Amounts.Read(item.Object("defaultRequest")));
            }
        var notes = new List<string>();
        foreach (var container in pod.Object("spec").Objects("containers"))
            Complete(container, limit, request, "container", notes);
        foreach (var container in pod.Object("spec").Objects("initContainers"))
            Complete(container, limit, request, "init container", notes);
        if (notes.Count == 0)
            return false;
        pod.ObjectOrNew("metadata").ObjectOrNew("annotations")[Annotation] = $"LimitRanger plugin set: {string.Join("; ", notes)}";
        return true;
    }

    private static void Complete(JsonObject container, Amounts limit, Amounts request, string what, List<string> notes)
    {
        Fill(container, "requests", request, $"request for {what}", notes);
        Fill(container, "limits", limit, $"limit for {what}", notes);
    }

    private static void Fill(JsonObject container, string list, Amounts given, string what, List<string> notes)
    {
        var missing = given.Where((name, _) => container.Object("resources").Object(list)?.ContainsKey(name) != true);
        if (missing.Count == 0)
            return;
        var target = container.ObjectOrNew("resources").ObjectOrNew(list);
        foreach (var (name, amount) in missing)
            target[name] = amount.ToString();
        notes.Add($"{string.Join(", ", missing.Names)} {what} {container.Text("name")}");
    }
}
