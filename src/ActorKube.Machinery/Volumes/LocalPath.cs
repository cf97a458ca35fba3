using System.Security.Cryptography;
using System.Text;

namespace ActorKube.Machinery.Volumes;

/// <summary>
/// What the local-path provisioner, the node agents and the node authorizer agree on: volumes that are directories of one node. Names are ids that stand in stored objects; they never change.
/// </summary>
public static class LocalPath
{
    /// <summary>Name of the provisioner in storage classes and in <see cref="VolumeAnnotations.ProvisionedBy"/>.</summary>
    public const string Provisioner = "actorkube.io/local-path";

    /// <summary>
    /// Label of persistent volumes: the node whose directory they are (see <see cref="LabelOf"/>), whose agent may list those that carry its own value. As an annotation: the node's full name.
    /// </summary>
    public const string NodeLabel = "local-path.actorkube.io/node";

    /// <summary>Finalizer of persistent volumes: the node's agent has not removed the directory yet.</summary>
    public const string Finalizer = "local-path.actorkube.io/directory";

    /// <summary>Annotation of nodes: where the agent keeps such volumes (see <see cref="LocalPathRoot"/>).</summary>
    public const string RootAnnotation = "local-path.actorkube.io/root";

    private const int LongestLabel = 63;
    private const int DigestLength = 16;

    /// <summary>The label's value for a node: its name, or where that is too long for a label the end of it and a digest.</summary>
    public static string LabelOf(string node)
    {
        if (node.Length <= LongestLabel)
            return node;
        var digest = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(node)))[..DigestLength];
        return $"{digest}-{node[^(LongestLabel - DigestLength - 1)..].TrimStart('-', '.')}";
    }

    /// <summary>The label selector with which a node's agent asks for its volumes; the authorizer accepts this text and no other.</summary>
    public static string SelectorOf(string node) => $"{NodeLabel}={LabelOf(node)}";

    /// <summary>
    /// True when a path is a directory directly below the root, written in the one way that leads nowhere else: nothing above or beside the root is ever made or removed.
    /// </summary>
    public static bool IsBelow(string root, string path)
    {
        var prefix = root.TrimEnd('/') + "/";
        if (prefix.Length < 2 || !path.StartsWith(prefix, StringComparison.Ordinal))
            return false;
        var name = path[prefix.Length..];
        return name.Length > 0 && name is not ("." or "..") && !name.Contains('/') && !name.Contains('\0');
    }
}

/// <summary>Where a node's agent keeps local-path volumes.</summary>
/// <param name="Directory">Absolute path.</param>
/// <param name="OnDisk">False on simulated nodes: there is nothing that would have to be removed.</param>
public sealed record LocalPathRoot(string Directory, bool OnDisk)
{
    private const string Simulated = "simulated:";

    /// <summary>The value of <see cref="LocalPath.RootAnnotation"/>.</summary>
    public string Text => OnDisk ? Directory : Simulated + Directory;

    /// <summary>Reads the annotation; null when the node does not offer such volumes or says nothing usable.</summary>
    public static LocalPathRoot? Parse(string? text)
    {
        if (string.IsNullOrEmpty(text))
            return null;
        var onDisk = !text.StartsWith(Simulated, StringComparison.Ordinal);
        var directory = onDisk ? text : text[Simulated.Length..];
        return directory.Length > 1 && directory[0] == '/' && !directory.Split('/').Contains("..") ? new LocalPathRoot(directory.TrimEnd('/'), onDisk) : null;
    }
}
