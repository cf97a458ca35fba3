using System.Text.Json.Nodes;
using ActorKube.Api.Json;
using ActorKube.Api.Names;
using ActorKube.Api.Objects;
using ActorKube.Api.Users;
using ActorKube.ApiServer.Kinds;
using ActorKube.Machinery.Volumes;
using ActorKube.Protocol.Store;

namespace ActorKube.ApiServer.Security.Nodes;

/// <summary>
/// For whom a node may ask for tokens of a pod's account: those whom the pod itself means its tokens for, in a projected volume or by the driver of a volume, and those whom an
/// administrator has allowed it. An agent that was taken over is to get no more than its pods have (upstream: <c>ServiceAccountNodeAudienceRestriction</c>).
/// </summary>
internal sealed class TokenAudiences(IObjectLookup lookup, IAuthorizer authorizer)
{
    private const string Verb = "request-serviceaccounts-token-audience";
    private static readonly GroupResource Drivers = new("storage.k8s.io", "csidrivers");

    /// <summary>Null when the node may, else why not.</summary>
    /// <param name="user">The node's agent.</param>
    /// <param name="account">Whose token is asked for.</param>
    /// <param name="pod">The pod that it is bound to.</param>
    /// <param name="tokenRequest">The request, as it was sent.</param>
    /// <param name="cancel">Ends look-ups.</param>
    public async ValueTask<string?> RefusalAsync(UserInfo user, string account, StoredObject pod, JsonObject? tokenRequest, CancellationToken cancel)
    {
        var audiences = tokenRequest.Object("spec").Texts("audiences").ToArray();
        if (audiences.Length > 1)
            return "node may only request 0 or 1 audiences";
        var audience = audiences.Length == 0 ? "" : audiences[0];
        if (await IsMeantAsync(pod, audience, cancel) || await IsAllowedAsync(user, account, pod.Key.Namespace, audience, cancel))
            return null;
        return $"audience {GoText.Quote(audience)} not found in pod spec volume, {user.Name} is not authorized to request tokens for this audience";
    }

    private async ValueTask<bool> IsMeantAsync(StoredObject pod, string audience, CancellationToken cancel)
    {
        var drivers = new HashSet<string>();
        foreach (var (_, volume) in ObjectTrees.Of(pod).Object("spec").Items("volumes"))
        {
            foreach (var (_, source) in volume.Object("projected").Items("sources"))
                if (source.Object("serviceAccountToken") is { } token && (token.Text("audience") ?? "") == audience)
                    return true;
            if (await DriverAsync(pod.Key, volume, cancel) is { Length: > 0 } driver && drivers.Add(driver) && await AsksForAsync(driver, audience, cancel))
                return true;
        }
        return false;
    }

    private async ValueTask<string?> DriverAsync(ObjectKey pod, JsonObject volume, CancellationToken cancel)
    {
        if (volume.Object("csi") is { } csi)
            return csi.Text("driver");
        var claim = volume.Object("ephemeral") is not null ? PodClaims.EphemeralName(pod.Name, volume.Text("name") ?? "") : volume.Object("persistentVolumeClaim").Text("claimName");
        if (string.IsNullOrEmpty(claim))
            return null;
        var bound = await lookup.FindAsync(SecurityResources.PersistentVolumeClaims, new ObjectKey(pod.Namespace, claim), ReadAt.Latest, cancel);
        if (bound?.Field("spec.volumeName") is not { Length: > 0 } name)
            return null;
        var found = await lookup.FindAsync(SecurityResources.PersistentVolumes, new ObjectKey("", name), ReadAt.Latest, cancel);
        return found?.Field("spec.csi.driver");
    }

    private async ValueTask<bool> AsksForAsync(string driver, string audience, CancellationToken cancel) =>
        await lookup.FindAsync(Drivers, new ObjectKey("", driver), ReadAt.Latest, cancel) is { } found
        && ObjectTrees.Of(found).Object("spec").Items("tokenRequests").Any(r => (r.Item.Text("audience") ?? "") == audience);

    private async ValueTask<bool> IsAllowedAsync(UserInfo user, string account, string ns, string audience, CancellationToken cancel)
    {
        var question = new AccessAttributes { User = user, Verb = Verb, Group = "", Version = "v1", Resource = audience, Namespace = ns, Name = account };
        return (await authorizer.AuthorizeAsync(question, cancel)).Verdict == AccessVerdict.Allow;
    }
}
