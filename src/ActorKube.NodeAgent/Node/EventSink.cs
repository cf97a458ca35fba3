using ActorKube.Api.Names;
using ActorKube.Machinery.Client;
using ActorKube.Machinery.Recording;
using ActorKube.NodeAgent.Hosting;
using ActorKube.NodeAgent.Pods;

namespace ActorKube.NodeAgent.Node;

/// <summary>The events of a node, as its settings want them: those of the chosen level, and no more than the rate allows. The rest is dropped: events inform people, nothing depends on them.</summary>
internal sealed class EventSink : IEventSink, IAsyncDisposable
{
    // More than the pods of a full node cause between two of their restarts; a machine may hold thousands of simulated nodes.
    private const int Remembered = 512;

    private readonly EventLevel _level;
    private readonly EventRecorder _recorder;

    /// <summary>Events that are written at once, one after the other, in the background.</summary>
    public EventSink(IResourceClient client, NodeAgentSettings settings, TimeProvider time)
    {
        _level = settings.Events;
        var rate = new EventRate(settings.EventsPerSecond, 2.0 * settings.EventsPerSecond, time);
        _recorder = new EventRecorder(client, new EventSource("kubelet", settings.NodeName), time, rate, Remembered);
    }

    /// <inheritdoc/>
    public void Record(EventTarget target, PodEvent podEvent)
    {
        if (_level == EventLevel.All || (_level == EventLevel.Warnings && podEvent.Warning))
            _recorder.Record(new EventSpec(
                new ObjectReference(new GroupVersionKind("", "v1", target.Kind), target.Key, target.Uid, 0, podEvent.FieldPath), podEvent.Warning, podEvent.Reason, podEvent.Message));
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _recorder.DisposeAsync();
}
