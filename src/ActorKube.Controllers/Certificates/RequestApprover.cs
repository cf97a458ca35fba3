using System.Text.Json.Nodes;
using ActorKube.Api.Certificates;
using ActorKube.Api.Errors;
using ActorKube.Api.Names;
using ActorKube.Machinery.Client;
using ActorKube.Machinery.Objects;
using ActorKube.Machinery.Reconciling;

namespace ActorKube.Controllers.Certificates;

/// <summary>
/// Approves client certificates of nodes for those who may ask for them: a node for its own (<c>selfnodeclient</c>), others for any (<c>nodeclient</c>). Upstream:
/// <c>pkg/controller/certificates/approver</c>.
/// </summary>
internal sealed class RequestApprover : IReconciler
{
    private static readonly GroupVersionResource Requests = WellKnownResources.CertificateSigningRequests;

    private static readonly (string Permission, bool Own, string Message)[] Ways =
    [
        ("selfnodeclient", true, "Auto approving self kubelet client certificate after SubjectAccessReview."),
        ("nodeclient", false, "Auto approving kubelet client certificate after SubjectAccessReview."),
    ];

    public string Name => "certificatesigningrequest-approving-controller";

    public IReadOnlyList<WatchSpec> WatchesOf(IReadOnlyList<ServedResource> served) => [WatchSpec.Itself(Requests)];

    public Plan Reconcile(ReconcileContext context)
    {
        if (context.Find(Requests)?.As<RequestView>() is not { Signer: SignerNames.ApiServerClientKubelet, IsDecided: false, Certificate: [] } view)
            return Plan.Nothing;
        if (view.Read(out var unreadable) is not { } asked)
            return new PlanBuilder().RetryBecause(unreadable).Build();
        if (SignerRules.Fault(view.Signer, asked, view.Usages) is not null)
            return Plan.Nothing;
        var tried = new List<string>();
        foreach (var (permission, own, message) in Ways)
        {
            if (own && view.User != asked.Subject.CommonName)
                continue;
            var question = LiveRead.Review(WellKnownResources.SubjectAccessReviews, Question(view, permission));
            if (context.Live[question] is not { } answer)
                return Plan.Ask(question);
            if (answer.Error is { } error)
                return new PlanBuilder().RetryBecause(error.Message).Build();
            if (answer.Object?.Edit().Flag("status", "allowed") == true)
                return new PlanBuilder()
                    .Because($"{view.User} may create {permission}")
                    .Do(new UpdateStep(ObjectAddress.Of(Requests, context.Key, "approval"), view.With("Approved", "AutoApproved", message).Encode()) { Tolerates = [StatusReason.NotFound] })
                    .Build();
            tried.Add(permission);
        }
        // The permission may come later; nothing tells when.
        return new PlanBuilder().RetryBecause($"recognized csr \"{context.Key.Name}\" as [{string.Join(' ', tried)}] but subject access review was not approved").Build();
    }

    private static string Question(RequestView view, string permission)
    {
        var spec = view.Object.Edit()["spec"]!;
        var asks = new JsonObject
        {
            ["user"] = view.User,
            ["resourceAttributes"] = new JsonObject { ["group"] = Requests.Group, ["resource"] = Requests.Plural, ["subresource"] = permission, ["verb"] = "create" },
        };
        foreach (var field in (string[])["uid", "groups", "extra"])
            if (spec[field] is { } value)
                asks[field] = value.DeepClone();
        return new JsonObject { ["apiVersion"] = "authorization.k8s.io/v1", ["kind"] = "SubjectAccessReview", ["spec"] = asks }.ToJsonString();
    }
}
