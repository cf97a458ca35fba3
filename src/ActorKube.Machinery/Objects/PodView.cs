using System.Globalization;
using System.Text.Json;
using ActorKube.Api.Objects;
using ActorKube.Api.Times;
using ActorKube.Machinery.Informers;
using ActorKube.Machinery.Times;

namespace ActorKube.Machinery.Objects;

/// <summary>What controllers need to know of a pod, in under a hundred bytes.</summary>
public sealed class PodView : IObjectView<PodView>
{
    private PodView(StoredObject item) => Object = item;

    /// <summary>The pod.</summary>
    public StoredObject Object { get; }

    /// <summary><c>spec.nodeName</c>; empty while unscheduled.</summary>
    public string NodeName { get; private set; } = "";

    /// <summary><c>status.phase</c>.</summary>
    public PodPhase Phase { get; private set; }

    /// <summary>Whether condition Ready is true.</summary>
    public bool Ready { get; private set; }

    /// <summary>When condition Ready changed last.</summary>
    public DateTimeOffset? ReadyChanged { get; private set; }

    /// <summary>The highest restart count of its containers.</summary>
    public int Restarts { get; private set; }

    /// <summary>The highest restart count of its sidecars: init containers that are always started again.</summary>
    public int SidecarRestarts { get; private set; }

    /// <summary><c>controller.kubernetes.io/pod-deletion-cost</c>; 0 when absent or malformed.</summary>
    public int DeletionCost { get; private set; }

    /// <summary>Neither finished nor being deleted: it counts as a replica.</summary>
    public bool IsActive => !IsTerminal && !IsTerminating;

    /// <summary>Finished for good.</summary>
    public bool IsTerminal => Phase.IsTerminal();

    /// <summary>Marked for deletion.</summary>
    public bool IsTerminating => Object.Head.Deleted is not null;

    /// <summary>Ready for at least this long.</summary>
    public bool IsAvailable(int minReadySeconds, Present now) =>
        Ready && (minReadySeconds == 0 || (ReadyChanged is { } since && now.Since(since) >= KubeTime.Span(minReadySeconds)));

    /// <summary>Whether whoever counts replicas, ready and available ones counts both states of a pod alike.</summary>
    public bool CountsLike(PodView other) => (IsTerminal, IsTerminating, Ready, ReadyChanged) == (other.IsTerminal, other.IsTerminating, other.Ready, other.ReadyChanged);

    /// <inheritdoc/>
    public static PodView Project(StoredObject item)
    {
        var view = new PodView(item);
        List<string>? sidecars = null;
        List<(string Name, int Restarts)>? initial = null;
        var reader = new Utf8JsonReader(item.Json.Span);
        reader.Read();
        while (reader.NextField())
        {
            if (reader.ValueTextEquals("metadata"u8)) view.ReadMetadata(ref reader);
            else if (reader.ValueTextEquals("spec"u8)) view.ReadSpec(ref reader, ref sidecars);
            else if (reader.ValueTextEquals("status"u8)) view.ReadStatus(ref reader, ref initial);
            else reader.Pass();
        }
        if (sidecars is not null && initial is not null)
            foreach (var (name, restarts) in initial)
                if (sidecars.Contains(name))
                    view.SidecarRestarts = Math.Max(view.SidecarRestarts, restarts);
        return view;
    }

    private void ReadMetadata(ref Utf8JsonReader reader)
    {
        if (!reader.EnterObject())
            return;
        while (reader.NextField())
        {
            if (reader.ValueTextEquals("annotations"u8)) ReadAnnotations(ref reader);
            else reader.Pass();
        }
    }

    private void ReadAnnotations(ref Utf8JsonReader reader)
    {
        if (!reader.EnterObject())
            return;
        while (reader.NextField())
        {
            if (reader.ValueTextEquals("controller.kubernetes.io/pod-deletion-cost"u8))
                DeletionCost = int.TryParse(reader.Text(), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var cost) ? cost : 0;
            else
                reader.Pass();
        }
    }

    private void ReadSpec(ref Utf8JsonReader reader, ref List<string>? sidecars)
    {
        if (!reader.EnterObject())
            return;
        while (reader.NextField())
        {
            // The same string that field selectors and the node index use.
            if (reader.ValueTextEquals("nodeName"u8)) NodeName = reader.Is(""u8) ? "" : Object.Field("spec.nodeName");
            else if (reader.ValueTextEquals("initContainers"u8)) ReadSidecars(ref reader, ref sidecars);
            else reader.Pass();
        }
    }

    private void ReadStatus(ref Utf8JsonReader reader, ref List<(string Name, int Restarts)>? initial)
    {
        if (!reader.EnterObject())
            return;
        while (reader.NextField())
        {
            if (reader.ValueTextEquals("phase"u8)) Phase = reader.Phase();
            else if (reader.ValueTextEquals("conditions"u8)) (Ready, ReadyChanged) = ConditionFields.Of(ref reader, "Ready"u8);
            else if (reader.ValueTextEquals("containerStatuses"u8)) ReadContainerStatuses(ref reader);
            else if (reader.ValueTextEquals("initContainerStatuses"u8)) ReadInitialStatuses(ref reader, ref initial);
            else reader.Pass();
        }
    }

    private static void ReadSidecars(ref Utf8JsonReader reader, ref List<string>? sidecars)
    {
        if (!reader.EnterArray())
            return;
        while (reader.NextObject())
        {
            var (name, stays) = ("", false);
            while (reader.NextField())
            {
                if (reader.ValueTextEquals("name"u8)) name = reader.Text();
                else if (reader.ValueTextEquals("restartPolicy"u8)) stays = reader.Is("Always"u8);
                else reader.Pass();
            }
            if (stays)
                (sidecars ??= []).Add(name);
        }
    }

    private static void ReadInitialStatuses(ref Utf8JsonReader reader, ref List<(string Name, int Restarts)>? initial)
    {
        if (!reader.EnterArray())
            return;
        while (reader.NextObject())
        {
            var (name, restarts) = ("", 0);
            while (reader.NextField())
            {
                if (reader.ValueTextEquals("name"u8)) name = reader.Text();
                else if (reader.ValueTextEquals("restartCount"u8)) restarts = reader.Int();
                else reader.Pass();
            }
            if (restarts > 0)
                (initial ??= []).Add((name, restarts));
        }
    }

    private void ReadContainerStatuses(ref Utf8JsonReader reader)
    {
        if (!reader.EnterArray())
            return;
        while (reader.NextObject())
            while (reader.NextField())
            {
                if (reader.ValueTextEquals("restartCount"u8)) Restarts = Math.Max(Restarts, reader.Int());
                else reader.Pass();
            }
    }
}
