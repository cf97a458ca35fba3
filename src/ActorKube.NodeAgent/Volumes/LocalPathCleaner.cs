using System.Collections.Concurrent;
using ActorKube.Api.Errors;
using ActorKube.Api.Objects;
using ActorKube.Machinery.Client;
using ActorKube.Machinery.Informers;
using ActorKube.Machinery.Running;
using ActorKube.Machinery.Volumes;
using ActorKube.NodeAgent.Hosting;
using ActorKube.NodeAgent.Node;
using ActorKube.NodeAgent.Pods;
using Microsoft.Extensions.Logging;

namespace ActorKube.NodeAgent.Volumes;

/// <summary>
/// Removes the directories of the local-path provisioner's volumes on this node when the volumes are deleted, and then their finalizers. What is to be done stands in the API alone: an agent
/// that was away, or is killed between the two steps, finds it there again, and removing what is gone already is no failure.
/// </summary>
internal sealed class LocalPathCleaner(IResourceClient client, string nodeName, string root, IPodVolumes pods, IEventSink events, TimeProvider time, ILogger log)
{
    private static readonly TimeSpan Retry = TimeSpan.FromSeconds(15);
    private static readonly WriteOptions Options = new() { FieldManager = "kubelet" };

    private readonly ConcurrentDictionary<string, StoredObject> _going = new();
    private readonly ConcurrentQueue<string> _changed = new();
    private readonly WakeSignal _wake = new();

    /// <summary>Runs until cancelled.</summary>
    public async Task RunAsync(CancellationToken cancel)
    {
        var volumes = new Reflector(client, WellKnownResources.PersistentVolumes, new InformerOptions { OnFault = (_, fault) => Log.VolumesUnknown(log, nodeName, fault.Message) }, time)
        {
            LabelSelector = LocalPath.SelectorOf(nodeName),
        };
        await Task.WhenAll(volumes.RunAsync(Listed, Changed, cancel), WorkAsync(cancel));
    }

    private void Listed(ObjectList list)
    {
        _going.Clear();
        foreach (var volume in list.Items)
            Note(volume);
    }

    private void Changed(WatchEvent change)
    {
        if (change.Object is not { } volume)
            return;
        if (change.Type == WatchEventType.Deleted)
            _going.TryRemove(volume.Key.Name, out _);
        else
            Note(volume);
    }

    private void Note(StoredObject volume)
    {
        if (volume.Head.Deleted is null)
            return;
        _going[volume.Key.Name] = volume;
        _changed.Enqueue(volume.Key.Name);
        _wake.Set();
    }

    private async Task WorkAsync(CancellationToken cancel)
    {
        // Those that have to wait are not tried again for each that comes.
        for (var tried = time.GetTimestamp(); ;)
        {
            var rest = Retry - time.GetElapsedTime(tried);
            await _wake.WaitAsync(_going.IsEmpty ? Timeout.InfiniteTimeSpan : rest > TimeSpan.Zero ? rest : TimeSpan.Zero, time, cancel);
            while (_changed.TryDequeue(out var name))
                if (_going.TryGetValue(name, out var volume))
                    await TryAsync(volume, cancel);
            if (time.GetElapsedTime(tried) < Retry)
                continue;
            tried = time.GetTimestamp();
            foreach (var volume in _going.Values)
                await TryAsync(volume, cancel);
        }
    }

    private async Task TryAsync(StoredObject volume, CancellationToken cancel)
    {
        try
        {
            await StepAsync(volume, LocalPathRemoval.Of(volume, root), cancel);
        }
        catch (ApiException error) when (error.Is(StatusReason.NotFound) || error.Is(StatusReason.Conflict))
        {
            // Somebody was faster; the watch tells what is left to do.
        }
        catch (Exception error) when (error is not OperationCanceledException || !cancel.IsCancellationRequested)
        {
            Tell(volume, error.Message);
        }
    }

    private async Task StepAsync(StoredObject volume, LocalPathRemoval removal, CancellationToken cancel)
    {
        switch (removal.Step)
        {
            case RemovalStep.Wait:
                return;
            case RemovalStep.Refuse:
                Tell(volume, $"{removal.Path} is not a directory directly below {root}");
                return;
            case RemovalStep.Remove when pods.Uses(removal.Path):
                Tell(volume, $"a pod on this node still has {removal.Path}");
                return;
            case RemovalStep.Remove:
                if (LocalPaths.Remove(root, removal.Path))
                    Log.DirectoryRemoved(log, nodeName, removal.Path, volume.Key.Name);
                break;
            case RemovalStep.Keep:
                break;
            default:
                throw new InvalidOperationException($"Unknown step {removal.Step}.");
        }
        await client.PatchAsync(ObjectAddress.Of(WellKnownResources.PersistentVolumes, volume.Key), PatchType.Merge, LocalPathRemoval.WithoutFinalizer(volume), Options, cancel);
        _going.TryRemove(KeyValuePair.Create(volume.Key.Name, volume));
    }

    private void Tell(StoredObject volume, string why)
    {
        Log.DirectoryKept(log, nodeName, volume.Key.Name, why);
        events.Record(new EventTarget("PersistentVolume", volume.Key, volume.Head.Uid), PodEvent.Warn("VolumeFailedDelete", why));
    }
}
