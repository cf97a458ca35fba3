using System.Text;
using ActorKube.Api.Errors;
using ActorKube.Api.Names;

namespace ActorKube.Machinery.Client.Http;

/// <summary>Paths and query parameters of the Kubernetes API.</summary>
internal static class ApiPath
{
    /// <summary>The path of a collection.</summary>
    public static string Collection(GroupVersionResource resource, string ns)
    {
        var path = new StringBuilder(96);
        path.Append(resource.Group.Length == 0 ? "api" : "apis");
        if (resource.Group.Length > 0)
            Append(path, resource.Group);
        Append(path, resource.Version);
        if (ns.Length > 0)
        {
            path.Append("/namespaces");
            Append(path, ns);
        }
        Append(path, resource.Plural);
        return path.ToString();
    }

    /// <summary>The path of an object or subresource.</summary>
    public static string Object(ObjectAddress address)
    {
        var path = new StringBuilder(Collection(address.Resource, address.Namespace));
        Append(path, address.Name);
        if (address.Subresource.Length > 0)
            Append(path, address.Subresource);
        return path.ToString();
    }

    /// <summary>The path of what is read: without a name, the document in the place of a collection.</summary>
    public static string Readable(ObjectAddress address) => address is { Name: "", Subresource: "" } ? Collection(address.Resource, address.Namespace) : Object(address);

    /// <summary>Adds a parameter to a path unless it has no value.</summary>
    public static string With(this string path, string name, string? value) =>
        string.IsNullOrEmpty(value) ? path : $"{path}{(path.Contains('?') ? '&' : '?')}{name}={Uri.EscapeDataString(value)}";

    // A name that a path would understand as something else must not become one (upstream: IsValidPathSegmentName).
    private static void Append(StringBuilder path, string segment)
    {
        if (segment is "" or "." or ".." || segment.AsSpan().ContainsAny('/', '%'))
            throw ApiErrors.BadRequest($"invalid resource name \"{segment}\"");
        path.Append('/').Append(Uri.EscapeDataString(segment));
    }
}
