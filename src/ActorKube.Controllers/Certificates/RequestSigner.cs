using System.Security.Cryptography;
using System.Text;
using ActorKube.Api.Errors;
using ActorKube.Api.Names;
using ActorKube.Controllers.Hosting;
using ActorKube.Machinery.Client;
using ActorKube.Machinery.Objects;
using ActorKube.Machinery.Reconciling;

namespace ActorKube.Controllers.Certificates;

/// <summary>
/// Issues approved requests of the cluster's own signers; one that breaks the signer's rules is marked as failed. Upstream: <c>pkg/controller/certificates/signer</c>. It is the one reconciler whose
/// plan differs from one look to the next, by serial number and signature; the API server takes the first certificate and no other.
/// </summary>
/// <param name="sign">Signs with the key of the process that it runs in.</param>
/// <param name="longest">Life of certificates that do not ask for less.</param>
internal sealed class RequestSigner(CertificateSigner sign, TimeSpan longest) : IReconciler
{
    private static readonly TimeSpan Shortest = TimeSpan.FromMinutes(10);
    private static readonly GroupVersionResource Requests = WellKnownResources.CertificateSigningRequests;

    public string Name => "certificatesigningrequest-signing-controller";

    public IReadOnlyList<WatchSpec> WatchesOf(IReadOnlyList<ServedResource> served) => [WatchSpec.Itself(Requests)];

    public Plan Reconcile(ReconcileContext context)
    {
        if (context.Find(Requests)?.As<RequestView>() is not { IsApproved: true, HasFailed: false, Certificate: [] } view || !SignerRules.Knows(view.Signer))
            return Plan.Nothing;
        if (view.Read(out var unreadable) is not { } asked)
            return new PlanBuilder().RetryBecause(unreadable).Build();
        var status = ObjectAddress.Of(Requests, context.Key, "status");
        if (SignerRules.Fault(view.Signer, asked, view.Usages) is { } fault)
            return new PlanBuilder()
                .Because(fault)
                .Do(new UpdateStep(status, view.With("Failed", "SignerValidationFailure", fault).Encode()) { Tolerates = [StatusReason.NotFound] })
                .Build();
        try
        {
            var json = view.Object.Edit();
            json.Child("status")["certificate"] = Convert.ToBase64String(Encoding.ASCII.GetBytes(sign(view.Signer, asked, view.Usages, LifetimeOf(view))));
            return new PlanBuilder().Because("it is approved").Do(new UpdateStep(status, json.Encode()) { Tolerates = [StatusReason.NotFound] }).Build();
        }
        catch (CryptographicException e)
        {
            return new PlanBuilder().RetryBecause($"error auto signing csr: {e.Message}").Build();
        }
    }

    private TimeSpan LifetimeOf(RequestView view) =>
        view.Seconds is not { } seconds || seconds >= longest.TotalSeconds ? longest
        : seconds < Shortest.TotalSeconds ? Shortest
        : TimeSpan.FromSeconds(seconds);
}
