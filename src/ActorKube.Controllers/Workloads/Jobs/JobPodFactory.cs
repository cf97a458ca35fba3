using System.Text.Json.Nodes;
using ActorKube.Api.Names;
using ActorKube.Machinery.Client;
using ActorKube.Machinery.Informers;
using ActorKube.Machinery.Objects;
using ActorKube.Machinery.Reconciling;

namespace ActorKube.Controllers.Workloads.Jobs;

/// <summary>Makes the pods of one job; those of an indexed job are told their index by annotation, label, host name and environment.</summary>
internal sealed class JobPodFactory
{
    private const string Variable = "JOB_COMPLETION_INDEX";

    private readonly JobView _job;
    private readonly CacheView _pods;
    private readonly NameSequence _names;
    private readonly JsonObject _template;

    public JobPodFactory(JobView job, ReconcileContext context)
    {
        (_job, _pods, _names) = (job, context.View.Of(WellKnownResources.Pods), NameSequence.Of(context, job.Object));
        _template = job.Object.Tree().At("spec", "template").Copy();
        var metadata = _template.Child("metadata");
        metadata["finalizers"] = new JsonArray([.. metadata.Items("finalizers").Select(f => f.DeepClone()), JobNames.TrackingFinalizer]);
    }

    /// <summary>Pods without an index.</summary>
    public IEnumerable<(string Name, ReadOnlyMemory<byte> Pod)> Make(int count)
    {
        var factory = new PodFactory(_template, _job.Object, Kinds.Job);
        return factory.Names(_names, IsTaken).Take(count).Select(n => (n, factory.Pod(n)));
    }

    /// <summary>The pod of an index.</summary>
    /// <param name="index">The index.</param>
    /// <param name="failures">Failures of the index so far, and those among them that were ignored; null when they are not counted by index.</param>
    public (string Name, ReadOnlyMemory<byte> Pod) Make(int index, (int Counted, int Ignored)? failures)
    {
        var template = _template.DeepClone().AsObject();
        var metadata = template.Child("metadata");
        metadata.Child("annotations")[JobNames.Index] = $"{index}";
        metadata.Child("labels")[JobNames.Index] = $"{index}";
        if (failures is { } known)
        {
            metadata.Child("annotations")[JobNames.FailureCount] = $"{known.Counted}";
            if (known.Ignored > 0)
                metadata.Child("annotations")[JobNames.IgnoredCount] = $"{known.Ignored}";
        }
        var spec = template.Child("spec");
        spec["hostname"] = $"{_job.Object.Key.Name}-{index}";
        foreach (var list in (ReadOnlySpan<string>)["initContainers", "containers"])
            foreach (var container in spec.Items(list).OfType<JsonObject>())
                Tell(container);
        var factory = new PodFactory(template, _job.Object, Kinds.Job, $"-{index}-");
        // Each index has a sequence of its own, and its failed pods keep their names.
        var name = factory.Names(_names with { From = 0 }, IsTaken).First();
        return (name, factory.Pod(name));
    }

    private bool IsTaken(string name) => _pods.Find(new ObjectKey(_job.Object.Key.Namespace, name)) is not null;

    private static void Tell(JsonObject container)
    {
        if (container.Items("env").Any(e => e.Text("name") == Variable))
            return;
        var source = new JsonObject { ["fieldRef"] = new JsonObject { ["apiVersion"] = "v1", ["fieldPath"] = $"metadata.labels['{JobNames.Index}']" } };
        container["env"] = new JsonArray([.. container.Items("env").Select(e => e.DeepClone()), new JsonObject { ["name"] = Variable, ["valueFrom"] = source }]);
    }
}
