using System.Text;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace ActorKube.ApiServer.Security.Pki;

/// <summary>One cluster and one user of a kubeconfig file: enough to connect.</summary>
/// <param name="Server">URL of the API server.</param>
/// <param name="AuthorityPem">Certificate of the authority that vouches for it.</param>
public sealed record Kubeconfig(string Server, string AuthorityPem)
{
    private const int MaxBytes = 1 << 20;

    /// <summary>Name of cluster and context in a file that is written.</summary>
    public string ClusterName { get; init; } = "actorkube";

    /// <summary>Name of the user entry in a file that is written.</summary>
    public string UserName { get; init; } = "kubernetes-admin";

    /// <summary>Client certificate with key; null when a token is used.</summary>
    public KeyedCertificate? Client { get; init; }

    /// <summary>Bearer token; null when a certificate is used.</summary>
    public string? Token { get; init; }

    /// <summary>The file's text, everything embedded.</summary>
    public string ToYaml()
    {
        var yaml = new StringBuilder();
        yaml.Append("apiVersion: v1\nkind: Config\nclusters:\n- name: ").Append(ClusterName)
            .Append("\n  cluster:\n    certificate-authority-data: ").Append(Base64(AuthorityPem)).Append("\n    server: ").Append(Server)
            .Append("\nusers:\n- name: ").Append(UserName).Append("\n  user:\n");
        if (Client is { } client)
            yaml.Append("    client-certificate-data: ").Append(Base64(client.CertificatePem)).Append("\n    client-key-data: ").Append(Base64(client.KeyPem)).Append('\n');
        if (Token is { } token)
            yaml.Append("    token: ").Append(token).Append('\n');
        if (Client is null && Token is null)
            yaml.Append("    {}\n");
        var context = $"{UserName}@{ClusterName}";
        yaml.Append("contexts:\n- name: ").Append(context).Append("\n  context:\n    cluster: ").Append(ClusterName).Append("\n    user: ").Append(UserName)
            .Append("\ncurrent-context: ").Append(context).Append("\npreferences: {}\n");
        return yaml.ToString();
    }

    /// <summary>Reads a file and follows its current context; data may be embedded or in files beside it.</summary>
    /// <exception cref="PkiException">The file is unreadable, malformed, or lacks something.</exception>
    public static Kubeconfig Read(string path)
    {
        try
        {
            if (new FileInfo(path) is { Exists: true, Length: > MaxBytes })
                throw new PkiException($"The kubeconfig {path} is larger than {MaxBytes} bytes.");
            return Parse(File.ReadAllText(path), path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new PkiException($"The kubeconfig {path} cannot be read: {e.Message}", e);
        }
    }

    private static Kubeconfig Parse(string text, string path)
    {
        var stream = new YamlStream();
        try
        {
            stream.Load(new StringReader(text));
        }
        catch (YamlException e)
        {
            throw new PkiException($"The kubeconfig {path} is not valid YAML: {e.Message}", e);
        }
        if (stream.Documents.Count == 0 || stream.Documents[0].RootNode is not YamlMappingNode root)
            throw new PkiException($"The kubeconfig {path} is empty.");
        var current = Text(root, "current-context") ?? throw new PkiException($"The kubeconfig {path} has no current-context.");
        var context = Entry(root, "contexts", current, "context", path);
        var cluster = Entry(root, "clusters", Text(context, "cluster") ?? "", "cluster", path);
        var user = Entry(root, "users", Text(context, "user") ?? "", "user", path);
        var certificate = Data(user, "client-certificate", path);
        var key = Data(user, "client-key", path);
        return new Kubeconfig(
            Text(cluster, "server") ?? throw new PkiException($"The kubeconfig {path} names no server."),
            Data(cluster, "certificate-authority", path) ?? throw new PkiException($"The kubeconfig {path} has no certificate-authority-data."))
        {
            ClusterName = Text(context, "cluster")!,
            UserName = Text(context, "user")!,
            Client = certificate is not null && key is not null ? new KeyedCertificate(certificate, key) : null,
            Token = Text(user, "token"),
        };
    }

    private static YamlMappingNode Entry(YamlMappingNode root, string list, string name, string content, string path)
    {
        if (root.Children.TryGetValue(list, out var node) && node is YamlSequenceNode entries)
            foreach (var entry in entries.OfType<YamlMappingNode>())
                if (Text(entry, "name") == name && entry.Children.TryGetValue(content, out var found) && found is YamlMappingNode map)
                    return map;
        throw new PkiException($"The kubeconfig {path} has no entry \"{name}\" under {list}.");
    }

    private static string? Text(YamlMappingNode map, string key) =>
        map.Children.TryGetValue(key, out var node) && node is YamlScalarNode { Value: { Length: > 0 } value } ? value : null;

    private static string? Data(YamlMappingNode map, string key, string path)
    {
        if (Text(map, key + "-data") is { } embedded)
            try
            {
                return Encoding.UTF8.GetString(Convert.FromBase64String(embedded));
            }
            catch (FormatException e)
            {
                throw new PkiException($"The kubeconfig {path} has damaged {key}-data.", e);
            }
        return Text(map, key) is { } file ? File.ReadAllText(System.IO.Path.Combine(System.IO.Path.GetDirectoryName(System.IO.Path.GetFullPath(path))!, file)) : null;
    }

    private static string Base64(string text) => Convert.ToBase64String(Encoding.UTF8.GetBytes(text));
}
