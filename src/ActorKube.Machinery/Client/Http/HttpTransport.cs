using System.Net;
using System.Net.Http.Headers;
using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using ActorKube.Api.Errors;

namespace ActorKube.Machinery.Client.Http;

/// <summary>Sends requests as somebody, and turns what goes wrong into API errors.</summary>
internal sealed class HttpTransport : IDisposable
{
    private readonly HttpConnectionOptions _options;
    private readonly HttpClient _http;

    public HttpTransport(HttpConnectionOptions options)
    {
        _options = options;
        _http = new HttpClient(Handler(options))
        {
            BaseAddress = options.Server.AbsoluteUri.EndsWith('/') ? options.Server : new Uri(options.Server.AbsoluteUri + "/"),
            Timeout = Timeout.InfiniteTimeSpan,
            DefaultRequestVersion = HttpVersion.Version20,
            DefaultVersionPolicy = HttpVersionPolicy.RequestVersionOrLower,
        };
        _http.DefaultRequestHeaders.UserAgent.ParseAdd(options.UserAgent);
        _http.DefaultRequestHeaders.Accept.Add(new MediaTypeWithQualityHeaderValue("application/json"));
    }

    /// <summary>Makes a call and reads its answer within the time that calls have.</summary>
    /// <exception cref="ApiException">The call failed, or its outcome is unknown.</exception>
    public async ValueTask<T> CallAsync<T>(HttpMethod method, string path, HttpBody body, Func<Stream, CancellationToken, ValueTask<T>> read, CancellationToken cancel)
    {
        using var limit = new CancellationTokenSource(_options.CallTimeout, _options.Time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancel, limit.Token);
        try
        {
            using var response = await SendAsync(method, path, body, either.Token);
            await using var stream = await response.Content.ReadAsStreamAsync(either.Token);
            return await read(stream, either.Token);
        }
        catch (OperationCanceledException) when (limit.IsCancellationRequested && !cancel.IsCancellationRequested)
        {
            throw ApiErrors.Timeout("the server did not answer in time");
        }
        catch (IOException)
        {
            throw ApiErrors.Timeout("the connection was lost in the middle of the answer");
        }
    }

    /// <summary>Sends a request and gives its response as soon as the headers are there; a failure is thrown.</summary>
    /// <exception cref="ApiException">The request failed, or its outcome is unknown.</exception>
    public async ValueTask<HttpResponseMessage> SendAsync(HttpMethod method, string path, HttpBody body, CancellationToken cancel)
    {
        var token = await TokenAsync(null, cancel);
        var response = await SendOnceAsync(method, path, body, token, cancel);
        if (response.StatusCode == HttpStatusCode.Unauthorized && token is not null && await TokenAsync(token, cancel) is { } newer && newer != token)
        {
            response.Dispose();
            response = await SendOnceAsync(method, path, body, newer, cancel);
        }
        if (response.IsSuccessStatusCode)
            return response;
        using (response)
            throw await FailedResponse.ReadAsync(response, cancel);
    }

    public void Dispose() => _http.Dispose();

    private async ValueTask<string?> TokenAsync(string? refused, CancellationToken cancel)
    {
        try
        {
            return _options.Token is { } source ? await source.GetAsync(refused, cancel) : null;
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException)
        {
            throw ApiErrors.ServiceUnavailable($"the token cannot be read: {unreadable.Message}");
        }
    }

    private async ValueTask<HttpResponseMessage> SendOnceAsync(HttpMethod method, string path, HttpBody body, string? token, CancellationToken cancel)
    {
        using var request = new HttpRequestMessage(method, path);
        if (token is not null)
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        if (!body.Content.IsEmpty)
        {
            request.Content = new ReadOnlyMemoryContent(body.Content);
            request.Content.Headers.ContentType = new MediaTypeHeaderValue(body.MediaType);
        }
        try
        {
            return await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancel);
        }
        catch (HttpRequestException failure)
        {
            throw FailedResponse.OfTransport(failure, changesNothing: method == HttpMethod.Get);
        }
    }

    private static SocketsHttpHandler Handler(HttpConnectionOptions options)
    {
        var handler = new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            EnableMultipleHttp2Connections = true,
            // A watch on a dead connection would wait for ever.
            KeepAlivePingDelay = TimeSpan.FromSeconds(15),
            KeepAlivePingTimeout = TimeSpan.FromSeconds(10),
            SslOptions = new SslClientAuthenticationOptions { CertificateRevocationCheckMode = X509RevocationMode.NoCheck },
        };
        if (options.Authorities.Count > 0)
        {
            var policy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck, DisableCertificateDownloads = true };
            policy.CustomTrustStore.AddRange(options.Authorities.ToArray());
            handler.SslOptions.CertificateChainPolicy = policy;
        }
        if (options.ClientCertificate is { } certificate)
            handler.SslOptions.LocalCertificateSelectionCallback = (_, _, _, _, _) => certificate;
        return handler;
    }
}

/// <summary>A request's body.</summary>
/// <param name="Content">The bytes; empty for none.</param>
/// <param name="MediaType">What they are.</param>
internal readonly record struct HttpBody(ReadOnlyMemory<byte> Content, string MediaType = "application/json");
