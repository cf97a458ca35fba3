using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using ActorKube.Api.Errors;
using ActorKube.Machinery.Client;
using ActorKube.Machinery.Times;
using ActorKube.NodeAgent.Setup;
using k8s.Models;

namespace ActorKube.NodeAgent.Volumes;

/// <summary>
/// Tokens of service accounts, asked for through TokenRequest, bound to their pod and kept until four fifths of their life have passed or they are a day old; when a
/// renewal fails, a token that is still valid stands. Their life is measured from when they were asked for, so that neither a clock that is set nor one that differs from the server's makes them old.
/// </summary>
internal sealed class PodTokens(IResourceClient client, TimeProvider time) : IPodTokens
{
    private static readonly TimeSpan OldestUse = TimeSpan.FromHours(24);

    private readonly SteadyTime _time = new(time);
    private readonly Dictionary<Request, Issued> _issued = [];
    private readonly Lock _gate = new();

    /// <inheritdoc/>
    public async ValueTask<string> GetAsync(V1Pod pod, string audience, long expirationSeconds, CancellationToken cancel)
    {
        var request = new Request(pod.Metadata.Uid, pod.Spec.ServiceAccountName ?? "default", audience, expirationSeconds);
        Issued? known;
        lock (_gate)
            _issued.TryGetValue(request, out known);
        var now = _time.GetUtcNow();
        if (known is not null && now < known.RenewAt)
            return known.Token;
        try
        {
            var issued = await AskAsync(pod, request, now, cancel);
            lock (_gate)
                _issued[request] = issued;
            return issued.Token;
        }
        catch (ApiException error)
        {
            if (known is not null && now < known.ExpiresAt)
                return known.Token;
            throw SetupException.Config($"failed to fetch token: {error.Message}");
        }
    }

    /// <summary>Forgets the tokens of a pod.</summary>
    public void Forget(string podUid)
    {
        lock (_gate)
            foreach (var request in _issued.Keys.Where(r => r.PodUid == podUid).ToArray())
                _issued.Remove(request);
    }

    private async Task<Issued> AskAsync(V1Pod pod, Request request, DateTimeOffset now, CancellationToken cancel)
    {
        var spec = new JsonObject
        {
            ["audiences"] = request.Audience.Length > 0 ? new JsonArray(request.Audience) : new JsonArray(),
            ["expirationSeconds"] = request.Seconds,
            ["boundObjectRef"] = new JsonObject { ["apiVersion"] = "v1", ["kind"] = "Pod", ["name"] = pod.Metadata.Name, ["uid"] = pod.Metadata.Uid },
        };
        var body = new JsonObject { ["apiVersion"] = "authentication.k8s.io/v1", ["kind"] = "TokenRequest", ["spec"] = spec };
        var answer = await client.CreateAsync(
            new ObjectAddress(WellKnownResources.ServiceAccounts, pod.Metadata.NamespaceProperty, request.Account, "token"), Encoding.UTF8.GetBytes(body.ToJsonString()), null, cancel);
        using var document = JsonDocument.Parse(answer.Json);
        // The server may give another life than was asked for, and says so.
        var given = document.RootElement.TryGetProperty("spec", out var asked) && asked.TryGetProperty("expirationSeconds", out var seconds) ? seconds.GetInt64() : request.Seconds;
        var life = TimeSpan.FromSeconds(given);
        var kept = life * 0.8;
        return new Issued(document.RootElement.GetProperty("status").GetProperty("token").GetString()!, now + (kept < OldestUse ? kept : OldestUse), now + life);
    }

    private readonly record struct Request(string PodUid, string Account, string Audience, long Seconds);

    private sealed record Issued(string Token, DateTimeOffset RenewAt, DateTimeOffset ExpiresAt);
}
