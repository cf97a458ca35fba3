using ActorKube.Api.Names;
using ActorKube.Api.Objects;

namespace ActorKube.Machinery.Recording;

/// <summary>The object an event is about (<c>involvedObject</c>).</summary>
/// <param name="Type">Its type.</param>
/// <param name="Key">Its key.</param>
/// <param name="Uid">Its uid.</param>
/// <param name="Revision">Its revision when the event happened; 0 when that does not matter.</param>
/// <param name="FieldPath">The part it is about, for example <c>spec.containers{web}</c>; empty for the whole.</param>
public sealed record ObjectReference(GroupVersionKind Type, ObjectKey Key, string Uid, long Revision = 0, string FieldPath = "")
{
    /// <summary>A reference to an object of a known type.</summary>
    public static ObjectReference To(GroupVersionKind type, StoredObject item) => new(type, item.Key, item.Head.Uid, item.Revision);
}

/// <summary>Something worth telling people.</summary>
/// <param name="About">The object.</param>
/// <param name="Warning">True for <c>Warning</c>, false for <c>Normal</c>.</param>
/// <param name="Reason">Upstream's reason, for example <c>SuccessfulCreate</c>.</param>
/// <param name="Message">The sentence.</param>
public sealed record EventSpec(ObjectReference About, bool Warning, string Reason, string Message)
{
    /// <summary>Value of <c>type</c>.</summary>
    public string Type => Warning ? "Warning" : "Normal";

    /// <summary>A <c>Normal</c> event.</summary>
    public static EventSpec Normal(ObjectReference about, string reason, string message) => new(about, false, reason, message);

    /// <summary>A <c>Warning</c> event.</summary>
    public static EventSpec Warn(ObjectReference about, string reason, string message) => new(about, true, reason, message);
}
