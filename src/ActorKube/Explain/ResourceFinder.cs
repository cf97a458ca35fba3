using System.Text.Json.Nodes;
using ActorKube.Api.Errors;
using ActorKube.Api.Names;
using ActorKube.CommandLine;
using ActorKube.Machinery.Objects;

namespace ActorKube.Explain;

/// <summary>A resource that the API serves.</summary>
/// <param name="Resource">Group, version and plural.</param>
/// <param name="Kind">Its kind.</param>
/// <param name="Singular">Its singular.</param>
/// <param name="ShortNames">Further names.</param>
/// <param name="IsNamespaced">Whether its objects are in namespaces.</param>
internal sealed record FoundResource(GroupVersionResource Resource, string Kind, string Singular, IReadOnlyList<string> ShortNames, bool IsNamespaced)
{
    /// <summary>Whether a user may mean this resource: plural, singular, kind or a short name, with or without its group, or its version and group, behind a dot.</summary>
    public bool IsCalled(string text)
    {
        var name = Resource.Group.Length > 0 && text.EndsWith($".{Resource.Group}", StringComparison.OrdinalIgnoreCase) ? text[..^(Resource.Group.Length + 1)] : text;
        // A core resource in its version ends in a dot, as for kubectl: its group is empty.
        var version = Resource.Group.Length > 0 ? $".{Resource.Version}" : $".{Resource.Version}.";
        if ((name.Length < text.Length || Resource.Group.Length == 0) && name.EndsWith(version, StringComparison.OrdinalIgnoreCase))
            name = name[..^version.Length];
        return ShortNames.Append(Resource.Plural).Append(Singular).Append(Kind).Contains(name, StringComparer.OrdinalIgnoreCase);
    }
}

/// <summary>Finds resources by the names people and owner references use, in what the API says that it serves.</summary>
/// <param name="read">Reads a discovery document.</param>
internal sealed class ResourceFinder(Func<string, CancellationToken, Task<JsonNode?>> read)
{
    private readonly Dictionary<string, IReadOnlyList<FoundResource>> _known = [];

    /// <summary>The resource that a user means: in the version that its group prefers, or in another one where only that has it. Groups that do not answer are passed over.</summary>
    /// <exception cref="UserError">There is none.</exception>
    /// <exception cref="ApiException">The API does not say what it serves.</exception>
    public async Task<FoundResource> CalledAsync(string name, CancellationToken cancel)
    {
        if (Find(await OfAsync("v1", cancel), name) is { } core)
            return core;
        var groups = (await read("apis", cancel)).Items("groups").ToArray();
        var silent = new SortedSet<string>(StringComparer.Ordinal);
        foreach (var version in groups.Select(g => g.Text("preferredVersion", "groupVersion")).Concat(groups.SelectMany(g => g.Items("versions")).Select(v => v.Text("groupVersion"))).Distinct())
            try
            {
                if (Find(await OfAsync(version, cancel), name) is { } found)
                    return found;
            }
            catch (ApiException)
            {
                silent.Add(version);
            }
        var unknown = silent.Count > 0 ? $" {string.Join(", ", silent)} did not say what {(silent.Count == 1 ? "it serves" : "they serve")}." : "";
        throw new UserError($"The API serves nothing called '{name}'; 'kubectl api-resources' lists what there is.{unknown}");
    }

    /// <summary>The resource of a kind; null when it is not served (any more).</summary>
    public async Task<FoundResource?> OfKindAsync(string apiVersion, string kind, CancellationToken cancel) =>
        (await OfAsync(apiVersion, cancel)).FirstOrDefault(r => r.Kind == kind);

    private static FoundResource? Find(IReadOnlyList<FoundResource> served, string name) => served.FirstOrDefault(r => r.IsCalled(name));

    private async Task<IReadOnlyList<FoundResource>> OfAsync(string apiVersion, CancellationToken cancel)
    {
        if (_known.TryGetValue(apiVersion, out var known))
            return known;
        var (group, version) = apiVersion.Split('/') is [var g, var v] ? (g, v) : ("", apiVersion);
        var document = await read(group.Length == 0 ? $"api/{version}" : $"apis/{group}/{version}", cancel);
        return _known[apiVersion] =
        [
            .. document.Items("resources").Where(r => !r.Text("name").Contains('/', StringComparison.Ordinal)).Select(r => new FoundResource(
                new GroupVersionResource(group, version, r.Text("name")), r.Text("kind"), r.Text("singularName"), [.. r.Items("shortNames").Select(s => s.Text())], r.Flag("namespaced"))),
        ];
    }
}
