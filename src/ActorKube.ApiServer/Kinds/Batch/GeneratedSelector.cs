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

    /// <summary>Checks a new job.</summary>
    public static void Check(JsonObject job, FieldErrors errors)
    {
        var spec = job.Object("spec");
        if (spec.Bool("manualSelector") == true || spec.Object("selector") is not { } selector)
            return;
        if (string.IsNullOrEmpty(job.Object("metadata").Text("uid")))
            errors.Required(FieldPath.Metadata.Child("uid"));
        var labels = spec.Object("template").Object("metadata").Object("labels");
        var path = FieldPath.Spec.Child("template", "metadata").Child("labels");
        foreach (var (key, value) in Labels(job))
            if (labels.Text(key) is not { } given)
                errors.Required(path.Key(key), $"must be '{value}'");
            else if (given != value)
                errors.Invalid(path.Key(key), labels, $"must be '{value}'");
        var before = new FieldErrors();
        LabelSelectorJson.Validate(selector, FieldPath.Root, before);
        if (before.Count == 0 && !LabelSelectorJson.Read(selector).Matches(Api.Objects.Labels.From(Labels(job).Select(static l => KeyValuePair.Create(l.Key, l.Value)))))
            errors.Invalid(FieldPath.Spec.Child("selector"), selector, "`selector` not auto-generated");
    }

    private static (string Key, string Value)[] Labels(JsonObject job)
    {
        var (uid, name) = (job.Object("metadata").Text("uid") ?? "", job.Object("metadata").Text("name") ?? "");
        return [("controller-uid", uid), ("job-name", name), (Uid, uid), ("batch.kubernetes.io/job-name", name)];
    }
}
