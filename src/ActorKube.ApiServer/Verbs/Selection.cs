using ActorKube.Api.Errors;
using ActorKube.Api.Objects;
using ActorKube.Api.Selectors;
using ActorKube.ApiServer.Kinds;
using ActorKube.ApiServer.Pipeline;

namespace ActorKube.ApiServer.Verbs;

/// <summary>Which objects a list, a watch or a collection's deletion is about.</summary>
/// <param name="Filter">The filter over stored objects.</param>
/// <param name="IsSelective">True when selectors leave objects out that the namespace would let in; then nobody counts what follows a page.</param>
internal readonly record struct Selection(ObjectFilter Filter, bool IsSelective)
{
    private const string NodeName = "spec.nodeName";

    /// <summary>Reads namespace, name and selectors of a request.</summary>
    /// <exception cref="ApiException">400: a selector that cannot be read, or a field that the kind cannot be selected by.</exception>
    public static Selection Of(ApiRequest request, ServedResource served)
    {
        var ns = served.Facts.Namespaced && request.Namespace.Length > 0 ? request.Namespace : null;
        var name = request.Name.Length > 0 ? request.Name : null;
        if (string.IsNullOrEmpty(request.Query.LabelSelector) && string.IsNullOrEmpty(request.Query.FieldSelector))
            return ns is null && name is null ? new(ObjectFilter.All, false) : new(new ObjectFilter { Namespace = ns, Name = name }, name is not null);
        var labels = LabelSelector.Parse(request.Query.LabelSelector);
        var fields = FieldSelector.Parse(request.Query.FieldSelector);
        var strategy = served.Strategy;
        FieldEquality? indexed = null;
        List<FieldRequirement>? rest = null;
        foreach (var term in fields.Requirements)
        {
            if (term is { Field: "metadata.name", Negated: false } && name is null)
                name = term.Value;
            else if (term is { Field: "metadata.namespace", Negated: false } && ns is null && served.Facts.Namespaced)
                ns = term.Value;
            else
            {
                if (term.Field is not ("metadata.name" or "metadata.namespace") && !strategy.SelectableFields.Contains(term.Field))
                    throw Unsupported(term.Field, strategy);
                if (term is { Field: NodeName, Negated: false })
                    indexed = new FieldEquality(NodeName, term.Value);
                (rest ??= []).Add(term);
            }
        }
        Func<StoredObject, bool>? predicate = (labels.IsEverything, rest) switch
        {
            (true, null) => null,
            (false, null) => item => labels.Matches(item.Head.Labels),
            (_, not null) => item => labels.Matches(item.Head.Labels) && Matches(item, strategy, rest),
        };
        return new(new ObjectFilter { Namespace = ns, Name = name, Indexed = indexed, Labels = labels.IsEverything ? null : labels, Predicate = predicate }, true);
    }

    // Upstream words it one way for kinds that list their fields and another way for those that leave it to metadata.
    private static ApiException Unsupported(string field, KindStrategy strategy) => ApiErrors.BadRequest(strategy.SelectableFields.Count > 0
        ? $"field label not supported: {field}"
        : $"\"{field}\" is not a known field selector: only \"metadata.name\", \"metadata.namespace\"");

    private static bool Matches(StoredObject item, KindStrategy strategy, List<FieldRequirement> terms)
    {
        foreach (var term in terms)
        {
            var value = term.Field is "metadata.name" or "metadata.namespace" ? item.Field(term.Field) : strategy.SelectableValue(item, term.Field);
            if ((value == term.Value) == term.Negated)
                return false;
        }
        return true;
    }
}
