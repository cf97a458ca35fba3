using System.Collections.Immutable;
using ActorKube.Api.Json;
using ActorKube.Api.Names;
using ActorKube.Api.Users;

namespace ActorKube.ApiServer.Security.Rbac;

/// <summary>One subject's part in one binding.</summary>
/// <param name="Binding">The binding.</param>
/// <param name="Role">The role it grants.</param>
/// <param name="Subject">The subject as the index knows it.</param>
/// <param name="Reason">Why a request is allowed by it, in upstream's words.</param>
internal sealed record Grant(RbacBinding Binding, ObjectKey Role, string Subject, string Reason)
{
    public const string UserSubject = "u:";
    public const string GroupSubject = "g:";

    /// <summary>Null for subjects that stand for nobody: unknown kinds, and service accounts of no namespace.</summary>
    public static Grant? Create(RbacBinding binding, RbacSubject subject)
    {
        var ns = subject.Namespace.Length > 0 ? subject.Namespace : binding.Key.Namespace;
        var who = subject.Kind switch
        {
            "User" => UserSubject + subject.Name,
            "Group" => GroupSubject + subject.Name,
            "ServiceAccount" when ns.Length > 0 => UserSubject + WellKnownUsers.ServiceAccount(ns, subject.Name),
            _ => null,
        };
        if (who is null)
            return null;
        // Upstream writes name before namespace here, in bindings and in service accounts.
        var subjectText = subject.Kind == "ServiceAccount" ? GoText.Quote($"{subject.Name}/{ns}") : GoText.Quote(subject.Name);
        var bindingText = binding.Key.Namespace.Length == 0 ? $"ClusterRoleBinding {GoText.Quote(binding.Key.Name)}" : $"RoleBinding {GoText.Quote($"{binding.Key.Name}/{binding.Key.Namespace}")}";
        return new Grant(
            binding,
            RbacPolicy.KeyOf(binding.Role, binding.Key.Namespace),
            who,
            $"RBAC: allowed by {bindingText} of {binding.Role.Kind} {GoText.Quote(binding.Role.Name)} to {subject.Kind} {subjectText}");
    }
}

/// <summary>Everything that bindings grant one subject.</summary>
internal sealed record SubjectGrants(ImmutableDictionary<string, Grant> Cluster, ImmutableDictionary<string, ImmutableDictionary<string, Grant>> Namespaces)
{
    public static readonly SubjectGrants None = new(ImmutableDictionary<string, Grant>.Empty, ImmutableDictionary<string, ImmutableDictionary<string, Grant>>.Empty);

    public bool IsEmpty => Cluster.IsEmpty && Namespaces.IsEmpty;

    /// <summary>Grants of one namespace, or (null) cluster-wide ones.</summary>
    public IEnumerable<Grant> In(string? ns) => ns is null ? Cluster.Values : Namespaces.TryGetValue(ns, out var grants) ? grants.Values : [];

    /// <summary>A binding may name a subject twice: the first mention counts.</summary>
    public SubjectGrants With(Grant grant)
    {
        var (ns, name) = grant.Binding.Key;
        if (ns.Length == 0)
            return Cluster.ContainsKey(name) ? this : this with { Cluster = Cluster.Add(name, grant) };
        var known = Namespaces.GetValueOrDefault(ns, ImmutableDictionary<string, Grant>.Empty);
        return known.ContainsKey(name) ? this : this with { Namespaces = Namespaces.SetItem(ns, known.Add(name, grant)) };
    }

    public SubjectGrants Without(ObjectKey binding)
    {
        if (binding.Namespace.Length == 0)
            return this with { Cluster = Cluster.Remove(binding.Name) };
        if (!Namespaces.TryGetValue(binding.Namespace, out var known))
            return this;
        known = known.Remove(binding.Name);
        return this with { Namespaces = known.IsEmpty ? Namespaces.Remove(binding.Namespace) : Namespaces.SetItem(binding.Namespace, known) };
    }
}
