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
    public static KindStrategy MutatingAdmissionPolicy =>
        Of(ClusterScoped(V1, "MutatingAdmissionPolicy", "mutatingadmissionpolicies"), PoliciesWait, AdmissionColumns.Policy("Mutations", "mutations"));

    /// <summary>Where such a policy applies.</summary>
    public static KindStrategy MutatingAdmissionPolicyBinding =>
        Of(ClusterScoped(V1, "MutatingAdmissionPolicyBinding", "mutatingadmissionpolicybindings"), PoliciesWait, AdmissionColumns.Binding);

    /// <summary>Has requests changed by others.</summary>
    public static KindStrategy MutatingWebhookConfiguration =>
        Of(ClusterScoped(V1, "MutatingWebhookConfiguration", "mutatingwebhookconfigurations"), WebhooksWait, AdmissionColumns.Webhooks);

    /// <summary>Checks requests by expressions.</summary>
    public static KindStrategy ValidatingAdmissionPolicy =>
        Of(ClusterScoped(V1, "ValidatingAdmissionPolicy", "validatingadmissionpolicies").WithStatus(), PoliciesWait, AdmissionColumns.Policy("Validations", "validations"));

    /// <summary>Where such a policy applies.</summary>
    public static KindStrategy ValidatingAdmissionPolicyBinding =>
        Of(ClusterScoped(V1, "ValidatingAdmissionPolicyBinding", "validatingadmissionpolicybindings"), PoliciesWait, AdmissionColumns.Binding);

    /// <summary>Has requests checked by others.</summary>
    public static KindStrategy ValidatingWebhookConfiguration =>
        Of(ClusterScoped(V1, "ValidatingWebhookConfiguration", "validatingwebhookconfigurations"), WebhooksWait, AdmissionColumns.Webhooks);

    private static GenericStrategy Of(KindFacts facts, string notEnforced, IReadOnlyList<TableColumn> columns) =>
        new(facts.In(ApiExtensions).Counted()) { Unconditional = false, NotEnforced = notEnforced, ShownAs = columns };
}
