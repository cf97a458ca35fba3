using ActorKube.ApiServer.Tables;
using static ActorKube.ApiServer.Kinds.KindTable;

namespace ActorKube.ApiServer.Kinds.Admission;

/// <summary>admissionregistration.k8s.io/v1.</summary>
internal static class AdmissionKinds
{
    private const string V1 = "admissionregistration.k8s.io/v1";
    private const string PoliciesWait = "admission policies are stored but not enforced yet";
    private const string WebhooksWait = "admission webhooks are stored but not called yet";

    /// <summary>Changes requests by expressions.</summary>
    public static KindStrategy MutatingAdmissionPolicy => Of(ClusterScoped(V1, "MutatingAdmissionPolicy", "mutatingadmissionpolicies"), AdmissionColumns.MutatingPolicies);

    /// <summary>Where such a policy applies.</summary>
    public static KindStrategy MutatingAdmissionPolicyBinding => Of(ClusterScoped(V1, "MutatingAdmissionPolicyBinding", "mutatingadmissionpolicybindings"), AdmissionColumns.Bindings);

    /// <summary>Has requests changed by others.</summary>
    public static KindStrategy MutatingWebhookConfiguration => Webhooks(ClusterScoped(V1, "MutatingWebhookConfiguration", "mutatingwebhookconfigurations"));

    /// <summary>Checks requests by expressions.</summary>
    public static KindStrategy ValidatingAdmissionPolicy => Of(ClusterScoped(V1, "ValidatingAdmissionPolicy", "validatingadmissionpolicies").WithStatus(), AdmissionColumns.ValidatingPolicies);

    /// <summary>Where such a policy applies.</summary>
    public static KindStrategy ValidatingAdmissionPolicyBinding => Of(ClusterScoped(V1, "ValidatingAdmissionPolicyBinding", "validatingadmissionpolicybindings"), AdmissionColumns.Bindings);

    /// <summary>Has requests checked by others.</summary>
    public static KindStrategy ValidatingWebhookConfiguration => Webhooks(ClusterScoped(V1, "ValidatingWebhookConfiguration", "validatingwebhookconfigurations"));

    private static GenericStrategy Webhooks(KindFacts facts) =>
        new(facts.In(ApiExtensions).Counted()) { ShownAs = AdmissionColumns.Webhooks, Unconditional = false, NotEnforced = WebhooksWait, Rules = WebhookRules.Check };

    private static GenericStrategy Of(KindFacts facts, IReadOnlyList<TableColumn> columns) =>
        new(facts.In(ApiExtensions).Counted()) { ShownAs = columns, Unconditional = false, StatusAlone = true, NotEnforced = PoliciesWait };
}
