using System.Collections.Immutable;
using ActorKube.Api.Names;
using ActorKube.Api.Objects;

namespace ActorKube.ApiServer.Security.Rbac;

/// <summary>The roles and bindings every cluster starts with, read from the table <c>bootstrap-policy.txt</c>.</summary>
internal sealed class BootstrapPolicy
{
    private static readonly string[] Read = ["get", "list", "watch"];
    private static readonly string[] Write = ["create", "update", "patch", "delete", "deletecollection"];

    private static readonly Lazy<BootstrapPolicy> Shipped = new(() =>
    {
        using var stream = typeof(BootstrapPolicy).Assembly.GetManifestResourceStream("bootstrap-policy.txt")!;
        using var reader = new StreamReader(stream);
        return Parse(reader.ReadToEnd());
    });

    /// <summary>The policy that is shipped.</summary>
    public static BootstrapPolicy Default => Shipped.Value;

    /// <summary>Roles and cluster roles; the rules of aggregated ones are filled in.</summary>
    public IReadOnlyList<RbacRole> Roles { get; private init; } = [];

    /// <summary>Bindings and cluster bindings.</summary>
    public IReadOnlyList<RbacBinding> Bindings { get; private init; } = [];

    /// <summary>The rules of <c>system:node</c>, by which the node authorizer judges what it does not look at more closely.</summary>
    public ImmutableArray<PolicyRule> NodeRules => Roles.First(r => r.Key == new ObjectKey("", "system:node")).Rules;

    /// <exception cref="FormatException">A line is malformed; the message gives its number.</exception>
    public static BootstrapPolicy Parse(string table)
    {
        var roles = new List<RbacRole>();
        var bindings = new List<RbacBinding>();
        var number = 0;
        foreach (var line in table.Split('\n'))
        {
            number++;
            if (line.Length == 0 || line[0] == '#')
                continue;
            var words = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            try
            {
                if (line[0] == ' ')
                    roles[^1] = AddLine(roles[^1], words);
                else
                    AddBlock(words, roles, bindings);
            }
            catch (Exception e) when (e is IndexOutOfRangeException or ArgumentOutOfRangeException or FormatException)
            {
                throw new FormatException($"Line {number} of the bootstrap policy cannot be understood: {line.Trim()}", e);
            }
        }
        return new BootstrapPolicy { Roles = [.. ClusterRoleAggregation.ResolveAll(roles)], Bindings = bindings };
    }

    private static void AddBlock(string[] words, List<RbacRole> roles, List<RbacBinding> bindings)
    {
        switch (words[0])
        {
            case "clusterrole":
                roles.Add(new RbacRole(new ObjectKey("", words[1]), []) { Labels = new Labels([.. words[2..].SelectMany(l => l.Split('='))]) });
                break;
            case "role":
                roles.Add(new RbacRole(new ObjectKey(words[1], words[2]), []));
                break;
            case "controller":
                var name = "system:controller:" + words[1];
                roles.Add(new RbacRole(new ObjectKey("", name), []));
                bindings.Add(new RbacBinding(new ObjectKey("", name), new RoleReference("ClusterRole", name), [new RbacSubject("ServiceAccount", "kube-system", words[1])]));
                break;
            case "clusterbinding":
                bindings.Add(new RbacBinding(new ObjectKey("", words[1]), new RoleReference("ClusterRole", words[1]), [.. words[2..].Select(Subject)]));
                break;
            case "binding":
                bindings.Add(new RbacBinding(new ObjectKey(words[1], words[2]), new RoleReference("Role", words[3]), [.. words[4..].Select(Subject)]));
                break;
            default:
                throw new FormatException(words[0]);
        }
    }

    private static RbacRole AddLine(RbacRole role, string[] words) => words switch
    {
        ["EVENTS"] => role with { Rules = role.Rules.Add(new PolicyRule { Verbs = ["create", "update", "patch"], ApiGroups = ["", "events.k8s.io"], Resources = ["events"] }) },
        ["aggregate", var label] => role with { Aggregation = [new RoleSelector([new RoleSelector.Requirement(label, "In", ["true"])])] },
        [var verbs, var paths] => role with { Rules = role.Rules.Add(new PolicyRule { Verbs = Verbs(verbs), NonResourceUrls = [.. paths.Split(',')] }) },
        [var verbs, var groups, var resources, .. var names] when names.Length <= 1 => role with
        {
            Rules = role.Rules.Add(new PolicyRule
            {
                Verbs = Verbs(verbs),
                ApiGroups = [.. groups.Split(',').Select(g => g == "-" ? "" : g)],
                Resources = [.. resources.Split(',')],
                ResourceNames = names.Length == 0 ? [] : [.. names[0].Split(',')],
            }),
        },
        _ => throw new FormatException("A rule has two to four parts."),
    };

    private static ImmutableArray<string> Verbs(string list) => [.. list.Split(',').SelectMany(v => v switch { "read" => Read, "write" => Write, _ => [v] }).Distinct()];

    private static RbacSubject Subject(string text)
    {
        var colon = text.IndexOf(':', StringComparison.Ordinal);
        var (kind, name) = (text[..colon], text[(colon + 1)..]);
        if (kind != "ServiceAccount")
            return new RbacSubject(kind, "", name);
        var key = ObjectKey.Parse(name);
        return new RbacSubject(kind, key.Namespace, key.Name);
    }
}
