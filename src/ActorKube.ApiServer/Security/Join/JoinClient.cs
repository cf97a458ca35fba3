using System.Net;
using System.Net.Http.Headers;
using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using System.Text.Json.Nodes;
using ActorKube.ApiServer.Security.Pki;

namespace ActorKube.ApiServer.Security.Join;

/// <summary>
/// The joining side. First the authority's certificate is fetched over a connection that proves nothing, and compared with the hash in the token; only a server that
/// this authority vouches for is then shown the token.
/// </summary>
/// <param name="server">Address of a server's HTTPS port, for example <c>https://10.0.0.5:6443</c>.</param>
/// <param name="time">Clock that certificates are judged by.</param>
public sealed class JoinClient(Uri server, TimeProvider time)
{
    private const int MaxAnswerBytes = 1 << 20;
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(15);

    /// <summary>Joins with a token.</summary>
    /// <exception cref="PkiException">The server cannot be reached, is not the one the token is for, or refused; the message says which.</exception>
    public async Task<JoinGrant> JoinAsync(JoinToken token, JoinRequest request, CancellationToken cancel)
    {
        using var authority = await FetchAuthorityAsync(token.AuthorityHash, cancel);
        using var http = Connect(authority, client: null);
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token.BearerToken);
        return await PostAsync(http, request, "the token: it is wrong, expired or deleted", cancel);
    }

    /// <summary>Gets an agent new certificates for its key before the old ones expire.</summary>
    /// <exception cref="PkiException">The server cannot be reached, is not of this cluster, or refused.</exception>
    public async Task<JoinGrant> RenewAsync(X509Certificate2 authority, X509Certificate2 client, JoinRequest request, CancellationToken cancel)
    {
        using var http = Connect(authority, client);
        return await PostAsync(http, request, "the node's present certificate", cancel);
    }

    private async Task<X509Certificate2> FetchAuthorityAsync(string hash, CancellationToken cancel)
    {
        // Nothing that arrives here is believed but a certificate whose hash is known beforehand.
        using var http = new HttpClient(Handler((_, _) => true, null)) { BaseAddress = server, Timeout = Timeout, MaxResponseContentBufferSize = MaxAnswerBytes };
        var pem = await SendAsync(() => http.GetStringAsync(new Uri(JoinEndpoint.AuthorityPath, UriKind.Relative), cancel), cancel);
        X509Certificate2 authority;
        try
        {
            authority = X509Certificate2.CreateFromPem(pem);
        }
        catch (CryptographicException e)
        {
            throw new PkiException($"The server {server} did not answer with a certificate: it is no ActorKube server.", e);
        }
        if (CryptographicOperations.FixedTimeEquals(Convert.FromHexString(CertificateAuthority.HashPublicKey(authority)), Convert.FromHexString(hash)))
            return authority;
        authority.Dispose();
        throw new PkiException($"The server {server} does not belong to the cluster that the token is for: the hash of its certificate authority differs.");
    }

    private HttpClient Connect(X509Certificate2 authority, X509Certificate2? client) =>
        new(Handler((certificate, _) => certificate is not null && CertificateTrust.IsIssuedBy(certificate, authority, CertificateUsage.Server, time), client))
        {
            BaseAddress = server,
            Timeout = Timeout,
            MaxResponseContentBufferSize = MaxAnswerBytes,
        };

    private static SocketsHttpHandler Handler(Func<X509Certificate2?, SslPolicyErrors, bool> accept, X509Certificate2? client)
    {
        var ssl = new SslClientAuthenticationOptions
        {
            RemoteCertificateValidationCallback = (_, certificate, _, errors) => accept(certificate as X509Certificate2, errors),
        };
        if (client is not null)
            ssl.ClientCertificates = [client];
        return new SocketsHttpHandler { SslOptions = ssl, UseProxy = false, AllowAutoRedirect = false };
    }

    private async Task<JoinGrant> PostAsync(HttpClient http, JoinRequest request, string proof, CancellationToken cancel)
    {
        using var content = new ByteArrayContent(JsonSerializer.SerializeToUtf8Bytes(request, JoinJson.Default.JoinRequest));
        content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        using var answer = await SendAsync(() => http.PostAsync(new Uri(JoinEndpoint.JoinPath, UriKind.Relative), content, cancel), cancel);
        var body = await answer.Content.ReadAsByteArrayAsync(cancel);
        switch (answer.StatusCode)
        {
            case HttpStatusCode.OK:
                break;
            case HttpStatusCode.Unauthorized:
                throw new PkiException($"The server {server} does not accept {proof}.");
            case HttpStatusCode.Conflict:
                throw new PkiException(MessageOf(body, answer.StatusCode));
            default:
                throw new PkiException($"The server {server} refused: {MessageOf(body, answer.StatusCode)}");
        }
        try
        {
            return JsonSerializer.Deserialize(body, JoinJson.Default.JoinGrant) ?? throw new JsonException("null");
        }
        catch (JsonException e)
        {
            throw new PkiException($"The answer of the server {server} cannot be understood: {e.Message}", e);
        }
    }

    private async Task<T> SendAsync<T>(Func<Task<T>> send, CancellationToken cancel)
    {
        try
        {
            return await send();
        }
        catch (HttpRequestException e)
        {
            throw new PkiException($"The server {server} cannot be reached: {(e.InnerException ?? e).Message}", e);
        }
        catch (OperationCanceledException e) when (!cancel.IsCancellationRequested)
        {
            throw new PkiException($"The server {server} did not answer within {Timeout.TotalSeconds} s.", e);
        }
    }

    private static string MessageOf(byte[] body, HttpStatusCode code)
    {
        try
        {
            return (string?)JsonNode.Parse(body)?["message"] ?? code.ToString();
        }
        catch (JsonException)
        {
            return code.ToString();
        }
    }
}
