using ActorKube.Controllers.Hosting;

namespace ActorKube.Controllers.Tests;

/// <summary>What controllers say they need is what the API server's bootstrap policy (a table of upstream's) gives their service accounts.</summary>
public class RolesTests
{
    private static readonly Dictionary<string, List<string>> Given = ReadPolicy();

    public static TheoryData<string> Accounts => [.. ControllerRegistry.Roles.Select(r => r.ServiceAccount)];

    [Theory]
    [MemberData(nameof(Accounts))]
    public void A_controllers_role_is_the_one_of_the_bootstrap_policy(string account)
    {
        var role = ControllerRegistry.Roles.Single(r => r.ServiceAccount == account);
        Assert.Equal(Given[account], role.Rules.Select(r => Text(r.Verbs, r.Groups, r.Resources, r.Names)));
        Assert.Equal(($"system:controller:{account}", $"system:serviceaccount:kube-system:{account}"), (role.Name, role.User));
    }

    // The table is described in its own head.
    private static Dictionary<string, List<string>> ReadPolicy()
    {
        using var reader = new StreamReader(typeof(RolesTests).Assembly.GetManifestResourceStream("bootstrap-policy.txt")!);
        var policy = new Dictionary<string, List<string>>();
        List<string>? rules = null;
        foreach (var words in reader.ReadToEnd().Split('\n').Select(l => l.StartsWith('#') ? [] : l.Split(' ', StringSplitOptions.RemoveEmptyEntries)))
            switch (words)
            {
                case ["controller", var name]:
                    policy[name] = rules = [];
                    break;
                case [.., "EVENTS"]:
                    rules?.Add(Text(["create", "update", "patch"], ["", "events.k8s.io"], ["events"], []));
                    break;
                case ["clusterrole" or "role" or "binding" or "clusterbinding", ..]:
                    rules = null;
                    break;
                case [var verbs, var groups, var resources, .. var names]:
                    rules?.Add(Text(Expand(verbs), groups.Split(',').Select(g => g == "-" ? "" : g), resources.Split(','), names is [var list] ? list.Split(',') : []));
                    break;
            }
        return policy;
    }

    private static IEnumerable<string> Expand(string verbs) => verbs.Split(',').SelectMany(v => v == "read" ? (string[])["get", "list", "watch"] : [v]);

    private static string Text(IEnumerable<string> verbs, IEnumerable<string> groups, IEnumerable<string> resources, IEnumerable<string> names) =>
        $"{string.Join(',', verbs.Order())} {string.Join(',', groups.Order())} {string.Join(',', resources.Order())} {string.Join(',', names.Order())}";
}
