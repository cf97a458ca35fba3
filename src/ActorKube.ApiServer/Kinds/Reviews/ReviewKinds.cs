using static ActorKube.ApiServer.Kinds.KindTable;

namespace ActorKube.ApiServer.Kinds.Reviews;

/// <summary>Questions about users and access: answered when posted, never stored.</summary>
internal static class ReviewKinds
{
    private const string Authentication = "authentication.k8s.io/v1";
    private const string Authorization = "authorization.k8s.io/v1";

    /// <summary>Who am I?</summary>
    public static KindStrategy SelfSubjectReview => (ClusterScoped(Authentication, "SelfSubjectReview", "selfsubjectreviews") with { Verbs = KindFacts.CreateOnly }).Generic();

    /// <summary>Whose token is this?</summary>
    public static KindStrategy TokenReview => (ClusterScoped(Authentication, "TokenReview", "tokenreviews") with { Verbs = KindFacts.CreateOnly }).Generic();

    /// <summary>May they, in this namespace?</summary>
    public static KindStrategy LocalSubjectAccessReview =>
        (Namespaced(Authorization, "LocalSubjectAccessReview", "localsubjectaccessreviews") with { Verbs = KindFacts.CreateOnly }).Generic();

    /// <summary>May I?</summary>
    public static KindStrategy SelfSubjectAccessReview =>
        (ClusterScoped(Authorization, "SelfSubjectAccessReview", "selfsubjectaccessreviews") with { Verbs = KindFacts.CreateOnly }).Generic();

    /// <summary>What may I?</summary>
    public static KindStrategy SelfSubjectRulesReview =>
        (ClusterScoped(Authorization, "SelfSubjectRulesReview", "selfsubjectrulesreviews") with { Verbs = KindFacts.CreateOnly }).Generic();

    /// <summary>May they?</summary>
    public static KindStrategy SubjectAccessReview =>
        (ClusterScoped(Authorization, "SubjectAccessReview", "subjectaccessreviews") with { Verbs = KindFacts.CreateOnly }).Generic();
}
