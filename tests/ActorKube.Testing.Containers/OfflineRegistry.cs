using System.Net;
using System.Text;

namespace ActorKube.Testing.Containers;

/// <summary>
/// A registry over plain HTTP that serves <see cref="OfflineImages"/> under any repository name whose last part and tag match, and asks for a user and password
/// below <c>private/</c>.
/// </summary>
public sealed class OfflineRegistry : IAsyncDisposable
{
    /// <summary>User of private repositories.</summary>
    public const string Username = "puller";

    /// <summary>Password of private repositories.</summary>
    public const string Password = "let-me-in";

    private static readonly string Authorization = "Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes($"{Username}:{Password}"));
    private readonly HttpListener _listener = new();
    private readonly Task _serving;

    private OfflineRegistry(string address)
    {
        Address = address;
        _listener.Prefixes.Add($"http://{address}/");
        _listener.Start();
        _serving = ServeAsync();
    }

    /// <summary>Host and port, as in image references.</summary>
    public string Address { get; }

    /// <summary>Starts a registry on the fabric's host address.</summary>
    public static OfflineRegistry Start(ContainerFabric fabric) => new($"{fabric.HostAddress}:5000");

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        _listener.Stop();
        await _serving;
        _listener.Close();
    }

    private async Task ServeAsync()
    {
        while (_listener.IsListening)
        {
            try
            {
                Answer(await _listener.GetContextAsync());
            }
            catch (Exception e) when (e is HttpListenerException or ObjectDisposedException)
            {
                // The listener was stopped, or a client left.
            }
        }
    }

    private static void Answer(HttpListenerContext context)
    {
        var path = context.Request.Url!.AbsolutePath;
        var response = context.Response;
        if (path.StartsWith("/v2/private/", StringComparison.Ordinal) && context.Request.Headers["Authorization"] != Authorization)
        {
            response.StatusCode = (int)HttpStatusCode.Unauthorized;
            response.Headers["WWW-Authenticate"] = "Basic realm=\"private\"";
        }
        else if (path == "/v2/")
        {
            response.StatusCode = (int)HttpStatusCode.OK;
        }
        else if (Find(path) is var (content, type, digest) && content is not null)
        {
            response.ContentType = type;
            response.Headers["Docker-Content-Digest"] = digest;
            response.ContentLength64 = content.Length;
            if (context.Request.HttpMethod != "HEAD")
                response.OutputStream.Write(content);
        }
        else
        {
            response.StatusCode = (int)HttpStatusCode.NotFound;
        }
        response.Close();
    }

    // /v2/{repository}/manifests/{tag or digest} and /v2/{repository}/blobs/{digest}
    private static (byte[]? Content, string Type, string Digest) Find(string path)
    {
        var parts = path.Split('/');
        if (parts.Length < 5)
            return default;
        var (repository, kind, reference) = (parts[^3], parts[^2], parts[^1]);
        foreach (var image in OfflineImages.All)
        {
            if (kind == "blobs" && image.FindBlob(reference) is { } blob)
                return (blob, "application/octet-stream", reference);
            var isNamed = image.Name.EndsWith($"/{repository}:{reference}", StringComparison.Ordinal) || image.ManifestDigest == reference;
            if (kind == "manifests" && isNamed)
                return (image.Manifest, OfflineImage.ManifestMediaType, image.ManifestDigest);
        }
        return default;
    }
}
