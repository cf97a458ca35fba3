using System.Globalization;
using System.Text.Json.Nodes;
using ActorKube.Api.Names;
using ActorKube.Machinery.Client;
using ActorKube.Machinery.Objects;
using ActorKube.Machinery.Reconciling;
using ActorKube.Machinery.Recording;

namespace ActorKube.Controllers.Workloads.DaemonSets;

/// <summary>Makes the pods of a daemon set: the template with the labels of its revision, the tolerations of daemons, and an affinity to the one node it is for.</summary>
/// <param name="set">The set.</param>
/// <param name="hash">Hash of the revision.</param>
internal sealed class DaemonPodTemplate(DaemonSetView set, string hash)
{
    private const string Required = "requiredDuringSchedulingIgnoredDuringExecution";

    private readonly JsonObject _template = Prepare(set, hash);
    private readonly HashSet<string> _used = [];

    /// <summary>The creation of the pod for a node. The name follows from the set and the node, so that a successor repeats itself.</summary>
    public CreateStep For(string node, ReconcileContext context)
    {
        var pods = context.View.Of(WellKnownResources.Pods);
        var template = _template.DeepClone().AsObject();
        // The node is the only choice left, whatever the template's own terms: they allowed it.
        template.Child("spec").Child("affinity").Child("nodeAffinity")[Required] = new JsonObject
        {
            ["nodeSelectorTerms"] = new JsonArray(new JsonObject
            {
                ["matchFields"] = new JsonArray(new JsonObject { ["key"] = "metadata.name", ["operator"] = "In", ["values"] = new JsonArray(node) }),
            }),
        };
        var factory = new PodFactory(template, set.Object, Kinds.DaemonSet);
        var ns = set.Object.Key.Namespace;
        var names = NameSequence.Of(context, set.Object, $"/{hash}/{node}");
        var name = factory.Names(names, n => _used.Contains(n) || pods.Find(new ObjectKey(ns, n)) is not null).First();
        _used.Add(name);
        return PodSteps.Create(ObjectReference.To(Kinds.DaemonSet, set.Object), new ObjectKey(ns, name), factory.Pod(name));
    }

    private static JsonObject Prepare(DaemonSetView set, string hash)
    {
        var template = set.Object.Edit().At("spec", "template").Copy();
        var labels = template.Child("metadata").Child("labels");
        labels[DaemonPod.HashLabel] = hash;
        if (set.TemplateGeneration is { } generation)
            labels[DaemonPod.GenerationLabel] = generation.ToString(CultureInfo.InvariantCulture);
        var spec = template.Child("spec");
        spec["tolerations"] = DaemonTolerations.Of(spec);
        return template;
    }
}
