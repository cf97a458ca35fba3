using System.Text.Json.Nodes;
using ActorKube.Api.Json;
using ActorKube.Api.Selectors;
using ActorKube.Api.Validation;

namespace ActorKube.ApiServer.Kinds.Batch;

/// <summary>
/// A job finds its pods by its own uid, unless the client insists on a selector. What the client has written there itself stays, and is refused where it is not what it
/// would have been: such jobs are mostly copies of others, whose pods they would take (upstream: <c>generateSelector</c>, <c>ValidateGeneratedSelector</c>).
/// </summary>
internal static class GeneratedSelector
{
    private const string Uid = "batch.kubernetes.io/controller-uid";
    private const string Name = "batch.kubernetes.io/job-name";

    /// <summary>Adds what is missing.</summary>
    public static void Add(JsonObject job)
    {
        if (job.Object("spec") is not { } spec || spec.Bool("manualSelector") == true || spec.Object("template") is not { } template)
            return;
        var labels = template.ObjectOrNew("metadata").ObjectOrNew("labels");
        foreach (var (key, value) in Labels(job))
            labels[key] ??= value;
        spec.ObjectOrNew("selector").ObjectOrNew("matchLabels")[Uid] ??= job.Object("metadata").Text("uid") ?? "";
    }

    /// <summary>Checks a job.</summary>
    /// <param name="job">The job.</param>
    /// <param name="old">The job that it replaces; null for a new one. One without the newer labels needs none of them.</param>
    /// <param name="errors">Receives what is wrong.</param>
    public static void Check(JsonObject job, JsonObject? old, FieldErrors errors)
    {
        var spec = job.Object("spec");
        if (spec.Bool("manualSelector") == true || spec.Object("selector") is not { } selector)
            return;
        if (string.IsNullOrEmpty(job.Object("metadata").Text("uid")))
            errors.Required(FieldPath.Metadata.Child("uid"));
        var labels = spec.Object("template").Object("metadata").Object("labels");
        var before = old.Object("spec").Object("template").Object("metadata").Object("labels");
        var isOld = old is not null && (before?[Uid] is null || before[Name] is null);
        var expected = Labels(job).Where(l => !isOld || l.Key is not (Uid or Name)).ToArray();
        var path = FieldPath.Spec.Child("template", "metadata").Child("labels");
        foreach (var (key, value) in expected)
            if (labels.Text(key) is not { } given)
                errors.Required(path.Key(key), $"must be '{value}'");
            else if (given != value)
                errors.Invalid(path.Key(key), labels, $"must be '{value}'");
        var unreadable = new FieldErrors();
        LabelSelectorJson.Validate(selector, FieldPath.Root, unreadable);
        if (unreadable.Count == 0 && !LabelSelectorJson.Read(selector).Matches(Api.Objects.Labels.From(expected.Select(static l => KeyValuePair.Create(l.Key, l.Value)))))
            errors.Invalid(FieldPath.Spec.Child("selector"), selector, "`selector` not auto-generated");
    }

    private static (string Key, string Value)[] Labels(JsonObject job)
    {
        var (uid, name) = (job.Object("metadata").Text("uid") ?? "", job.Object("metadata").Text("name") ?? "");
        return [("controller-uid", uid), ("job-name", name), (Uid, uid), (Name, name)];
    }
}
