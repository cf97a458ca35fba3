using System.Globalization;
using System.Text.Json;
using ActorKube.Api.Objects;
using ActorKube.Api.Times;
using ActorKube.Machinery.Informers;
using ActorKube.Machinery.Times;

namespace ActorKube.Machinery.Objects;

/// <summary>Phases of a pod.</summary>
public enum PodPhase : byte
{
    /// <summary>Accepted, not all containers have started.</summary>
    Pending,
    /// <summary>Nobody knows.</summary>
    Unknown,
    /// <summary>At least one container runs.</summary>
    Running,
    /// <summary>All containers ended well.</summary>
    Succeeded,
    /// <summary>All containers ended, at least one badly.</summary>
    Failed,
}

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

    /// <summary><c>controller.kubernetes.io/pod-deletion-cost</c>; 0 when absent or malformed.</summary>
    public int DeletionCost { get; private set; }

    /// <summary>Neither finished nor being deleted: it counts as a replica.</summary>
    public bool IsActive => !IsTerminal && !IsTerminating;

    /// <summary>Finished for good.</summary>
    public bool IsTerminal => Phase is PodPhase.Succeeded or PodPhase.Failed;

    /// <summary>Marked for deletion.</summary>
    public bool IsTerminating => Object.Head.Deleted is not null;

    /// <summary>Ready for at least this long.</summary>
    public bool IsAvailable(int minReadySeconds, Present now) =>
        Ready && (minReadySeconds == 0 || (ReadyChanged is { } since && now.Since(since) >= KubeTime.Span(minReadySeconds)));

    /// <inheritdoc/>
    public static PodView Project(StoredObject item)
    {
        var view = new PodView(item);
        var reader = new Utf8JsonReader(item.Json.Span);
        reader.Read();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.ValueTextEquals("metadata"u8))
                Fields(ref reader, view, Metadata);
            else if (reader.ValueTextEquals("spec"u8))
                Fields(ref reader, view, Spec);
            else if (reader.ValueTextEquals("status"u8))
                Fields(ref reader, view, Status);
            else
                Pass(ref reader);
        }
        return view;
    }

    private delegate void Field(ref Utf8JsonReader reader, PodView view);

    // Reads an object: the field reader stands on each property name and has to leave the reader on the last token of the value.
    private static void Fields(ref Utf8JsonReader reader, PodView view, Field field)
    {
        reader.Read();
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            reader.Skip();
            return;
        }
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            field(ref reader, view);
    }

    private static void Metadata(ref Utf8JsonReader reader, PodView view)
    {
        if (reader.ValueTextEquals("annotations"u8))
            Fields(ref reader, view, Annotation);
        else
            Pass(ref reader);
    }

    private static void Annotation(ref Utf8JsonReader reader, PodView view)
    {
        if (reader.ValueTextEquals("controller.kubernetes.io/pod-deletion-cost"u8))
            view.DeletionCost = int.TryParse(Text(ref reader), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var cost) ? cost : 0;
        else
            Pass(ref reader);
    }

    private static void Spec(ref Utf8JsonReader reader, PodView view)
    {
        if (reader.ValueTextEquals("nodeName"u8))
            // The same string that field selectors and the node index use.
            view.NodeName = Text(ref reader).Length == 0 ? "" : view.Object.Field("spec.nodeName");
        else
            Pass(ref reader);
    }

    private static void Status(ref Utf8JsonReader reader, PodView view)
    {
        if (reader.ValueTextEquals("phase"u8))
            view.Phase = PhaseOf(Text(ref reader));
        else if (reader.ValueTextEquals("conditions"u8))
            Items(ref reader, view, Condition);
        else if (reader.ValueTextEquals("containerStatuses"u8))
            Items(ref reader, view, static (ref Utf8JsonReader r, PodView v) => Fields(ref r, v, ContainerStatus));
        else
            Pass(ref reader);
    }

    private static void ContainerStatus(ref Utf8JsonReader reader, PodView view)
    {
        if (!reader.ValueTextEquals("restartCount"u8))
        {
            Pass(ref reader);
            return;
        }
        reader.Read();
        if (reader.TokenType == JsonTokenType.Number && reader.TryGetInt32(out var count))
            view.Restarts = Math.Max(view.Restarts, count);
        reader.Skip();
    }

    private static void Condition(ref Utf8JsonReader reader, PodView view)
    {
        bool isReady = false, status = false;
        DateTimeOffset? changed = null;
        reader.Read();
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            reader.Skip();
            return;
        }
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.ValueTextEquals("type"u8)) isReady = Is(ref reader, "Ready"u8);
            else if (reader.ValueTextEquals("status"u8)) status = Is(ref reader, "True"u8);
            else if (reader.ValueTextEquals("lastTransitionTime"u8))
            {
                reader.Read();
                changed = reader.TokenType == JsonTokenType.String && reader.TryGetDateTimeOffset(out var time) ? time : null;
                reader.Skip();
            }
            else Pass(ref reader);
        }
        if (isReady)
            (view.Ready, view.ReadyChanged) = (status, changed);
    }

    // Reads a list of objects: the item reader starts before the object's first token, as for the value of a property.
    private static void Items(ref Utf8JsonReader reader, PodView view, Field item)
    {
        reader.Read();
        if (reader.TokenType != JsonTokenType.StartArray)
        {
            reader.Skip();
            return;
        }
        while (true)
        {
            var ahead = reader;
            if (!ahead.Read() || ahead.TokenType == JsonTokenType.EndArray)
            {
                reader = ahead;
                return;
            }
            item(ref reader, view);
        }
    }

    private static bool Is(ref Utf8JsonReader reader, ReadOnlySpan<byte> text)
    {
        reader.Read();
        if (reader.TokenType == JsonTokenType.String)
            return reader.ValueTextEquals(text);
        reader.Skip();
        return false;
    }

    private static string Text(ref Utf8JsonReader reader)
    {
        reader.Read();
        if (reader.TokenType == JsonTokenType.String)
            return reader.GetString()!;
        reader.Skip();
        return "";
    }

    private static void Pass(ref Utf8JsonReader reader)
    {
        reader.Read();
        reader.Skip();
    }

    private static PodPhase PhaseOf(string phase) => phase switch
    {
        "Running" => PodPhase.Running,
        "Succeeded" => PodPhase.Succeeded,
        "Failed" => PodPhase.Failed,
        "Unknown" => PodPhase.Unknown,
        _ => PodPhase.Pending,
    };
}
