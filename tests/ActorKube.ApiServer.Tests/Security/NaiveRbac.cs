using ActorKube.Api.Names;
using ActorKube.Api.Users;
using ActorKube.ApiServer.Security;
using ActorKube.ApiServer.Security.Rbac;

namespace ActorKube.ApiServer.Tests.Security;

/// <summary>RBAC straight from its definition: every binding, every subject, every rule, every time.</summary>
internal static class NaiveRbac
{
    public static bool Allows(Dictionary<ObjectKey, RbacRole> roles, Dictionary<ObjectKey, RbacBinding> bindings, AccessAttributes request) =>
        bindings.Values
            .Where(b => b.Key.Namespace == "" || b.Key.Namespace == request.Namespace)
            .Where(b => b.Subjects.Any(s => IsMeant(s, b.Key.Namespace, request.User)))
            .Select(b => roles.GetValueOrDefault(new ObjectKey(b.Role.Kind == "ClusterRole" ? "" : b.Key.Namespace, b.Role.Name)))
            .Where(r => r is not null)
            .SelectMany(r => r!.Rules)
            .Any(r => Matches(r, request));

    private static bool IsMeant(RbacSubject subject, string ns, UserInfo user) => subject.Kind switch
    {
        "User" => user.Name == subject.Name,
        "Group" => user.Groups.Contains(subject.Name),
        "ServiceAccount" when subject.Namespace != "" => user.Name == $"system:serviceaccount:{subject.Namespace}:{subject.Name}",
        "ServiceAccount" when ns != "" => user.Name == $"system:serviceaccount:{ns}:{subject.Name}",
        _ => false,
    };

    private static bool Matches(PolicyRule rule, AccessAttributes request)
    {
        if (!rule.Verbs.Any(v => v == "*" || v == request.Verb))
            return false;
        if (request.Path is { } path)
            return rule.NonResourceUrls.Any(u => u == "*" || u == path || (u.EndsWith('*') && path.StartsWith(u.TrimEnd('*'), StringComparison.Ordinal)));
        var combined = request.Subresource == "" ? request.Resource : $"{request.Resource}/{request.Subresource}";
        return rule.ApiGroups.Any(g => g == "*" || g == request.Group)
            && rule.Resources.Any(r => r == "*" || r == combined || (request.Subresource != "" && r == "*/" + request.Subresource))
            && (rule.ResourceNames.IsEmpty || rule.ResourceNames.Contains(request.Name));
    }
}
