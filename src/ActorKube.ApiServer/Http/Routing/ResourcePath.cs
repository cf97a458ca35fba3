using System.Diagnostics.CodeAnalysis;
using ActorKube.Api.Names;

namespace ActorKube.ApiServer.Http.Routing;

/// <summary>
/// The parts of a resource path, by upstream's rules (<c>apiserver/pkg/endpoints/request/requestinfo.go</c>):
/// <c>/api/v1/…</c> or <c>/apis/GROUP/VERSION/…</c>, then <c>[watch/][namespaces/NS/]RESOURCE[/NAME[/SUBRESOURCE[/REST]]]</c>.
/// </summary>
/// <param name="Resource">Group, version and plural.</param>
/// <param name="Namespace">Namespace in the path; empty for none.</param>
/// <param name="Name">Name in the path; empty for none.</param>
/// <param name="Subresource">Subresource in the path; empty for none.</param>
/// <param name="Rest">What follows the subresource (the path behind <c>proxy</c>); empty for none.</param>
/// <param name="IsWatch">True for the old form <c>/watch/</c>.</param>
internal readonly record struct ResourcePath(GroupVersionResource Resource, string Namespace, string Name, string Subresource, string Rest, bool IsWatch)
{
    private const string Namespaces = "namespaces";

    /// <summary>Splits a decoded path. False when it is not the path of a resource (discovery, health …).</summary>
    public static bool TryParse(string path, [NotNullWhen(true)] out ResourcePath? result)
    {
        result = null;
        var segments = new Segments(path);
        string group;
        if (segments.Take("api"))
            group = "";
        else if (!segments.Take("apis") || !segments.Next(out group))
            return false;
        if (!segments.Next(out var version) || !segments.Next(out var first))
            return false;
        var isWatch = first == "watch";
        if (isWatch && !segments.Next(out first))
            return false;
        result = first == Namespaces && group.Length == 0
            ? BelowNamespaces(ref segments, version, isWatch)
            : first == Namespaces
                ? Namespaced(ref segments, group, version, isWatch)
                : At(ref segments, new GroupVersionResource(group, version, first), "", isWatch);
        return result is not null;
    }

    // In the core group, "namespaces" is a resource itself: /namespaces/x, /namespaces/x/finalize, but /namespaces/x/pods.
    private static ResourcePath? BelowNamespaces(ref Segments segments, string version, bool isWatch)
    {
        var namespaces = new GroupVersionResource("", version, Namespaces);
        if (!segments.Next(out var ns))
            return segments.Ended ? new ResourcePath(namespaces, "", "", "", "", isWatch) : null;
        if (!segments.Next(out var next))
            return segments.Ended ? new ResourcePath(namespaces, "", ns, "", "", isWatch) : null;
        return next is "status" or "finalize"
            ? segments.Ended ? new ResourcePath(namespaces, "", ns, next, "", isWatch) : null
            : At(ref segments, new GroupVersionResource("", version, next), ns, isWatch);
    }

    private static ResourcePath? Namespaced(ref Segments segments, string group, string version, bool isWatch) =>
        segments.Next(out var ns) && segments.Next(out var plural)
            ? At(ref segments, new GroupVersionResource(group, version, plural), ns, isWatch)
            : null;

    private static ResourcePath? At(ref Segments segments, GroupVersionResource resource, string ns, bool isWatch)
    {
        if (!segments.Next(out var name))
            return segments.Ended ? new ResourcePath(resource, ns, "", "", "", isWatch) : null;
        if (!segments.Next(out var subresource))
            return segments.Ended ? new ResourcePath(resource, ns, name, "", "", isWatch) : null;
        return new ResourcePath(resource, ns, name, subresource, segments.Remaining, isWatch);
    }

    /// <summary>Walks over the segments of a path; one trailing slash is ignored, an empty segment ends the walk as malformed.</summary>
    private ref struct Segments(string path)
    {
        private readonly string _path = path;
        private int _at = path.StartsWith('/') ? 1 : 0;

        public readonly bool Ended => _at >= _path.Length;

        public readonly string Remaining => Ended ? "" : _path[_at..];

        public bool Take(string literal)
        {
            var end = End();
            if (!_path.AsSpan(_at, end - _at).SequenceEqual(literal))
                return false;
            _at = Math.Min(end + 1, _path.Length);
            return true;
        }

        public bool Next(out string segment)
        {
            var end = End();
            segment = _path[_at..end];
            if (segment.Length == 0)
                return false;
            _at = Math.Min(end + 1, _path.Length);
            return true;
        }

        private readonly int End()
        {
            if (Ended)
                return _path.Length;
            var slash = _path.IndexOf('/', _at);
            return slash < 0 ? _path.Length : slash;
        }
    }
}
