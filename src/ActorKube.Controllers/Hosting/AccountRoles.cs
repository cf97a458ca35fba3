using ActorKube.Api.Certificates;
using ActorKube.Machinery.Objects;

namespace ActorKube.Controllers.Hosting;

/// <summary>The roles of the controllers of accounts, their roles, certificates and tokens.</summary>
internal static class AccountRoles
{
    public static readonly ControllerRole ServiceAccount = new("service-account-controller",
    [
        PolicyRule.Of("create", "-", "serviceaccounts"),
        PolicyRule.Events,
    ]);

    public static readonly ControllerRole Certificate = new("certificate-controller",
    [
        PolicyRule.Of("get list watch delete", "certificates.k8s.io", "certificatesigningrequests"),
        PolicyRule.Of("update", "certificates.k8s.io", "certificatesigningrequests/status certificatesigningrequests/approval"),
        PolicyRule.Of("approve", "certificates.k8s.io", "signers") with { Names = [SignerNames.ApiServerClientKubelet] },
        PolicyRule.Of("sign", "certificates.k8s.io", "signers") with
        {
            Names = [SignerNames.LegacyUnknown, SignerNames.ApiServerClient, SignerNames.ApiServerClientKubelet, SignerNames.KubeletServing],
        },
        PolicyRule.Of("create", "authorization.k8s.io", "subjectaccessreviews"),
        PolicyRule.Events,
    ]);

    // As upstream: what makes tokens works as kube-controller-manager itself.
    public static readonly ControllerRole Token = new("kube-controller-manager", []) { User = ControllerServices.InformerUser, HasClusterRole = false };

    public static readonly ControllerRole UnusedToken = new("legacy-service-account-token-cleaner",
    [
        PolicyRule.Of("get", "-", "configmaps") with { Names = [LegacyTokens.Tracking.Name] },
        PolicyRule.Of("patch delete", "-", "secrets"),
    ]);

    // Roles in kube-system and kube-public.
    public static ControllerRole Bootstrap(string account) => new(account, []) { HasClusterRole = false };

    public static readonly ControllerRole Aggregation = new("clusterrole-aggregation-controller", [PolicyRule.Of("escalate get list watch update patch", "rbac.authorization.k8s.io", "clusterroles")]);

    public static readonly ControllerRole RootCa = new("root-ca-cert-publisher",
    [
        PolicyRule.Of("create update", "-", "configmaps"),
        PolicyRule.Events,
    ]);
}
