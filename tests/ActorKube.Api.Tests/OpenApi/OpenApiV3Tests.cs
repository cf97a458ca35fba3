using System.Text.Json;

namespace ActorKube.Api.Tests.OpenApi;

public sealed class OpenApiV3Tests
{
    private static readonly ActorKube.Api.OpenApi.OpenApiPublisher Publisher = Served.Publisher();

    [Fact]
    public void The_index_lists_each_group_and_version_with_the_hash_of_its_document()
    {
        var paths = JsonDocument.Parse(Publisher.V3Index().Bytes).RootElement.GetProperty("paths");
        Assert.Equal(["api/v1", "apis/apps/v1", "apis/authorization.k8s.io/v1", "apis/rbac.authorization.k8s.io/v1"], paths.EnumerateObject().Select(p => p.Name));
        foreach (var path in paths.EnumerateObject())
            Assert.Equal($"/openapi/v3/{path.Name}?hash={Publisher.V3(path.Name)!.Hash}", path.Value.GetProperty("serverRelativeURL").GetString());
    }

    [Fact]
    public void There_is_no_document_of_what_is_not_served() => Assert.Null(Publisher.V3("apis/batch/v1"));

    [Fact]
    public void A_document_holds_its_own_paths_and_all_schemas_they_need()
    {
        var document = Of("apis/apps/v1");
        Assert.StartsWith("3.0", document.GetProperty("openapi").GetString());
        Assert.All(document.GetProperty("paths").EnumerateObject(), p => Assert.StartsWith("/apis/apps/v1/", p.Name));
        var schemas = document.GetProperty("components").GetProperty("schemas");
        Assert.True(schemas.TryGetProperty("io.k8s.api.core.v1.PodSpec", out _));
        var kinds = schemas.GetProperty("io.k8s.api.apps.v1.Deployment").GetProperty("x-kubernetes-group-version-kind");
        Assert.Equal("Deployment", kinds[0].GetProperty("kind").GetString());
        foreach (var reference in References(document).Distinct())
            Assert.True(schemas.TryGetProperty(reference["#/components/schemas/".Length..], out _), reference);
    }

    [Fact]
    public void A_patch_lists_the_parameters_clients_look_for()
    {
        var patch = Of("api/v1").GetProperty("paths").GetProperty("/api/v1/namespaces/{namespace}/pods/{name}").GetProperty("patch");
        Assert.Equal(["dryRun", "fieldManager", "fieldValidation", "force"], patch.GetProperty("parameters").EnumerateArray().Select(p => p.GetProperty("name").GetString()));
        Assert.Contains("application/apply-patch+yaml", patch.GetProperty("requestBody").GetProperty("content").EnumerateObject().Select(c => c.Name));
    }

    [Fact]
    public void Defaults_and_enumerations_are_published_and_references_have_no_siblings()
    {
        var schemas = Of("api/v1").GetProperty("components").GetProperty("schemas");
        var spec = schemas.GetProperty("io.k8s.api.core.v1.PodSpec").GetProperty("properties");
        Assert.Equal("Always", spec.GetProperty("restartPolicy").GetProperty("default").GetString());
        Assert.Equal(["Always", "Never", "OnFailure"], spec.GetProperty("restartPolicy").GetProperty("enum").EnumerateArray().Select(e => e.GetString()));
        var context = spec.GetProperty("securityContext");
        Assert.Equal("#/components/schemas/io.k8s.api.core.v1.PodSecurityContext", context.GetProperty("allOf")[0].GetProperty("$ref").GetString());
        Assert.Equal(2, schemas.GetProperty("io.k8s.apimachinery.pkg.api.resource.Quantity").GetProperty("oneOf").GetArrayLength());
    }

    private static JsonElement Of(string path) => JsonDocument.Parse(Publisher.V3(path)!.Bytes).RootElement;

    private static IEnumerable<string> References(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.Object => element.EnumerateObject().SelectMany(m => m.Name == "$ref" && m.Value.ValueKind == JsonValueKind.String ? [m.Value.GetString()!] : References(m.Value)),
        JsonValueKind.Array => element.EnumerateArray().SelectMany(References),
        _ => [],
    };
}
