using System.Text.Json.Nodes;
using ActorKube.Api.Json;
using ActorKube.Api.Validation;
using ActorKube.ApiServer.Tables;

namespace ActorKube.ApiServer.Kinds.Rbac;

/// <summary>RoleBinding and ClusterRoleBinding: who has a role. Which role never changes, because who may change the subjects need not hold it (upstream: <c>ValidateRoleBinding</c>, <c>ValidateClusterRoleBinding</c>).</summary>
internal sealed class RoleBindingStrategy(KindFacts facts) : KindStrategy(facts)
{
    private const string Group = "rbac.authorization.k8s.io";
    private static readonly FieldPath Role = FieldPath.Of("roleRef");
    private static readonly string[] SubjectKinds = ["ServiceAccount", "User", "Group"];
    private readonly string[] _roleKinds = facts.Namespaced ? ["Role", "ClusterRole"] : ["ClusterRole"];

    /// <inheritdoc/>
    public override NameRule Names => ObjectNames.PathSegment;

    /// <inheritdoc/>
    public override bool AllowsCreateOnUpdate => true;

    /// <inheritdoc/>
    public override IReadOnlyList<TableColumn> Columns => RbacColumns.Bindings;

    /// <summary>Users and groups belong to this API group unless they say otherwise.</summary>
    public override void Default(JsonObject obj)
    {
        foreach (var (_, subject) in obj.Items("subjects"))
            if (subject.Text("kind") is "User" or "Group" && string.IsNullOrEmpty(subject.Text("apiGroup")))
                subject["apiGroup"] = Group;
    }

    /// <inheritdoc/>
    public override void Validate(JsonObject obj, FieldErrors errors)
    {
        var role = obj.Object("roleRef") ?? [];
        if (role.Text("apiGroup") is not Group and var group)
            errors.NotSupported(Role.Child("apiGroup"), group ?? "", Group);
        if (role.Text("kind") is var kind && !_roleKinds.Contains(kind))
            errors.NotSupported(Role.Child("kind"), kind ?? "", _roleKinds);
        if (FieldRules.Required(role, "name", Role, errors) is { } name)
            errors.Invalid(Role.Child("name"), name, KeyNames.PathSegment(name));
        foreach (var (i, subject) in obj.Items("subjects"))
            CheckSubject(subject, FieldPath.Of("subjects").Index(i), errors);
    }

    /// <inheritdoc/>
    public override void ValidateUpdate(JsonObject obj, JsonObject old, FieldErrors errors)
    {
        Validate(obj, errors);
        if (!ObjectParts.SamePart(obj, old, "roleRef"))
            errors.Invalid(Role, Shown(obj.Object("roleRef")), "cannot change roleRef");
    }

    private void CheckSubject(JsonObject subject, FieldPath path, FieldErrors errors)
    {
        var (name, group) = (FieldRules.Required(subject, "name", path, errors), subject.Text("apiGroup") ?? "");
        switch (subject.Text("kind"))
        {
            case "ServiceAccount":
                if (name is not null)
                    errors.Invalid(path.Child("name"), name, DnsNames.Subdomain(name));
                if (group.Length > 0)
                    errors.NotSupported(path.Child("apiGroup"), group, "");
                if (!Facts.Namespaced)
                    FieldRules.Required(subject, "namespace", path, errors);
                break;
            case "User" or "Group":
                if (group != Group)
                    errors.NotSupported(path.Child("apiGroup"), group, Group);
                break;
            case var kind:
                errors.NotSupported(path.Child("kind"), kind ?? "", SubjectKinds);
                break;
        }
    }

    // Upstream shows its own type, whose fields have no names in JSON.
    private static JsonObject Shown(JsonObject? role) => new() { ["APIGroup"] = role.Text("apiGroup") ?? "", ["Kind"] = role.Text("kind") ?? "", ["Name"] = role.Text("name") ?? "" };
}
