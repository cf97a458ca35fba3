using System.Reflection;
using System.Text.Json.Serialization;
using ActorKube.Api.Schema;
using ActorKube.SchemaBuilder.Facts;
using k8s.Models;

namespace ActorKube.SchemaBuilder.Model;

/// <summary>Joins the classes of <c>k8s.Models</c>, their documentation and the facts into definitions.</summary>
internal sealed class ModelReader
{
    private readonly IReadOnlyList<DefinitionFacts> _facts;
    private readonly Descriptions _descriptions;
    private readonly Dictionary<string, int> _byType = [];
    private readonly ILookup<string, int> _byName;
    private readonly Assembly _models = typeof(V1Pod).Assembly;

    public ModelReader(IEnumerable<DefinitionFacts> facts, Descriptions descriptions)
    {
        _facts = [.. facts.OrderBy(f => f.FullName, StringComparer.Ordinal)];
        _descriptions = descriptions;
        for (var i = 0; i < _facts.Count; i++)
            if (_facts[i].Scalar is null && !_byType.TryAdd(_facts[i].TypeName, i))
                throw new FormatException($"{_facts[i].FullName}: the class {_facts[i].TypeName} already stands for {_facts[_byType[_facts[i].TypeName]].FullName}");
        _byName = Enumerable.Range(0, _facts.Count).ToLookup(i => _facts[i].Name);
    }

    public IReadOnlyList<ModelDefinition> Read() => [.. Enumerable.Range(0, _facts.Count).Select(Definition)];

    private ModelDefinition Definition(int index)
    {
        var facts = _facts[index];
        if (facts.Scalar is { } scalar)
            return new ModelDefinition(facts.FullName, Reference(index, PropertyFacts.Nothing), [], null, ScalarDescriptions.Of(scalar, facts.Name));
        var type = _models.GetType($"k8s.Models.{facts.TypeName}") ?? throw new FormatException($"{facts.FullName}: there is no class {facts.TypeName}");
        var properties = type.GetProperties(BindingFlags.Public | BindingFlags.Instance)
            .Select(p => (Json: p.GetCustomAttribute<JsonPropertyNameAttribute>()?.Name ?? "", Clr: p))
            .Where(p => p.Json.Length > 0)
            .OrderBy(p => p.Json, StringComparer.Ordinal)
            .Select(p => Property(facts, type, p.Json, p.Clr))
            .ToArray();
        if (facts.Properties.Keys.Except(properties.Select(p => p.Name)).ToArray() is { Length: > 0 } unknown)
            throw new FormatException($"{facts.FullName}: the class {type.Name} has no property {string.Join(", ", unknown)}");
        return new ModelDefinition(facts.FullName, Reference(index, PropertyFacts.Nothing), properties, Kind(facts, type), _descriptions.Of(type));
    }

    private static ModelKind? Kind(DefinitionFacts facts, Type type) =>
        facts.KindOf?.Split('/') is [var group, var version] ? new ModelKind(group, version, facts.Name)
        : type.GetCustomAttribute<KubernetesEntityAttribute>() is { } entity ? new ModelKind(entity.Group ?? "", entity.ApiVersion, entity.Kind)
        : null;

    private ModelProperty Property(DefinitionFacts definition, Type type, string name, PropertyInfo clr)
    {
        var facts = definition.Properties.GetValueOrDefault(name, PropertyFacts.Nothing);
        try
        {
            return new ModelProperty(name, Node(clr.PropertyType, facts), facts.Required, facts.Enforced, facts.Immutable, facts.DeclaredImmutable, _descriptions.Of(type, clr));
        }
        catch (FormatException e)
        {
            throw new FormatException($"{definition.FullName}.{name}: {e.Message}", e);
        }
    }

    /// <summary>The node of a property: its shape from the class, everything else from the facts.</summary>
    private ModelNode Node(Type type, PropertyFacts facts)
    {
        var shape = Shape(type, facts) with
        {
            List = facts.List,
            Keys = string.Join(',', facts.Keys),
            Strategy = facts.Strategy,
            MergeKey = facts.MergeKey,
            Default = facts.Default,
            Nullable = facts.Nullable,
            ZeroIsUnset = facts.ZeroIsUnset,
        };
        var allowed = string.Join(',', facts.Enum);
        return shape.Items is { } items ? shape with { Items = items with { Enum = allowed } } : shape with { Enum = allowed };
    }

    private ModelNode Shape(Type type, PropertyFacts facts)
    {
        type = Nullable.GetUnderlyingType(type) ?? type;
        if (type.IsGenericType && IsList(type.GetGenericTypeDefinition()))
            return new ModelNode(SchemaType.Array) { Items = Shape(type.GetGenericArguments()[0], facts) };
        if (type.IsGenericType && type.GetGenericTypeDefinition() == typeof(IDictionary<,>))
            return new ModelNode(SchemaType.Map) { Values = Shape(type.GetGenericArguments()[1], facts), Atomic = facts.Atomic };
        if (facts.Reference is { } name)
            return Reference(Find(name), facts);
        return Plain(type, facts) ?? (_byType.TryGetValue(type.Name, out var index)
            ? Reference(index, facts)
            : throw new FormatException($"the class {type.Name} is in no facts table"));
    }

    private static bool IsList(Type definition) => definition == typeof(IList<>) || definition == typeof(List<>) || definition == typeof(IEnumerable<>);

    private ModelNode? Plain(Type type, PropertyFacts facts) => type switch
    {
        _ when type == typeof(string) => new ModelNode(SchemaType.String) { Format = facts.Format },
        _ when type == typeof(bool) => new ModelNode(SchemaType.Boolean),
        _ when type == typeof(int) => new ModelNode(SchemaType.Integer) { Format = "int32" },
        _ when type == typeof(long) => new ModelNode(SchemaType.Integer) { Format = "int64" },
        _ when type == typeof(double) => new ModelNode(SchemaType.Number) { Format = "double" },
        _ when type == typeof(byte[]) => new ModelNode(SchemaType.String) { Format = "byte" },
        _ when type == typeof(DateTime) => Reference(Find("Time"), facts),
        _ when type == typeof(ResourceQuantity) => Reference(Find("Quantity"), facts),
        _ when type == typeof(IntOrString) => Reference(Find("IntOrString"), facts),
        _ when type == typeof(object) => throw new FormatException("an untyped property needs the fact ref="),
        _ => null,
    };

    private ModelNode Reference(int index, PropertyFacts facts) => new(_facts[index].Scalar ?? SchemaType.Object)
    {
        Definition = index,
        Format = _facts[index].Format,
        Atomic = facts.Atomic || _facts[index].Atomic,
    };

    private int Find(string name)
    {
        var found = _byName[name].ToArray();
        return found.Length == 1 ? found[0] : throw new FormatException($"{found.Length} definitions are called {name}");
    }
}
