using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using ActorKube.Api.Errors;
using ActorKube.Api.Names;
using ActorKube.Machinery.Client;
using ActorKube.Machinery.Reconciling;
using ActorKube.Machinery.Times;

namespace ActorKube.Controllers.Certificates;

/// <summary>
/// Deletes requests that are of no use any more: issued, denied and failed ones an hour after that happened, those nobody looked at after a day, and issued ones whose certificate has ended. Upstream:
/// <c>pkg/controller/certificates/cleaner</c>, which looks once an hour; here each goes when its time is over.
/// </summary>
internal sealed class RequestCleaner : IReconciler
{
    private static readonly TimeSpan AfterDecision = TimeSpan.FromHours(1);
    private static readonly TimeSpan WhilePending = TimeSpan.FromHours(24);
    private static readonly GroupVersionResource Requests = WellKnownResources.CertificateSigningRequests;

    public string Name => "certificatesigningrequest-cleaner-controller";

    public IReadOnlyList<WatchSpec> WatchesOf(IReadOnlyList<ServedResource> served) => [WatchSpec.Itself(Requests)];

    public Plan Reconcile(ReconcileContext context)
    {
        if (context.Find(Requests)?.As<RequestView>() is not { Object.Head.Deleted: null } view || Ends(view, context.Now).ToArray() is not { Length: > 0 } ends)
            return Plan.Nothing;
        var (left, why) = ends.MinBy(static e => e.Left);
        if (left > TimeSpan.Zero)
            return new PlanBuilder().Again(left).Build();
        return new PlanBuilder()
            .Because(why)
            .Do(new DeleteStep(ObjectAddress.Of(Requests, context.Key), new DeleteOptions { Uid = view.Object.Head.Uid }) { Tolerates = [StatusReason.NotFound, StatusReason.Conflict] })
            .Build();
    }

    private static IEnumerable<(TimeSpan Left, string Why)> Ends(RequestView view, Present now)
    {
        if (view.Conditions.IsEmpty && view.Created < DateTimeOffset.MaxValue)
            yield return (WhilePending - now.Since(view.Created), "nobody has decided for a day");
        var isIssued = view.Certificate.Length > 0;
        foreach (var condition in view.Conditions)
        {
            var why = condition.Type switch
            {
                "Approved" when isIssued => "it was issued an hour ago",
                "Denied" => "it was denied an hour ago",
                "Failed" => "it failed an hour ago",
                _ => null,
            };
            if (why is not null && condition.LastUpdate is { } at)
                yield return (AfterDecision - now.Since(at), why);
            if (condition.Type == "Approved" && isIssued && EndOf(view.Certificate) is { } end)
                yield return (end - now, "its certificate has ended");
        }
    }

    private static DateTimeOffset? EndOf(byte[] pem)
    {
        try
        {
            using var certificate = X509Certificate2.CreateFromPem(Encoding.Latin1.GetString(pem));
            return new DateTimeOffset(certificate.NotAfter);
        }
        catch (CryptographicException)
        {
            // Some foreign signer's; it goes by its age alone.
            return null;
        }
    }
}
