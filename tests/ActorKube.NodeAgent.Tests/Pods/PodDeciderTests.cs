using ActorKube.NodeAgent.Pods;
using ActorKube.NodeAgent.Runtimes;

namespace ActorKube.NodeAgent.Tests.Pods;

public sealed class PodDeciderTests
{
    [Theory]
    [InlineData("main:web novolumes", "volumes")]
    [InlineData("main:web", "sandbox 0")]
    [InlineData("main:web box=ready", "start web#0")]
    [InlineData("main:web box=ready novolumes", "volumes")]
    [InlineData("main:web box=ready web=running", "nothing")]
    [InlineData("main:web main:log box=ready", "start web#0")]
    [InlineData("main:web main:log box=ready web=running", "start log#0")]
    [InlineData("main:web main:log box=ready web=running log=running", "nothing")]
    [InlineData("main:web box=ready web=created", "start web#1")]
    [InlineData("main:web box=ready web=unknown", "stop web/2")]
    public void A_pod_is_built_up_step_by_step(string scene, string expected) => Assert.Equal(expected, Decide(scene));

    [Theory]
    [InlineData("policy=Always main:web box=ready web=exit0@5 at=6", "start web#1")]
    [InlineData("policy=Always main:web box=ready web=exit1@5 at=6", "start web#1")]
    [InlineData("policy=OnFailure main:web box=ready web=exit1@5 at=6", "start web#1")]
    [InlineData("policy=OnFailure main:web box=ready web=exit0@5 at=6", "stop-sandbox box1")]
    [InlineData("policy=Never main:web box=ready web=exit1@5 at=6", "stop-sandbox box1")]
    [InlineData("policy=Never main:web box=dead web=exit1@5 at=6", "nothing")]
    [InlineData("policy=Never main:web main:log box=ready web=exit1@5 log=running at=6", "nothing")]
    [InlineData("policy=OnFailure main:web main:log box=ready web=exit0@5 log=exit1@5 at=6", "start log#1")]
    [InlineData("policy=OnFailure main:web main:log box=ready web=exit0@5 log=running at=6", "nothing")]
    public void The_restart_policy_decides_about_containers_that_ended(string scene, string expected) => Assert.Equal(expected, Decide(scene));

    [Theory]
    [InlineData("main:web box=dead", "sandbox 2")]
    [InlineData("main:web box=dead web=exit137@5", "sandbox 2")]
    [InlineData("main:web box=dead web=running", "stop web/30")]
    [InlineData("main:web boxes=2", "stop-sandbox box1,box0")]
    [InlineData("policy=Never main:web box=dead web=exit0@5", "nothing")]
    [InlineData("policy=Never main:web box=dead", "sandbox 2")]
    [InlineData("policy=OnFailure main:web box=dead web=exit0@5", "nothing")]
    [InlineData("policy=OnFailure main:web box=dead web=exit1@5", "sandbox 2")]
    [InlineData("main:web box=ready old-web=exit137@5 at=6", "start web#1")]
    [InlineData("policy=OnFailure main:web main:log box=ready old-web=exit0@5 old-log=exit1@5 at=6", "start log#1")]
    public void A_lost_sandbox_is_replaced_unless_the_pod_is_done(string scene, string expected) => Assert.Equal(expected, Decide(scene));

    [Theory]
    [InlineData("init:a init:b main:web box=ready", "start a#0")]
    [InlineData("init:a init:b main:web box=ready a=running", "nothing")]
    [InlineData("init:a init:b main:web box=ready a=exit0@5", "start b#0")]
    [InlineData("init:a init:b main:web box=ready a=exit0@5 b=running", "nothing")]
    [InlineData("init:a init:b main:web box=ready a=exit0@5 b=exit0@6", "start web#0")]
    [InlineData("init:a main:web box=ready a=exit1@5 at=6", "start a#1")]
    [InlineData("policy=OnFailure init:a main:web box=ready a=exit1@5 at=6", "start a#1")]
    [InlineData("policy=Never init:a main:web box=ready a=exit1@5 at=6", "stop-sandbox box1")]
    [InlineData("init:a main:web box=ready a=exit0@5 web=exit1@6 at=7", "start web#1")]
    [InlineData("init:a main:web box=ready a=unknown", "stop a/2")]
    [InlineData("init:a main:web box=ready old-a=exit0@5 old-web=exit1@6 at=7", "start a#1")]
    public void Init_containers_run_one_after_the_other_and_again_in_a_new_sandbox(string scene, string expected) => Assert.Equal(expected, Decide(scene));

    [Theory]
    [InlineData("sidecar:s main:web box=ready", "start s#0")]
    [InlineData("sidecar:s main:web box=ready s=running", "start web#0")]
    [InlineData("sidecar:s init:a main:web box=ready s=running", "start a#0")]
    [InlineData("sidecar:s init:a main:web box=ready s=exit0@5 a=running at=6", "start s#1")]
    [InlineData("sidecar:s main:web box=ready s=exit0@5 web=running at=6", "start s#1")]
    [InlineData("policy=Never sidecar:s main:web box=ready s=exit1@5 web=running at=6", "start s#1")]
    [InlineData("policy=Never sidecar:s main:web box=ready s=running web=exit0@5 at=6", "stop s/30")]
    [InlineData("policy=Never sidecar:s sidecar:t main:web box=ready s=running t=running web=exit0@5 at=6", "stop t/30")]
    [InlineData("deleted=20 sidecar:s main:web box=ready s=running web=running at=6", "stop web/20")]
    [InlineData("deleted=20 sidecar:s main:web box=ready s=running web=exit0@5 at=6", "stop s/20")]
    public void Sidecars_start_in_order_keep_running_and_end_last(string scene, string expected) => Assert.Equal(expected, Decide(scene));

    [Theory]
    [InlineData("deleted=30 main:web", "clean-up")]
    [InlineData("deleted=30 main:web clean", "delete")]
    [InlineData("deleted=30 main:web box=ready web=running", "stop web/30")]
    [InlineData("deleted=0 main:web box=ready web=running", "stop web/2")]
    [InlineData("deleted=30 main:web box=ready web=exit0@5", "stop-sandbox box1")]
    [InlineData("deleted=30 main:web box=dead web=exit0@5", "clean-up")]
    [InlineData("deleted=30 main:web box=dead web=exit0@5 clean", "delete")]
    [InlineData("orphaned main:web box=ready web=running", "stop web/30")]
    [InlineData("orphaned main:web box=dead", "clean-up")]
    [InlineData("orphaned main:web clean", "forget")]
    [InlineData("terminal main:web box=dead web=exit0@5", "nothing")]
    [InlineData("terminal main:web box=ready web=running", "stop web/30")]
    public void A_pod_that_is_to_go_is_taken_down_in_order(string scene, string expected) => Assert.Equal(expected, Decide(scene));

    [Theory]
    [InlineData("deadline=60 main:web box=ready web=running at=10", "wait 60")]
    [InlineData("deadline=60 main:web box=ready web=running at=60", "stop web/30")]
    [InlineData("deadline=60 main:web box=dead web=exit137@60 at=61", "nothing")]
    public void A_pod_ends_at_its_deadline(string scene, string expected) => Assert.Equal(expected, Decide(scene));

    [Theory]
    [InlineData("main:web box=ready web=running#3 web=exit1@1#0 web=exit1@2#1 web=exit1@3#2", "remove web#1,web#0")]
    [InlineData("main:web box=ready web=running#1 web=exit1@1#0", "nothing")]
    [InlineData("main:web boxes=2 web=running", "stop web/30")]
    public void Old_containers_are_removed_but_one(string scene, string expected) => Assert.Equal(expected, Decide(scene));

    [Fact]
    public void Restarts_wait_10_seconds_and_twice_as_long_each_time_up_to_five_minutes()
    {
        var scene = Scene.Parse("main:web box=ready");
        var memory = scene.Memory;
        var waits = new List<double>();
        var now = 0.0;
        for (uint attempt = 0; attempt < 8; attempt++)
        {
            now += 1;
            var seen = Scene.Parse($"main:web box=ready web=exit1@{now}#{attempt}").Seen;
            var decision = PodDecider.Decide(scene.Pod, seen, memory, Scene.When(now));
            if (decision.Action is null)
            {
                waits.Add(decision.WakeAt!.Value.TotalSeconds - now);
                now = decision.WakeAt.Value.TotalSeconds;
                Assert.Equal(WaitingReasons.CrashLoopBackOff, decision.Memory.Of("web").Failure!.Reason);
                decision = PodDecider.Decide(scene.Pod, seen, decision.Memory, Scene.When(now));
            }
            Assert.Equal($"start web#{attempt + 1}", Scene.Describe(decision));
            memory = PodOutcomes.Apply(decision.Memory, new ActionResult(decision.Action!), TimeSpan.FromSeconds(now));
        }
        Assert.Equal([10, 20, 40, 80, 160, 300, 300], waits);
    }

    [Fact]
    public void The_back_off_is_forgotten_after_ten_good_minutes()
    {
        var first = Scene.Parse("main:web box=ready web=exit1@5 at=6");
        var memory = first.Decide().Memory;
        var soon = Scene.Parse("main:web box=ready web=exit1@500#1 at=501");
        soon.Memory = memory;
        Assert.Equal("wait 510", Scene.Describe(soon.Decide()));
        var late = Scene.Parse("main:web box=ready web=exit1@700#1 at=701");
        late.Memory = memory;
        Assert.Equal("start web#2", Scene.Describe(late.Decide()));
    }

    [Theory]
    [InlineData("exit137@5", "Error", true)]
    [InlineData("exit137@5", "OOMKilled", false)]
    [InlineData("exit1@5", "Error", false)]
    public void A_container_that_was_killed_by_nobody_is_looked_at_once_more_while_it_starts_again(string state, string reason, bool isDoubtful)
    {
        var scene = Scene.Parse($"main:web box=ready web={state}");
        var ended = scene.Seen.Latest("web")! with { Reason = reason };
        var running = scene.Seen.With(ended with { State = ContainerState.Running });
        var look = new ActionResult(new LookAgain([(ended.Id, ended.SandboxId)], [])) { Containers = [ended] };
        var first = PodDecider.Decide(scene.Pod, look.Update(running), SecondLooks.Note(scene.Memory, running, look, TimeSpan.FromSeconds(5)), Scene.When(5));
        Assert.Equal(("start web#1", isDoubtful ? TimeSpan.FromSeconds(6) : null), (Scene.Describe(first), first.WakeAt));
        var started = look.Update(running).With(ended with { Id = "next", Attempt = 1, State = ContainerState.Running });
        var second = PodDecider.Decide(scene.Pod, started, first.Memory, Scene.When(6));
        Assert.Equal(isDoubtful ? [(ended.Id, ended.SandboxId)] : null, (second.Action as LookAgain)?.Containers);
        var third = PodDecider.Decide(scene.Pod, look.Update(started), SecondLooks.Note(second.Memory, started, look, TimeSpan.FromSeconds(6)), Scene.When(7));
        Assert.Equal("nothing", Scene.Describe(third));
    }

    [Fact]
    public void A_failed_pull_shows_its_error_first_and_the_back_off_then()
    {
        var scene = Scene.Parse("main:web box=ready");
        var start = scene.Decide();
        var failed = new ActionResult(start.Action!) { Failure = new ActionFailure(WaitingReasons.ErrImagePull, "not found") };
        var memory = PodOutcomes.Apply(start.Memory, failed, TimeSpan.FromSeconds(1));
        Assert.Equal((WaitingReasons.ErrImagePull, "not found"), (memory.Of("web").Failure!.Reason, memory.Of("web").Failure!.Message));
        var shown = PodDecider.Decide(scene.Pod, scene.Seen, memory, Scene.When(1));
        Assert.Equal("wait 3", Scene.Describe(shown));
        var backedOff = PodDecider.Decide(scene.Pod, scene.Seen, shown.Memory, Scene.When(3));
        Assert.Equal("wait 11", Scene.Describe(backedOff));
        Assert.Equal((WaitingReasons.ImagePullBackOff, "Back-off pulling image \"image\": ErrImagePull: not found"), (backedOff.Memory.Of("web").Failure!.Reason, backedOff.Memory.Of("web").Failure!.Message));
        Assert.Contains(backedOff.Events, e => e is { Reason: "BackOff", Warning: false });
        Assert.Equal("start web#0", Scene.Describe(PodDecider.Decide(scene.Pod, scene.Seen, backedOff.Memory, Scene.When(11))));
    }

    [Fact]
    public void A_container_that_cannot_start_does_not_hold_up_the_others()
    {
        var scene = Scene.Parse("main:web main:log box=ready");
        var failed = new ActionResult(scene.Decide().Action!) { Failure = new ActionFailure(WaitingReasons.CreateContainerConfigError, "configmap \"c\" not found") };
        scene.Memory = PodOutcomes.Apply(scene.Memory, failed, TimeSpan.FromSeconds(0));
        Assert.Equal("start log#0", Scene.Describe(scene.Decide()));
    }

    [Fact]
    public void A_container_whose_image_changed_is_replaced()
    {
        var scene = Scene.Parse("main:web box=ready web=running");
        var seen = scene.Seen.With(scene.Seen.Containers[0] with { Hash = ContainerHash.Of("web", "older") });
        Assert.Equal("stop web/30", Scene.Describe(PodDecider.Decide(scene.Pod, seen, scene.Memory, scene.Now)));
    }

    [Fact]
    public void A_failed_mount_is_tried_again_later_but_a_deletion_does_not_wait_for_it()
    {
        var scene = Scene.Parse("main:web novolumes");
        scene.Memory = PodOutcomes.Apply(scene.Memory, new ActionResult(new SetUpVolumes()) { Failure = new ActionFailure("FailedMount", "no") }, TimeSpan.FromSeconds(0));
        Assert.Equal("wait 0.5", Scene.Describe(scene.Decide()));
        var deleted = Scene.Parse("deleted=30 main:web novolumes");
        deleted.Memory = scene.Memory;
        Assert.Equal("clean-up", Scene.Describe(deleted.Decide()));
    }

    [Fact]
    public void A_pod_that_waits_long_for_its_volumes_says_so_at_intervals()
    {
        var scene = Scene.Parse("main:web novolumes");
        var failed = new ActionResult(new SetUpVolumes()) { Failure = new ActionFailure("FailedMount", "no") { Volumes = ["a", "b"] } };
        var memory = PodOutcomes.Apply(scene.Memory, failed, TimeSpan.FromSeconds(0));
        memory = PodOutcomes.Apply(memory, failed, TimeSpan.FromSeconds(100));
        Assert.Empty(PodDecider.Decide(scene.Pod, scene.Seen, memory, Scene.When(122)).Events);
        var late = PodDecider.Decide(scene.Pod, scene.Seen, memory, Scene.When(123));
        Assert.Equal(
            PodEvent.Warn("FailedMount", "Unable to attach or mount volumes: unmounted volumes=[a b], unattached volumes=[], failed to process volumes=[]: timed out waiting for the condition"),
            Assert.Single(late.Events));
        Assert.Empty(PodDecider.Decide(scene.Pod, scene.Seen, late.Memory, Scene.When(200)).Events);
        Assert.Single(PodDecider.Decide(scene.Pod, scene.Seen, late.Memory, Scene.When(246)).Events);
        var mounted = PodOutcomes.Apply(late.Memory, new ActionResult(new SetUpVolumes()), TimeSpan.FromSeconds(250));
        Assert.Empty(PodDecider.Decide(scene.Pod, scene.Seen, mounted, Scene.When(400)).Events);
    }

    [Fact]
    public void A_pod_that_is_evicted_is_stopped_without_its_grace()
    {
        var scene = Scene.Parse("main:web box=ready web=running");
        scene.Memory = PodOutcomes.Apply(scene.Memory, new ActionResult(new RefreshVolumes()) { Verdict = new PodVerdict("Evicted", "full") { AtOnce = true } }, TimeSpan.FromSeconds(0));
        Assert.Equal("stop web/2", Scene.Describe(scene.Decide()));
    }

    [Fact]
    public void A_grace_that_would_never_end_is_thirty_days() =>
        Assert.Equal("stop web/2592000", Decide("deleted:1000000000000 main:web box=ready web=running"));

    [Fact]
    public void An_update_of_volumes_that_failed_is_tried_again()
    {
        var scene = Scene.Parse("main:web box=ready web=running");
        scene.Memory = PodOutcomes.Apply(scene.Memory with { RefreshVolumesAt = TimeSpan.Zero }, new ActionResult(new RefreshVolumes()) { Failure = new ActionFailure("FailedMount", "no") }, TimeSpan.FromSeconds(0));
        Assert.Equal("wait 20", Scene.Describe(scene.Decide()));
    }

    [Fact]
    public void Restart_counts_go_on_where_the_api_saw_them_when_the_runtime_forgot()
    {
        var scene = Scene.Parse("main:web box=ready");
        scene.Memory = scene.Memory with { PriorAttempts = scene.Memory.PriorAttempts.Add("web", 4) };
        Assert.Equal("start web#5", Scene.Describe(scene.Decide()));
    }

    private static string Decide(string scene) => Scene.Describe(Scene.Parse(scene).Decide());
}
