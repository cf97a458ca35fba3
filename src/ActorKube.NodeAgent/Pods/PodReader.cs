using System.Text.Json;
using ActorKube.Api.Objects;
using k8s.Models;

namespace ActorKube.NodeAgent.Pods;

/// <summary>
/// Reads pods as the package's reader does (<see cref="TypedObject"/>), field by field. That one prepares itself for the hundreds of types that a pod may contain, which takes half a second when the
/// first pod comes, and longer for each until its code is optimised. Here is what nearly every pod has; a part with any other field is left to the package, as a whole.
/// </summary>
internal ref partial struct PodReader
{
    private Utf8JsonReader _json;

    private PodReader(ReadOnlySpan<byte> json) => _json = new Utf8JsonReader(json);

    private delegate T Part<out T>(ref PodReader reader);

    /// <summary>The pod.</summary>
    /// <exception cref="JsonException">The object does not have the shape of a pod.</exception>
    /// <exception cref="InvalidOperationException">A value is of another type than a pod's.</exception>
    /// <exception cref="FormatException">A time or a number is none.</exception>
    public static V1Pod Read(StoredObject item)
    {
        var reader = new PodReader(item.Json.Span);
        reader._json.Read();
        return reader.Pod();
    }

    private V1Pod Pod()
    {
        var start = _json;
        var pod = new V1Pod();
        while (Next())
        {
            if (Is("kind"u8)) pod.Kind = Text();
            else if (Is("apiVersion"u8)) pod.ApiVersion = Text();
            else if (Is("metadata"u8)) pod.Metadata = Object(static (ref r) => r.Metadata());
            else if (Is("spec"u8)) pod.Spec = Object(static (ref r) => r.Spec());
            else if (Is("status"u8)) pod.Status = Object(static (ref r) => r.Status());
            else return Whole<V1Pod>(start);
        }
        return pod;
    }

    private V1ObjectMeta Metadata()
    {
        var start = _json;
        var meta = new V1ObjectMeta();
        while (Next())
        {
            if (Is("name"u8)) meta.Name = Text();
            else if (Is("generateName"u8)) meta.GenerateName = Text();
            else if (Is("namespace"u8)) meta.NamespaceProperty = Text();
            else if (Is("uid"u8)) meta.Uid = Text();
            else if (Is("resourceVersion"u8)) meta.ResourceVersion = Text();
            else if (Is("generation"u8)) meta.Generation = Number();
            else if (Is("creationTimestamp"u8)) meta.CreationTimestamp = Time();
            else if (Is("deletionTimestamp"u8)) meta.DeletionTimestamp = Time();
            else if (Is("deletionGracePeriodSeconds"u8)) meta.DeletionGracePeriodSeconds = Number();
            else if (Is("labels"u8)) meta.Labels = Map(static (ref r) => r.Here());
            else if (Is("annotations"u8)) meta.Annotations = Map(static (ref r) => r.Here());
            else if (Is("ownerReferences"u8)) meta.OwnerReferences = List(static (ref r) => r.Owner());
            else return Whole<V1ObjectMeta>(start);
        }
        return meta;
    }

    private V1OwnerReference Owner()
    {
        var start = _json;
        var owner = new V1OwnerReference();
        while (Next())
        {
            if (Is("apiVersion"u8)) owner.ApiVersion = Text();
            else if (Is("kind"u8)) owner.Kind = Text();
            else if (Is("name"u8)) owner.Name = Text();
            else if (Is("uid"u8)) owner.Uid = Text();
            else if (Is("controller"u8)) owner.Controller = Flag();
            else if (Is("blockOwnerDeletion"u8)) owner.BlockOwnerDeletion = Flag();
            else return Whole<V1OwnerReference>(start);
        }
        return owner;
    }

    private V1PodStatus Status()
    {
        var start = _json;
        var status = new V1PodStatus();
        while (Next())
        {
            if (Is("phase"u8)) status.Phase = Text();
            else if (Is("qosClass"u8)) status.QosClass = Text();
            else if (Is("observedGeneration"u8)) status.ObservedGeneration = Number();
            else if (Is("conditions"u8)) status.Conditions = List(static (ref r) => r.Condition());
            else return Whole<V1PodStatus>(start);
        }
        return status;
    }

    private V1PodCondition Condition()
    {
        var start = _json;
        var condition = new V1PodCondition();
        while (Next())
        {
            if (Is("type"u8)) condition.Type = Text();
            else if (Is("status"u8)) condition.Status = Text();
            else if (Is("reason"u8)) condition.Reason = Text();
            else if (Is("message"u8)) condition.Message = Text();
            else if (Is("observedGeneration"u8)) condition.ObservedGeneration = Number();
            else if (Is("lastProbeTime"u8)) condition.LastProbeTime = Time();
            else if (Is("lastTransitionTime"u8)) condition.LastTransitionTime = Time();
            else return Whole<V1PodCondition>(start);
        }
        return condition;
    }

    private bool Next() => _json.Read() && _json.TokenType == JsonTokenType.PropertyName;

    private readonly bool Is(ReadOnlySpan<byte> name) => _json.ValueTextEquals(name);

    // Each of the following reads the value of the property that the reader is at; null is null everywhere.
    private string? Text() => _json.Read() ? Here() : null;

    private readonly string? Here() => _json.GetString();

    private long? Number() => _json.Read() && _json.TokenType == JsonTokenType.Null ? null : _json.GetInt64();

    private int? Int() => _json.Read() && _json.TokenType == JsonTokenType.Null ? null : _json.GetInt32();

    private bool? Flag() => _json.Read() && _json.TokenType == JsonTokenType.Null ? null : _json.GetBoolean();

    private DateTime? Time() => _json.Read() && _json.TokenType == JsonTokenType.Null ? null : _json.GetDateTimeOffset().UtcDateTime;

    private T? Object<T>(Part<T> read) where T : class => _json.Read() && _json.TokenType == JsonTokenType.Null ? null : read(ref this);

    // A part whose fields are left to the package: empty ones, which defaults make many of, need none.
    private T? Rare<T>() where T : class, new() => Object(static (ref PodReader r) =>
    {
        var start = r._json;
        return r._json.TokenType == JsonTokenType.StartObject && !r.Next() ? new T() : r.Whole<T>(start);
    });

    private List<T>? List<T>(Part<T> read)
    {
        if (_json.Read() && _json.TokenType == JsonTokenType.Null)
            return null;
        var items = new List<T>();
        while (_json.Read() && _json.TokenType != JsonTokenType.EndArray)
            items.Add(read(ref this));
        return items;
    }

    private Dictionary<string, T>? Map<T>(Part<T> read)
    {
        if (_json.Read() && _json.TokenType == JsonTokenType.Null)
            return null;
        var items = new Dictionary<string, T>();
        while (Next())
        {
            var name = _json.GetString()!;
            _json.Read();
            items[name] = read(ref this);
        }
        return items;
    }

    private T Whole<T>(Utf8JsonReader start)
    {
        _json = start;
        return JsonSerializer.Deserialize<T>(ref _json, TypedObject.Options)!;
    }
}
