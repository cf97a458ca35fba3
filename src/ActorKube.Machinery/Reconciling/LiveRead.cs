using System.Collections.Immutable;
using ActorKube.Api.Errors;
using ActorKube.Api.Names;
using ActorKube.Api.Objects;

namespace ActorKube.Machinery.Reconciling;

/// <summary>
/// A read past the caches, where acting on stale knowledge would do harm (deleting an object because its owner seems gone). A plan that asks for reads does
/// nothing else; the reconciler is called again with the answers.
/// </summary>
/// <param name="Resource">The resource.</param>
/// <param name="Namespace">The namespace; empty for cluster-scoped objects, or for all namespaces in a list.</param>
/// <param name="Name">The object; null to list; empty for a document in the place of a list.</param>
/// <param name="Subresource">For example <c>scale</c>; empty for the object itself.</param>
public sealed record LiveRead(GroupVersionResource Resource, string Namespace, string? Name, string Subresource = "")
{
    /// <summary>For lists, and for what stands for many: which objects; empty for all.</summary>
    public string LabelSelector { get; init; } = "";

    /// <summary>For metrics: which series, by its labels; empty for all.</summary>
    public string MetricLabelSelector { get; init; } = "";

    /// <summary>The encoded question, for resources that are answered and never stored (reviews); empty for everything that is read.</summary>
    public string Question { get; init; } = "";

    /// <summary>Only what is the newest revision is asked for, and what there is is not.</summary>
    public bool RevisionOnly { get; init; }

    /// <summary>
    /// Asks which revision of a resource is the newest. A cache that has reached it knows all that a list would have told, and looks into it by its indexes: who would else list a namespace for each of its
    /// objects asks this.
    /// </summary>
    public static LiveRead Newest(GroupVersionResource resource) => new(resource, "", null) { RevisionOnly = true };

    /// <summary>Asks a resource that answers and stores nothing, for example <c>subjectaccessreviews</c>. The answer is the object that comes back.</summary>
    public static LiveRead Review(GroupVersionResource resource, string question) => new(resource, "", "") { Question = question };

    /// <summary>Reads one object.</summary>
    public static LiveRead Get(GroupVersionResource resource, ObjectKey key) => new(resource, key.Namespace, key.Name);

    /// <summary>Lists a namespace.</summary>
    public static LiveRead List(GroupVersionResource resource, string ns) => new(resource, ns, null);
}

/// <summary>The answer to a <see cref="LiveRead"/>.</summary>
/// <param name="Items">What there is: none or one object for a get, any number for a list.</param>
/// <param name="Error">Why there is no answer; null when there is one.</param>
public sealed record LiveAnswer(IReadOnlyList<StoredObject> Items, ApiStatus? Error = null)
{
    /// <summary>Where there is nothing: how the API said so. Without a name in it, it is not the object that is missing, but what was asked of it. Null otherwise.</summary>
    public ApiStatus? Absence { get; init; }

    /// <summary>The object of a get; null when there is none.</summary>
    public StoredObject? Object => Items.Count > 0 ? Items[0] : null;

    /// <summary>The answer to <see cref="LiveRead.Newest"/>.</summary>
    public long Revision { get; init; }
}

/// <summary>The answers at hand.</summary>
public sealed class LiveAnswers(ImmutableDictionary<LiveRead, LiveAnswer> answers)
{
    /// <summary>Nothing was asked.</summary>
    public static readonly LiveAnswers None = new(ImmutableDictionary<LiveRead, LiveAnswer>.Empty);

    /// <summary>The answer to a read; null when it was not asked for yet.</summary>
    public LiveAnswer? this[LiveRead read] => answers.GetValueOrDefault(read);

    /// <summary>These answers and further ones.</summary>
    public LiveAnswers With(IEnumerable<KeyValuePair<LiveRead, LiveAnswer>> more) => new(answers.SetItems(more));
}
