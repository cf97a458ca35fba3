using ActorKube.Api.Names;
using ActorKube.Api.Objects;

namespace ActorKube.Machinery.Informers;

/// <summary>A small typed reading of an object that decisions are made from; see <see cref="CachedObject.As{T}"/>.</summary>
/// <typeparam name="T">The view itself.</typeparam>
public interface IObjectView<out T> where T : class, IObjectView<T>
{
    /// <summary>Reads the view. Absent fields take the API's defaults; it never throws for an object that the API server has stored.</summary>
    static abstract T Project(StoredObject item);
}

/// <summary>
/// One object in an informer's cache: the same <see cref="StoredObject"/> that the store holds, when it was seen, and the lean views made of it. Views are
/// made once per state of an object, on first use, however many controllers read them.
/// </summary>
/// <param name="item">The object.</param>
/// <param name="seen">See <see cref="Seen"/>.</param>
public sealed class CachedObject(StoredObject item, TimeSpan seen = default)
{
    private ViewNode? _views;

    /// <summary>The object.</summary>
    public StoredObject Object { get; } = item;

    /// <summary>When this process received this state, as time that only passes (<see cref="Times.Present.Uptime"/>), whatever clocks are set to.</summary>
    public TimeSpan Seen { get; } = seen;

    /// <summary>The parsed metadata.</summary>
    public ObjectHead Head => Object.Head;

    /// <summary>Namespace and name.</summary>
    public ObjectKey Key => Object.Key;

    /// <summary>The object read as <typeparamref name="T"/>.</summary>
    public T As<T>() where T : class, IObjectView<T>
    {
        for (var node = Volatile.Read(ref _views); node is not null; node = node.Next)
            if (node.View is T known)
                return known;
        var view = T.Project(Object);
        // Losing a race costs a second projection later, never a wrong one.
        Volatile.Write(ref _views, new ViewNode(view, Volatile.Read(ref _views)));
        return view;
    }

    private sealed record ViewNode(object View, ViewNode? Next);
}
