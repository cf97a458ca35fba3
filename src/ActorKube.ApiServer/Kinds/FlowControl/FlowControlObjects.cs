using System.Text.Json.Nodes;

namespace ActorKube.ApiServer.Kinds.FlowControl;

/// <summary>An object of flow control that comes with every cluster.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Spec">Its spec, with every default; never changed.</param>
/// <param name="IsMandatory">Whether nobody may change it; the others belong to who changes them.</param>
internal sealed record FlowControlObject(string Name, JsonObject Spec, bool IsMandatory = false);

/// <summary>The priority levels and flow schemas of every cluster (upstream: <c>pkg/apis/flowcontrol/bootstrap</c> of <c>k8s.io/apiserver</c>).</summary>
internal static class FlowControlObjects
{
    /// <summary>Name of the level whose requests never wait, and of the schema of those who use it.</summary>
    public const string Exempt = "exempt";

    private const string CatchAll = "catch-all";
    private const string ByUser = "ByUser";
    private const string ByNamespace = "ByNamespace";
    private static readonly string[] Everybody = ["system:unauthenticated", "system:authenticated"];

    /// <summary>Priority levels.</summary>
    public static readonly IReadOnlyList<FlowControlObject> Levels =
    [
        new(CatchAll, Limited(5, 0, new JsonObject { ["type"] = "Reject" }), IsMandatory: true),
        new(Exempt, new JsonObject { ["type"] = "Exempt", ["exempt"] = new JsonObject { ["nominalConcurrencyShares"] = 0, ["lendablePercent"] = 0 } }, IsMandatory: true),
        new("system", Limited(30, 33, Queues(64, 6))),
        new("node-high", Limited(40, 25, Queues(64, 6))),
        new("leader-election", Limited(10, 0, Queues(16, 4))),
        new("workload-high", Limited(40, 50, Queues(128, 6))),
        new("workload-low", Limited(100, 90, Queues(128, 6))),
        new("global-default", Limited(20, 50, Queues(128, 6))),
    ];

    /// <summary>Flow schemas, in the order in which they are tried.</summary>
    public static readonly IReadOnlyList<FlowControlObject> Schemas =
    [
        new(Exempt, Schema(Exempt, 1, null, Everything(Groups("system:masters"))), IsMandatory: true),
        new("probes", Schema(Exempt, 2, null, Rule(Groups(Everybody), [], [Urls("get", "/healthz", "/readyz", "/livez")]))),
        new("system-leader-election", Schema("leader-election", 100, ByUser,
            Rule([.. Users("system:kube-controller-manager", "system:kube-scheduler"), SystemAccounts()], [Resources(["get", "create", "update"], "coordination.k8s.io", ["leases"], clusterScope: false)], []))),
        new("system-node-high", Schema("node-high", 400, ByUser,
            Rule(Groups("system:nodes"), [Resources(["*"], "", ["nodes", "nodes/status"], clusterScope: true), Resources(["*"], "coordination.k8s.io", ["leases"], clusterScope: false)], []))),
        new("system-nodes", Schema("system", 500, ByUser, Everything(Groups("system:nodes")))),
        new("kube-controller-manager", Schema("workload-high", 800, ByNamespace, Everything(Users("system:kube-controller-manager")))),
        new("kube-scheduler", Schema("workload-high", 800, ByNamespace, Everything(Users("system:kube-scheduler")))),
        new("kube-system-service-accounts", Schema("workload-high", 900, ByNamespace, Everything([SystemAccounts()]))),
        new("service-accounts", Schema("workload-low", 9000, ByUser, Everything(Groups("system:serviceaccounts")))),
        new("global-default", Schema("global-default", 9900, ByUser, Everything(Groups(Everybody)))),
        new(CatchAll, Schema(CatchAll, 10000, ByUser, Everything(Groups(Everybody))), IsMandatory: true),
    ];

    /// <summary>The object of that name that nobody may change; null when there is none.</summary>
    public static FlowControlObject? Mandatory(IReadOnlyList<FlowControlObject> objects, string? name) => objects.FirstOrDefault(o => o.IsMandatory && o.Name == name);

    private static JsonObject Limited(int shares, int lendable, JsonObject response) => new()
    {
        ["type"] = "Limited",
        ["limited"] = new JsonObject { ["nominalConcurrencyShares"] = shares, ["limitResponse"] = response, ["lendablePercent"] = lendable },
    };

    private static JsonObject Queues(int queues, int hand) => new()
    {
        ["type"] = "Queue",
        ["queuing"] = new JsonObject { ["queues"] = queues, ["handSize"] = hand, ["queueLengthLimit"] = 50 },
    };

    private static JsonObject Schema(string level, int precedence, string? distinguisher, JsonObject rule)
    {
        var spec = new JsonObject { ["priorityLevelConfiguration"] = new JsonObject { ["name"] = level }, ["matchingPrecedence"] = precedence };
        if (distinguisher is not null)
            spec["distinguisherMethod"] = new JsonObject { ["type"] = distinguisher };
        spec["rules"] = new JsonArray(rule);
        return spec;
    }

    private static JsonObject Everything(JsonObject[] subjects) => Rule(subjects, [Resources(["*"], "*", ["*"], clusterScope: true)], [Urls("*", "*")]);

    private static JsonObject Rule(JsonObject[] subjects, JsonObject[] resources, JsonObject[] urls)
    {
        var rule = new JsonObject { ["subjects"] = new JsonArray([.. subjects]) };
        if (resources.Length > 0)
            rule["resourceRules"] = new JsonArray([.. resources]);
        if (urls.Length > 0)
            rule["nonResourceRules"] = new JsonArray([.. urls]);
        return rule;
    }

    private static JsonObject Resources(string[] verbs, string group, string[] resources, bool clusterScope)
    {
        var rule = new JsonObject { ["verbs"] = Texts(verbs), ["apiGroups"] = Texts(group), ["resources"] = Texts(resources) };
        if (clusterScope)
            rule["clusterScope"] = true;
        rule["namespaces"] = Texts("*");
        return rule;
    }

    private static JsonObject Urls(string verb, params string[] urls) => new() { ["verbs"] = Texts(verb), ["nonResourceURLs"] = Texts(urls) };

    private static JsonObject[] Groups(params string[] names) => [.. names.Select(static n => new JsonObject { ["kind"] = "Group", ["group"] = new JsonObject { ["name"] = n } })];

    private static JsonObject[] Users(params string[] names) => [.. names.Select(static n => new JsonObject { ["kind"] = "User", ["user"] = new JsonObject { ["name"] = n } })];

    private static JsonObject SystemAccounts() => new() { ["kind"] = "ServiceAccount", ["serviceAccount"] = new JsonObject { ["namespace"] = "kube-system", ["name"] = "*" } };

    private static JsonArray Texts(params string[] texts) => new([.. texts.Select(static t => (JsonNode)t)]);
}
