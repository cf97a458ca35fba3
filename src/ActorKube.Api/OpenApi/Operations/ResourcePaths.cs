using System.Collections.Immutable;
using ActorKube.Api.Names;
using ActorKube.Api.Schema;

namespace ActorKube.Api.OpenApi.Operations;

/// <summary>The paths of one resource. The old <c>/watch/</c> paths are served but, deprecated as they are, not described.</summary>
internal sealed class ResourcePaths
{
    private readonly ServedResource _resource;
    private readonly SchemaRegistry _schemas;
    private readonly SchemaNode _object;
    private readonly string _prefix;
    private readonly string _scope;

    public ResourcePaths(ServedResource resource, SchemaRegistry schemas)
    {
        _resource = resource;
        _schemas = schemas;
        _object = Schema(resource.Kind);
        _prefix = OperationNames.GroupVersion(resource.Kind);
        _scope = resource.Namespaced ? "Namespaced" : "";
    }

    private string Kind => _resource.Kind.Kind;

    private string Root => _resource.Kind.Group.Length == 0 ? $"/api/{_resource.Kind.Version}" : $"/apis/{_resource.Kind.ApiVersion}";

    private string Collection => $"{Root}/{(_resource.Namespaced ? "namespaces/{namespace}/" : "")}{_resource.Plural}";

    public IEnumerable<ApiPath> All()
    {
        ImmutableArray<ApiParameter> common = _resource.Namespaced ? [Parameters.Namespace, Parameters.Pretty] : [Parameters.Pretty];
        ApiPath[] paths =
        [
            new(Collection, common, [.. OnCollection()]),
            new($"{Collection}/{{name}}", [Parameters.Name(Kind), .. common], [.. OnObject()]),
            new($"{Root}/{_resource.Plural}", [.. Parameters.List, Parameters.Pretty], [.. OnAllNamespaces()]),
        ];
        return paths.Where(p => p.Operations.Length > 0).Concat(_resource.Subresources.Select(s => Subresource(s, common)));
    }

    private IEnumerable<ApiOperation> OnCollection()
    {
        if (Can("list"))
            yield return List($"list{_prefix}{_scope}{Kind}") with { Parameters = Parameters.List };
        if (Can("create"))
            yield return Create($"create{_prefix}{_scope}{Kind}", $"create {Article(Kind)} {Kind}", _resource.Kind, _object) with { Parameters = Parameters.Write };
        if (Can("deletecollection"))
            yield return Operation("delete", $"delete{_prefix}Collection{_scope}{Kind}", $"delete collection of {Kind}", "deletecollection", _resource.Kind) with
            {
                Parameters = Parameters.DeleteCollection,
                Body = DeleteBody(),
                Result = Schema(new GroupVersionKind("", "v1", "Status")),
            };
    }

    private IEnumerable<ApiOperation> OnObject()
    {
        if (Can("get"))
            yield return Operation("get", $"read{_prefix}{_scope}{Kind}", $"read the specified {Kind}", "get", _resource.Kind) with { Result = _object };
        if (Can("update"))
            yield return Replace($"replace{_prefix}{_scope}{Kind}", $"replace the specified {Kind}", _resource.Kind, _object);
        if (Can("delete"))
            yield return Operation("delete", $"delete{_prefix}{_scope}{Kind}", $"delete {Article(Kind)} {Kind}", "delete", _resource.Kind) with
            {
                Parameters = Parameters.Delete,
                Body = DeleteBody(),
                Result = Schema(new GroupVersionKind("", "v1", "Status")),
                Codes = [200, 202],
            };
        if (Can("patch"))
            yield return Patch($"patch{_prefix}{_scope}{Kind}", $"partially update the specified {Kind}", _resource.Kind, _object);
    }

    private IEnumerable<ApiOperation> OnAllNamespaces()
    {
        if (_resource.Namespaced && Can("list"))
            yield return List($"list{_prefix}{Kind}ForAllNamespaces");
    }

    private ApiPath Subresource(ServedSubresource sub, ImmutableArray<ApiParameter> common)
    {
        var path = $"{Collection}/{{name}}/{sub.Name}";
        var suffix = $"{_scope}{Kind}{OperationNames.Capital(sub.Name)}";
        if (sub.Kind.Kind.EndsWith("Options", StringComparison.Ordinal))
            return new ApiPath(path, [.. Parameters.Connect(sub.Kind.Kind), Parameters.Name(sub.Kind.Kind), .. common.Remove(Parameters.Pretty)],
                [.. Methods(sub.Verbs).Select(m => Connect(sub, m, suffix))]);
        if (sub.Name == "log")
            return new ApiPath(path, [.. Parameters.Log, Parameters.Name(Kind), .. common],
                [Operation("get", $"read{_prefix}{suffix}", $"read log of the specified {Kind}", "get", sub.Kind) with { Produces = MediaTypes.Logs }]);
        return new ApiPath(path, [Parameters.Name(sub.Kind.Kind), .. common], [.. OnSubresource(sub, suffix)]);
    }

    private IEnumerable<ApiOperation> OnSubresource(ServedSubresource sub, string suffix)
    {
        var schema = Schema(sub.Kind);
        foreach (var verb in sub.Verbs)
            yield return verb switch
            {
                "get" => Operation("get", $"read{_prefix}{suffix}", $"read {sub.Name} of the specified {Kind}", "get", sub.Kind) with { Result = schema },
                "update" => Replace($"replace{_prefix}{suffix}", $"replace {sub.Name} of the specified {Kind}", sub.Kind, schema),
                "patch" => Patch($"patch{_prefix}{suffix}", $"partially update {sub.Name} of the specified {Kind}", sub.Kind, schema),
                "create" => Create($"create{_prefix}{suffix}", $"create {sub.Name} of {Article(Kind)} {Kind}", sub.Kind, schema) with { Parameters = Parameters.Write },
                _ => throw new ArgumentException($"The subresource {_resource.Plural}/{sub.Name} has a verb '{verb}' that cannot be described."),
            };
    }

    private ApiOperation Connect(ServedSubresource sub, string method, string suffix) =>
        Operation(method, $"connect{_prefix}{OperationNames.Capital(method)}{suffix}", $"connect {method.ToUpperInvariant()} requests to {sub.Name} of {Kind}", "connect", sub.Kind) with
        {
            Produces = MediaTypes.Any,
        };

    private ApiOperation List(string id) => Operation("get", id, $"list or watch objects of kind {Kind}", "list", _resource.Kind) with
    {
        Produces = MediaTypes.Lists,
        Result = _schemas.Find(_resource.Kind with { Kind = Kind + "List" }),
    };

    private ApiOperation Create(string id, string description, GroupVersionKind kind, SchemaNode schema) =>
        Operation("post", id, description, "post", kind) with { Body = new ApiBody(schema, Required: true), Result = schema, Codes = [200, 201, 202] };

    private ApiOperation Replace(string id, string description, GroupVersionKind kind, SchemaNode schema) =>
        Operation("put", id, description, "put", kind) with { Parameters = Parameters.Write, Body = new ApiBody(schema, Required: true), Result = schema, Codes = [200, 201] };

    private ApiOperation Patch(string id, string description, GroupVersionKind kind, SchemaNode schema) => Operation("patch", id, description, "patch", kind) with
    {
        Parameters = Parameters.Patch,
        Consumes = MediaTypes.Patches,
        Body = new ApiBody(SchemaRegistry.Definition("io.k8s.apimachinery.pkg.apis.meta.v1.Patch"), Required: true, "body-patch"),
        Result = schema,
        Codes = [200, 201],
    };

    private ApiOperation Operation(string method, string id, string description, string action, GroupVersionKind kind) =>
        new(method, id, description, OperationNames.Tag(_resource.Kind)) { Action = action, Kind = kind };

    private ApiBody DeleteBody() => new(Schema(new GroupVersionKind("", "v1", "DeleteOptions")), Required: false, "body-delete");

    private SchemaNode Schema(GroupVersionKind kind) => _schemas.Find(kind) ?? throw new ArgumentException($"There is no schema of {kind}.");

    private bool Can(string verb) => _resource.Verbs.Contains(verb);

    /// <summary>A connection is opened by whatever methods its verbs stand for.</summary>
    private static IEnumerable<string> Methods(ImmutableArray<string> verbs) => verbs.Select(v => v switch
    {
        "create" => "post",
        "update" => "put",
        _ => v,
    });

    private static string Article(string kind) => "AEIOU".Contains(kind[0], StringComparison.Ordinal) ? "an" : "a";
}
