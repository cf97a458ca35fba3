using System.Text.Json.Nodes;
using ActorKube.Api.Json;
using ActorKube.Api.Names;
using ActorKube.Api.Objects;
using ActorKube.ApiServer.Kinds.Core.Pods;
using ActorKube.ApiServer.Kinds;
using ActorKube.ApiServer.Pipeline;
using ActorKube.ApiServer.Security.Nodes;

namespace ActorKube.ApiServer.Admission;

/// <summary>
/// Every pod runs as a service account that exists; unless one of the two objects, its token is mounted into all containers, and its pull secrets are the pod's own when
/// the pod names none (upstream: <c>plugin/pkg/admission/serviceaccount</c>).
/// </summary>
internal sealed class ServiceAccountAdmission(ObjectLookup lookup, IIdentitySource identities, TimeProvider time) : IAdmissionPlugin
{
    private const string DefaultAccount = "default";
    private const string EphemeralContainers = "ephemeralcontainers";
    private const int SuffixLength = 5;
    private const int DefaultAttempts = 10;
    private static readonly TimeSpan ShortestPause = TimeSpan.FromMilliseconds(100);
    private static readonly GroupResource Accounts = new("", "serviceaccounts");

    /// <inheritdoc/>
    public string Name => "ServiceAccount";

    /// <inheritdoc/>
    public bool Handles(AdmissionOperation operation, ServedResource served, string subresource) =>
        operation == AdmissionOperation.Create && PodRequests.IsPod(served, subresource)
        || operation == AdmissionOperation.Update && subresource == EphemeralContainers;

    /// <inheritdoc/>
    public async ValueTask<bool> MutateAsync(AdmissionRequest request, CancellationToken cancel)
    {
        if (request.Operation == AdmissionOperation.Update)
            return false;
        var spec = request.Object!.ObjectOrNew("spec");
        if (IsMirror(request.Object!))
            return RefuseReferences(request, spec);
        var name = spec.Text("serviceAccountName") is { Length: > 0 } named ? named : DefaultAccount;
        var account = await AccountAsync(request, name, cancel)
            ?? throw request.Forbid($"error looking up service account {request.Namespace}/{name}: serviceaccount \"{name}\" not found");
        spec["serviceAccountName"] = name;
        spec["serviceAccount"] = name;
        if ((spec.Bool("automountServiceAccountToken") ?? AutomountOf(account)) && AnyContainerMounts(spec))
            MountToken(spec);
        if (spec.Array("imagePullSecrets") is null or { Count: 0 } && PullSecretsOf(account) is { Count: > 0 } secrets)
            spec["imagePullSecrets"] = secrets;
        return true;
    }

    /// <inheritdoc/>
    public async ValueTask ValidateAsync(AdmissionRequest request, CancellationToken cancel)
    {
        var pod = request.Object!;
        var name = pod.Object("spec").Text("serviceAccountName") ?? "";
        if (IsMirror(pod) || name.Length == 0)
            return;
        var account = await lookup.FindAsync(request.Workspace, Accounts, new ObjectKey(request.Namespace, name), cancel);
        if (account is not null && MountableSecrets.IsEnforced(account) && MountableSecrets.Fault(pod, account, request.Subresource == EphemeralContainers) is { } fault)
            throw request.Forbid(fault);
    }

    // In a new namespace the controller may not have made the default account yet: it is given a second or two.
    private async ValueTask<StoredObject?> AccountAsync(AdmissionRequest request, string name, CancellationToken cancel)
    {
        for (var attempt = 1; ; attempt++)
        {
            var found = await lookup.FindAsync(request.Workspace, Accounts, new ObjectKey(request.Namespace, name), cancel);
            if (found is not null || name != DefaultAccount || attempt == DefaultAttempts)
                return found;
            await Task.Delay(ShortestPause * (1 + identities.NextJitter()), time, cancel);
        }
    }

    // A node that could mirror pods with references would read any secret through them.
    private static bool RefuseReferences(AdmissionRequest request, JsonObject spec)
    {
        if (!string.IsNullOrEmpty(spec.Text("serviceAccountName")))
            throw request.Forbid("a mirror pod may not reference service accounts");
        if (PodReferences.Read(JsonEncoder.Encode(request.Object!)).Any(static r => r.Kind == PodReferences.Kind.Secret))
            throw request.Forbid("a mirror pod may not reference secrets");
        foreach (var volume in (spec.Array("volumes") ?? []).OfType<JsonObject>())
            if ((volume.Object("projected").Array("sources") ?? []).OfType<JsonObject>().Any(static s => s.Object("serviceAccountToken") is not null))
                throw request.Forbid("a mirror pod may not use ServiceAccountToken volume projections");
        return false;
    }

    private static bool IsMirror(JsonObject pod) => PodAnnotationRules.IsMirror(pod.Object("metadata"));

    private static bool AutomountOf(StoredObject account) => account.Field("automountServiceAccountToken") != "false";

    private static JsonArray? PullSecretsOf(StoredObject account) =>
        JsonDecoder.Decode(account.Json.Span).RequireObject().Array("imagePullSecrets")?.DeepClone() as JsonArray;

    private static bool AnyContainerMounts(JsonObject spec) => Containers(spec).Any(static c => !MountsToken(c));

    private void MountToken(JsonObject spec)
    {
        var volumes = spec.ArrayOrNew("volumes");
        var name = volumes.OfType<JsonObject>().Select(static v => v.Text("name")).FirstOrDefault(static n => n?.StartsWith(TokenVolume.Prefix, StringComparison.Ordinal) == true);
        if (name is null)
        {
            name = TokenVolume.Prefix + Suffix();
            volumes.Add(TokenVolume.Create(name));
        }
        foreach (var container in Containers(spec))
        {
            if (MountsToken(container))
                continue;
            container.ArrayOrNew("volumeMounts").Add(new JsonObject { ["name"] = name, ["readOnly"] = true, ["mountPath"] = TokenVolume.MountPath });
        }
    }

    private string Suffix()
    {
        Span<char> suffix = stackalloc char[SuffixLength];
        identities.NewSuffix(suffix);
        return new string(suffix);
    }

    private static bool MountsToken(JsonObject container) =>
        (container.Array("volumeMounts") ?? []).OfType<JsonObject>().Any(static m => m.Text("mountPath") == TokenVolume.MountPath);

    private static IEnumerable<JsonObject> Containers(JsonObject spec) =>
        (spec.Array("initContainers") ?? []).Concat(spec.Array("containers") ?? []).OfType<JsonObject>();
}
