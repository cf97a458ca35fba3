using ActorKube.ApiServer.Http.Decisions;
using ActorKube.Explain;
using Spectre.Console;

namespace ActorKube.Tests.Explain;

public sealed class ExplanationTextTests
{
    private static readonly DateTimeOffset At = new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);

    [Fact]
    public void A_deployment_is_told_down_to_the_node()
    {
        var pod = new Explanation("pods/web-1-a", "default", [Placed()], []);
        var set = new Explanation(
            "replicasets.apps/web-1",
            "default",
            [Decision("replicaset-controller", "1 pod too few", new DecisionObject("replicasets.apps", "default/web-1", 3), new DecisionWriteEntry("create", new("pods", "default/web-1-a", 9), ""))],
            [pod]) { OmittedChildren = 2 };
        var web = new Explanation(
            "deployments.apps/web",
            "default",
            [Decision("deployment-controller", "scale up", null, new DecisionWriteEntry("create", new("replicasets.apps", "default/web-1", 0), "quota [exceeded]"))],
            [set]) { IsAsked = true, OmittedDecisions = 4, Gaps = ["no answer in time from scheduler"] };
        Assert.Equal(
            """
            deployments.apps/web in default  <- asked about
            ├── (4 earlier decisions)
            ├── 2026-01-02 03:04:05.000 deployment-controller: scale up
            │   ├── because it was time to look again
            │   └── create replicasets.apps default/web-1 failed: quota [exceeded]
            ├── incomplete: no answer in time from scheduler
            └── replicasets.apps/web-1 in default
                ├── 2026-01-02 03:04:05.000 replicaset-controller: 1 pod too few
                │   ├── because replicasets.apps default/web-1 changed (revision 3)
                │   └── create pods default/web-1-a (revision 9)
                ├── (2 more objects that it owns)
                └── pods/web-1-a in default
                    └── 2026-01-02 03:04:05.000 scheduler: bound it to node-2, one of 2 that fit of 3 looked at
                        ├── because node-2 scored 90: Fit 60, Balance 30
                        ├── next best node-3 with 80
                        └── 1 ruled out by Taints: it is tainted
            """,
            Rendered(web));
    }

    [Fact]
    public void A_change_by_a_user_is_told_with_its_fields_and_as_the_cause_of_what_follows()
    {
        var scaled = new DecisionEntry(At, "jane [ops]", ["spec.replicas 3 → 5"]) { IsByUser = true, Writes = [new("patch", new("deployments.apps/scale", "default/web", 7), "")], WriteCount = 1 };
        var followed = Decision("deployment-controller", "scale up", new DecisionObject("deployments.apps", "default/web", 7), new DecisionWriteEntry("update", new("replicasets.apps", "default/web-1", 3), ""));
        var filled = Decision("replicaset-controller", "2 pods too few", new DecisionObject("replicasets.apps", "default/web-1", 3), new DecisionWriteEntry("create", new("pods", "default/web-1-a", 9), ""));
        Assert.Equal(
            """
            deployments.apps/web in default
            ├── 2026-01-02 03:04:05.000 user jane [ops]: patch deployments.apps/scale default/web (revision 7)
            │   └── spec.replicas 3 → 5
            ├── 2026-01-02 03:04:05.000 deployment-controller: scale up
            │   ├── because deployments.apps default/web changed (revision 7, by user jane [ops])
            │   └── update replicasets.apps default/web-1 (revision 3)
            └── replicasets.apps/web-1 in default
                └── 2026-01-02 03:04:05.000 replicaset-controller: 2 pods too few
                    ├── because replicasets.apps default/web-1 changed (revision 3, by deployment-controller)
                    └── create pods default/web-1-a (revision 9)
            """,
            Rendered(new Explanation("deployments.apps/web", "default", [scaled, followed], [new Explanation("replicasets.apps/web-1", "default", [filled], [])])));
    }

    [Fact]
    public void What_happens_again_and_again_is_told_once()
    {
        DecisionEntry Status(int second) => new(At.AddSeconds(second), "replicaset-controller", []) { Writes = [new("update", new("replicasets.apps/status", "default/web", second), "")], WriteCount = 1 };
        DecisionEntry Refused(int second) => new(At.AddSeconds(second), "replicaset-controller", ["has 1 of 2 replicas"]) { Writes = [new("create", new("pods", $"default/web-{second}", 0), "no")], WriteCount = 1 };
        Assert.Equal(
            """
            replicasets.apps/web in default
            ├── 2026-01-02 03:04:06.000 replicaset-controller: brings the status up to date (2 times, until 2026-01-02 03:04:07.000)
            ├── 2026-01-02 03:04:08.000 replicaset-controller: has 1 of 2 replicas (3 times, until 2026-01-02 03:04:10.000)
            │   ├── because it was time to look again
            │   └── create pods default/web-3 failed: no
            └── 2026-01-02 03:04:11.000 replicaset-controller: brings the status up to date
            """,
            Rendered(new Explanation("replicasets.apps/web", "default", [Status(1), Status(2), Refused(3), Refused(4), Refused(5), Status(6)], [])));
    }

    [Fact]
    public void A_pod_that_fits_nowhere_says_why()
    {
        var decision = new DecisionEntry(At, "scheduler", ["0/1 nodes are available: 1 Insufficient cpu."]) { Placement = new DecisionPlacement("Unschedulable", 1, 0, 1) { RuledOut = new Dictionary<string, int> { ["Fit: Insufficient cpu"] = 1 } } };
        Assert.Equal(
            """
            pods/big in default
            └── 2026-01-02 03:04:05.000 scheduler: unschedulable: 0/1 nodes are available: 1 Insufficient cpu.
                └── 1 ruled out by Fit: Insufficient cpu
            """,
            Rendered(new Explanation("pods/big", "default", [decision], [])));
    }

    [Fact]
    public void Silence_is_said_aloud() => Assert.Contains("nothing more was decided about it", Rendered(new Explanation("nodes/node-1", "", [], [])));

    [Fact]
    public void What_an_owner_has_decided_is_told_once()
    {
        var made = Decision("replicaset-controller", "1 pod too few", null, new DecisionWriteEntry("create", new("pods", "default/a", 9), ""));
        var pod = new Explanation("pods/a", "default", [made, Placed()], []);
        var told = new Explanation("replicasets.apps/web", "default", [made], [pod]).WithoutRepeats();
        Assert.Equal([made], told.Decisions);
        Assert.Equal("scheduler", Assert.Single(Assert.Single(told.Children).Decisions).By);
    }

    private static DecisionEntry Decision(string by, string reason, DecisionObject? cause, DecisionWriteEntry write) => new(At, by, [reason]) { Cause = cause, Writes = [write], WriteCount = 1 };

    private static DecisionEntry Placed() => new(At, "scheduler", [])
    {
        Placement = new DecisionPlacement("Placed", 3, 2, 3)
        {
            Winner = new DecisionRank("node-2", 90, new Dictionary<string, long> { ["Balance"] = 30, ["Fit"] = 60 }),
            RunnerUp = new DecisionRank("node-3", 80, new Dictionary<string, long>()),
            RuledOut = new Dictionary<string, int> { ["Taints: it is tainted"] = 1 },
        },
    };

    private static string Rendered(Explanation explanation)
    {
        using var text = new StringWriter();
        var console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(text), Ansi = AnsiSupport.No, ColorSystem = ColorSystemSupport.NoColors });
        console.Profile.Width = 500;
        console.Profile.Capabilities.Unicode = true;
        console.Write(ExplanationText.Render(explanation));
        return string.Join('\n', text.ToString().TrimEnd().Split('\n').Select(l => l.TrimEnd()));
    }
}
