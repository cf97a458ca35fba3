using ActorKube.Api.Names;
using ActorKube.Api.Schema;

namespace ActorKube.Api.OpenApi.Operations;

/// <summary>The paths that list groups, versions and resources, and <c>/version/</c>.</summary>
internal static class DiscoveryPaths
{
    private const string Meta = "io.k8s.apimachinery.pkg.apis.meta.v1.";

    public static ApiPath Version => Get("/version/", "getCodeVersion", "get the version information for this server", "version", "io.k8s.apimachinery.pkg.version.Info");

    public static ApiPath Core => Get("/api/", "getCoreAPIVersions", "get available API versions", "core", Meta + "APIVersions");

    public static ApiPath Groups => Get("/apis/", "getAPIVersions", "get available API versions", "apis", Meta + "APIGroupList");

    public static ApiPath Group(string group) =>
        Get($"/apis/{group}/", $"get{OperationNames.Group(group)}APIGroup", "get information of a group", OperationNames.GroupTag(group), Meta + "APIGroup");

    /// <summary>The resources of the group and version of <paramref name="kind"/>.</summary>
    public static ApiPath Resources(GroupVersionKind kind) =>
        Get($"/{(kind.Group.Length == 0 ? "api" : "apis")}/{kind.ApiVersion}/", $"get{OperationNames.GroupVersion(kind)}APIResources", "get available resources", OperationNames.Tag(kind),
            Meta + "APIResourceList");

    private static ApiPath Get(string path, string id, string description, string tag, string definition) =>
        new(path, [], [new ApiOperation("get", id, description, tag) { Consumes = MediaTypes.Json, Result = SchemaRegistry.Definition(definition) }]);
}
