using System.Text.Json.Nodes;
using ActorKube.Api.Errors;
using ActorKube.Api.Json;
using ActorKube.Api.Names;
using ActorKube.Api.Objects;
using ActorKube.Api.Times;
using ActorKube.Api.Validation;
using ActorKube.ApiServer.Admission;
using ActorKube.ApiServer.Kinds;
using ActorKube.ApiServer.Pipeline;
using ActorKube.Protocol.Store;

namespace ActorKube.ApiServer.Verbs;

/// <summary>
/// Binding: assigns a pod to a node, once and for all; its generation stays, as upstream. The write carries the scheduler's epoch, so that a scheduler that lost its role cannot bind
/// (upstream: <c>pkg/registry/core/pod/storage</c>, <c>BindingREST</c>).
/// </summary>
internal sealed class BindingVerb(PipelineServices services)
{
    private static readonly GroupVersionKind Binding = new("", "v1", "Binding");
    private static readonly GroupVersionResource Pods = new("", "v1", "pods");
    private static readonly GroupResource Resource = new("", "pods/binding");
    private readonly BodyDecoder _decoder = new(services.Schemas);

    /// <summary>A binding posted to a pod.</summary>
    public async ValueTask<ApiResponse> ExecuteAsync(ApiRequest request, ServedResource pods, CancellationToken cancel)
    {
        var options = WriteOptions.Read(request.Query, "CreateOptions");
        var binding = _decoder.Decode(request, Binding, options.Validation);
        return await BindAsync(request, pods, binding, options, cancel);
    }

    /// <summary>A binding posted to the namespace; it names the pod itself.</summary>
    public async ValueTask<ApiResponse> ExecuteOnCollectionAsync(ApiRequest request, ServedResource bindings, CancellationToken cancel)
    {
        var options = WriteOptions.Read(request.Query, "CreateOptions");
        var binding = _decoder.Decode(request, Binding, options.Validation);
        var name = ObjectMetadata.Of(binding).Text("name") ?? "";
        var pods = services.Kinds.Find(Pods) ?? throw ApiErrors.NoSuchPath();
        return await BindAsync(request with { Name = name }, pods, binding, options, cancel);
    }

    private async ValueTask<ApiResponse> BindAsync(ApiRequest request, ServedResource pods, JsonObject binding, WriteOptions options, CancellationToken cancel)
    {
        var metadata = ObjectMetadata.Of(binding);
        ObjectMetadata.EnsureNamespace(metadata, request.Namespace);
        ObjectMetadata.EnsureName(metadata, request.Name);
        Validate(binding, request.Name);
        var admission = new AdmissionRequest(AdmissionOperation.Create, request, pods) { Object = binding, DryRun = options.DryRun };
        await services.Admission.MutateAsync(admission, cancel);
        await services.Admission.ValidateAsync(admission, cancel);
        var key = ObjectKeys.Of(request, pods);
        var current = await CurrentState.GetAsync(services, request, pods, key, ReadRevision.Parse(metadata.Text("resourceVersion")), cancel);
        while (true)
        {
            var pod = Assign(current, pods, binding);
            if (options.DryRun)
                return Done();
            var command = new ReplaceObject(key, current.Revision, StoredForm.Encode(pod, pods)) { Fence = Fence(request, pod) };
            var result = await services.Store.WriteAsync(new ResourceId(request.Workspace, pods.Storage), command, cancel);
            if (result.Committed)
            {
                StoredForm.Written(result.Object!, pod, pods, lasts: true);
                return Done();
            }
            if (result is not { Outcome: WriteOutcome.RevisionMismatch, Object: { } winner })
                throw WriteRefusal.Of(result, pods, request.Name);
            current = winner;
        }
    }

    private static void Validate(JsonObject binding, string name)
    {
        var errors = new FieldErrors();
        var target = binding.Object("target");
        if (target.Text("kind") is { Length: > 0 } kind and not "Node")
            errors.NotSupported(FieldPath.Of("target").Child("kind"), kind, "Node", "<empty>");
        if (string.IsNullOrEmpty(target.Text("name")))
            errors.Required(FieldPath.Of("target").Child("name"));
        else if (target.Text("kind") is null or "" or "Node")
            FieldRules.Form(target, "name", DnsNames.Subdomain, FieldPath.Of("target"), errors);
        errors.ThrowIfAny("", "Binding", name);
    }

    private JsonObject Assign(StoredObject current, ServedResource pods, JsonObject binding)
    {
        var metadata = ObjectMetadata.Of(binding);
        var name = current.Key.Name;
        if (metadata.Text("uid") is { Length: > 0 } uid && uid != current.Head.Uid)
            throw ApiErrors.Conflict(Resource, name, $"Precondition failed: UID in precondition: {uid}, UID in object meta: {current.Head.Uid}");
        if (ReadRevision.Parse(metadata.Text("resourceVersion")) is > 0 and var revision && revision != current.Revision)
            throw ApiErrors.Modified(Resource, name);
        if (current.Head.Deleted is not null)
            throw ApiErrors.Conflict(Resource, name, $"pod {name} is being deleted, cannot be assigned to a host");
        if (current.Field("spec.nodeName") is { Length: > 0 } node)
            throw ApiErrors.Conflict(Resource, name, $"pod {name} is already assigned to node \"{node}\"");
        var pod = StoredForm.Decode(current, pods);
        var spec = pod.ObjectOrNew("spec");
        if (spec.Array("schedulingGates") is { Count: > 0 })
            throw ApiErrors.Conflict(Resource, name, $"pod {name} has non-empty .spec.schedulingGates");
        spec["nodeName"] = binding.Object("target").Text("name");
        foreach (var part in (ReadOnlySpan<string>)["annotations", "labels"])
            foreach (var (key, value) in metadata.Object(part) ?? [])
                ObjectMetadata.Of(pod).ObjectOrNew(part)[key] = value?.DeepClone();
        var status = pod.ObjectOrNew("status");
        // What was hoped for is out of date now.
        status.Remove("nominatedNodeName");
        SetScheduled(status);
        return pod;
    }

    private void SetScheduled(JsonObject status)
    {
        var conditions = status.ArrayOrNew("conditions");
        var scheduled = conditions.OfType<JsonObject>().FirstOrDefault(static c => c.Text("type") == "PodScheduled");
        if (scheduled is null)
            conditions.Add(scheduled = new JsonObject { ["type"] = "PodScheduled" });
        else if (scheduled.Text("status") == "True")
            return;
        scheduled["status"] = "True";
        scheduled["lastProbeTime"] = null;
        scheduled["lastTransitionTime"] = KubeTime.Format(services.Time.GetUtcNow());
        scheduled.Remove("reason");
        scheduled.Remove("message");
    }

    private static Fence? Fence(ApiRequest request, JsonObject pod) =>
        request.Epoch is { } epoch ? new Fence($"scheduler/{pod.Object("spec").Text("schedulerName") ?? "default-scheduler"}", epoch) : null;

    private static DocumentResponse Done() => new(StatusDocument.Success(code: 201), 201);
}
